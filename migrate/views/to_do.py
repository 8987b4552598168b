"""What a run is about to do, before it does."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.plan.document import Item
from migrate.views.item_words import counted, way_back, what, where
from migrate.views.screen import Screen


def show_apply(screen: Screen, plan_id: str, items: Sequence[Item], residue: Sequence[str]) -> None:
    screen.table(
        f"apply of {plan_id}: {len(items)} writes: {counted(items)}",
        ["", "write", "batch", "for", "what", "scope or rule"],
        [[item.symbol, item.id, item.batch, *_about(item)] for item in items],
    )
    for text in residue:
        screen.say(f"cannot be undone: {text}")


def show_rollback(screen: Screen, items: Sequence[Item], residue: Sequence[str]) -> None:
    screen.table(
        f"rollback of {len(items)} writes, newest first: {counted(items)}",
        ["write", "batch", "for", "what", "scope or rule", "becomes"],
        [[item.id, item.batch, *_about(item), way_back(item)] for item in reversed(items)],
    )
    for text in residue:
        screen.say(f"will stay: {text}")


def _about(item: Item) -> tuple[str, str, str]:
    return item.names.get("target_principal", ""), what(item), where(item)
