"""A plan on a screen: how much of what first, then every item with a symbol and a reason, sort by sort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from migrate.plan.document import SYMBOLS, Item, Plan
from migrate.views.item_words import MEMBERS, RIGHTS, RULES, SECTIONS, in_order, kind_words, section_of
from migrate.views.screen import Screen


def show_plan(screen: Screen, plan: Plan) -> None:
    for item in plan.items:
        screen.line(
            "item",
            id=item.id,
            action=item.action.value,
            symbol=item.symbol,
            kind=item.kind,
            key=item.key,
            batch=item.batch,
            codes=list(item.codes),
            reason=item.reason,
            source_id=item.source.get("id"),
            names=dict(item.names),
            residue=list(item.residue),
            needs=list(item.needs),
            temporary=item.temporary,
        )
    _show_counts(screen, plan)
    for section in SECTIONS:
        _show_section(screen, section, [item for item in plan.items if section_of(item) == section])
    for warning in plan.warnings:
        screen.say(f"note: {warning}")
    for residue in plan.residue():
        screen.say(f"cannot be undone: {residue}")


def _show_counts(screen: Screen, plan: Plan) -> None:
    """What a reader needs before the first item: how many of each kind, by what becomes of them."""
    counts = Counter((item.kind, item.action) for item in plan.items)
    screen.table(
        f"plan {plan.id}, made {plan.made_at}",
        ["", *(f"{symbol} {action.value}" for action, symbol in SYMBOLS.items())],
        [
            [kind_words(kind, 2), *(counts[kind, action] or "" for action in SYMBOLS)]
            for kind in in_order(kind for kind, _ in counts)
        ],
    )


def _show_section(screen: Screen, section: str, items: Sequence[Item]) -> None:
    """The columns that mean something for one sort of items; the last one says why."""
    about = {
        RIGHTS: ["who", "right", "scope", "until"],
        MEMBERS: ["who", "becomes"],
        RULES: ["policy"],
    }.get(section, ["kind", "name"])
    screen.table(
        section,
        ["", "write", "batch", *about, "codes", "change" if section == RULES else "why"],
        [
            [
                item.symbol,
                item.id,
                item.batch or "",
                *_about(section, item),
                " ".join(item.codes),
                item.reason,
            ]
            for item in items
        ],
    )


def _about(section: str, item: Item) -> list[str]:
    who, named = item.names.get("principal", ""), item.names.get("right", "")
    if section == RIGHTS:
        return [who, named, item.names.get("scope", ""), _until(item)]
    if section == MEMBERS:
        return [who, named]
    return [named] if section == RULES else [kind_words(item.kind, 1), named]


def _until(item: Item) -> str:
    if "endDateTime" not in item.target:
        return ""
    end = item.target["endDateTime"]
    return str(end)[:16] if end else "no end"
