"""What a run is about to do, before it does."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.plan.document import Action, Item
from migrate.views.screen import Screen


def show_apply(screen: Screen, plan_id: str, items: Sequence[Item], residue: Sequence[str]) -> None:
    _show(screen, f"apply of {plan_id}: {len(items)} writes", items)
    for text in residue:
        screen.say(f"cannot be undone: {text}")


def show_rollback(screen: Screen, items: Sequence[Item], residue: Sequence[str]) -> None:
    _show(screen, f"rollback of {len(items)} writes, newest first", list(reversed(items)))
    for text in residue:
        screen.say(f"will stay: {text}")


def _show(screen: Screen, title: str, items: Sequence[Item]) -> None:
    # Where everything is made new, a column that says so would only take room.
    mixed = any(item.action is not Action.CREATE for item in items)
    screen.table(
        title,
        [*([""] if mixed else []), "write", "batch", "who", "right", "scope"],
        [
            [
                *([item.symbol] if mixed else []),
                item.id,
                item.batch,
                item.names.get("target_principal", ""),
                item.names.get("right", ""),
                item.names.get("scope", ""),
            ]
            for item in items
        ],
    )
