"""The writes in doubt, each with what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from migrate.plan.document import Item
from migrate.replay.fold import WriteState
from migrate.views.item_words import what, where
from migrate.views.screen import Screen


def show_doubts(screen: Screen, items: Sequence[Item], states: Mapping[str, WriteState]) -> None:
    for item in items:
        state = states[item.id]
        action = "remove" if not state.wants_presence else item.action.value
        reason = (
            f"begun {state.begun_at:%Y-%m-%d %H:%M:%S} UTC and not known to have ended"
            if state.begun_at
            else ""
        )
        screen.line(
            "write", id=item.id, action=action, kind=item.kind, key=item.key, state="in_doubt", reason=reason
        )
    if not items:
        screen.say("no write is in doubt")
        return
    screen.table(
        f"{len(items)} writes in doubt",
        ["write", "intended", "who", "what", "scope or rule", "begun (UTC)"],
        [
            [
                item.id,
                "there" if states[item.id].wants_presence else "gone",
                item.names.get("target_principal", ""),
                what(item),
                where(item),
                str(states[item.id].begun_at or "")[:19],
            ]
            for item in items
        ],
    )
    screen.say("next: pim-migrate doubt settle")
