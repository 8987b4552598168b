"""A plan on a screen: every item with a symbol and a reason."""

from __future__ import annotations

from migrate.plan.document import SYMBOLS, Item, Plan
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
        )
    legend = "  ".join(f"{symbol} {action.value}" for action, symbol in SYMBOLS.items())
    screen.table(
        f"plan {plan.id}, made {plan.made_at}   {legend}",
        ["", "write", "batch", "who", "right", "scope", "until", "codes", "why"],
        [
            [
                item.symbol,
                item.id,
                item.batch or "",
                item.names.get("principal", ""),
                item.names.get("right", ""),
                item.names.get("scope", ""),
                _until(item),
                " ".join(item.codes),
                item.reason,
            ]
            for item in plan.items
        ],
    )
    for warning in plan.warnings:
        screen.say(f"note: {warning}")
    for residue in plan.residue():
        screen.say(f"cannot be undone: {residue}")


def _until(item: Item) -> str:
    if "endDateTime" not in item.target:
        return ""
    end = item.target["endDateTime"]
    return str(end)[:16] if end else "no end"
