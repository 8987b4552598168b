"""Two plans side by side on a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from migrate.plan.compare import Difference
from migrate.plan.document import Plan
from migrate.views.item_words import what, where
from migrate.views.plain_text import visible
from migrate.views.screen import Screen

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def show_plan_diff(
    screen: Screen,
    a: Plan,
    b: Plan,
    made_of: Mapping[str, Mapping[str, Any]],
    found: Sequence[Difference],
) -> None:
    for path, values in made_of.items():
        screen.line("plan_difference", property=path, **values)
        if path == "warnings":
            _show_notes(screen, a.id, b.id, values["a"], values["b"])
        else:
            screen.say(f"{path}: {_short(values['a'])} -> {_short(values['b'])}")
    for one in found:
        screen.line(
            "item_difference",
            change=one.change,
            kind=one.kind,
            source_id=one.source_id,
            names=dict(one.names),
            a=one.a.id if one.a else None,
            b=one.b.id if one.b else None,
            action_a=one.a.action.value if one.a else None,
            action_b=one.b.action.value if one.b else None,
            properties={path: dict(values) for path, values in one.properties.items()},
        )
    if not found:
        screen.say(f"{a.id} and {b.id} have the same items")
        return
    screen.table(
        f"{a.id} -> {b.id}",
        ["", a.id, b.id, "who", "what", "scope or rule", "what differs"],
        [
            [
                _SIGNS[one.change],
                one.a.symbol if one.a else "",
                one.b.symbol if one.b else "",
                one.names.get("principal", ""),
                what(one.item),
                where(one.item),
                _told(one),
            ]
            for one in found
        ],
    )


def _show_notes(screen: Screen, a: str, b: str, before: Sequence[str], after: Sequence[str]) -> None:
    for plan, notes, others in ((a, before, after), (b, after, before)):
        for note in notes:
            if note not in others:
                screen.say(f"note only in {plan}: {note}")


def _told(one: Difference) -> str:
    if one.change != "changed":
        return f"only in the {'second' if one.change == 'added' else 'first'}"
    # Another key or another row says nothing to people beside what becomes of the item and why.
    paths = [path for path in one.properties if path not in ("key", "base")] or list(one.properties)
    return "; ".join(
        f"{path}: {_short(one.properties[path]['a'])} -> {_short(one.properties[path]['b'])}"
        for path in paths
    )


def _short(value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    return visible(" ".join(map(str, value)) if isinstance(value, list) else str(value), 60)
