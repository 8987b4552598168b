"""What a rollback will take back, before it does."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.plan.document import Item
from migrate.views.screen import Screen


def show_rollback(screen: Screen, items: Sequence[Item], residue: Sequence[str]) -> None:
    screen.table(
        f"rollback of {len(items)} writes, newest first",
        ["write", "batch", "who", "right", "scope"],
        [
            [
                item.id,
                item.batch,
                item.names.get("target_principal", ""),
                item.names.get("right", ""),
                item.names.get("scope", ""),
            ]
            for item in reversed(items)
        ],
    )
    for text in residue:
        screen.say(f"will stay: {text}")
