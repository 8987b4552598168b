"""What an import of workbooks changes, on a screen and as JSON lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from migrate.views.screen import Screen
from migrate.workbook.merge import Change
from migrate.workbook.remarks import Remark

_SHOWN = 20
"""How many warnings of a kind a person is shown before the rest is counted; scripts get them all."""


def show_changes(screen: Screen, changes: Sequence[Change], *, dry_run: bool) -> None:
    """Every decision for scripts; for people those that change."""
    for one in changes:
        now = one.after
        screen.line(
            "decision",
            kind=one.mapping.kind,
            source_id=one.mapping.source_id,
            change=one.change,
            name=one.mapping.name,
            decision=now.decision if now else None,
            target_id=now.target_id if now else None,
            reason=now.reason if now else None,
            who=now.who if now else None,
            before=one.before.decision if one.before else None,
            cells=[str(place) for place in one.places],
        )
    screen.table(
        "decisions that would change" if dry_run else "decisions that changed",
        ["change", "kind", "source object", "before", "now", "who", "reason"],
        [
            [
                one.change,
                one.mapping.kind,
                one.mapping.name,
                _told(one.before.decision, one.before.target_id) if one.before else "",
                _told(one.after.decision, one.after.target_id) if one.after else "",
                one.after.who if one.after else "",
                one.after.reason if one.after else "the cell under Decision was emptied",
            ]
            for one in changes
            if one.change != "kept"
        ],
    )
    counts = Counter(one.change for one in changes)
    words = [f"{counts[word]} {word}" for word in ("added", "changed", "withdrawn", "kept")]
    screen.say(f"decisions: {', '.join(words)}")


def show_problems(screen: Screen, problems: Sequence[Remark]) -> None:
    """Every cell that is wrong, with what would be right."""
    for one in problems:
        _line(screen, "problem", one)
        if not screen.as_json:
            screen.note(f"wrong: {one}")


def show_warnings(screen: Screen, warnings: Sequence[Remark]) -> None:
    """What was noticed and does no harm."""
    seen: Counter[str] = Counter()
    for one in warnings:
        _line(screen, "warning", one)
        seen[one.code] += 1
        if not screen.as_json and seen[one.code] <= _SHOWN:
            screen.note(f"note: {one}")
    for code, count in seen.items():
        if not screen.as_json and count > _SHOWN:
            screen.note(f"note: {count - _SHOWN} more of the same kind ({code})")


def _line(screen: Screen, kind: str, one: Remark) -> None:
    screen.line(
        kind,
        code=one.code,
        file=str(one.place.path),
        sheet=one.place.sheet,
        cell=one.place.cell,
        message=one.what,
        right=one.right,
    )


def _told(decision: str, target_id: str | None) -> str:
    return f"{decision} {target_id}" if target_id else decision
