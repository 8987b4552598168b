"""What stands in the place of a right that this engagement has written, as far as the journal knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from migrate.cli.since_snapshot import held_now
from migrate.plan.document import Action, Item
from migrate.replay.fold import WriteState

BEFORE = {"id": "old", "endDateTime": "2026-06-01T00:00:00Z"}
AFTER = {"id": "new", "endDateTime": "2026-12-01T00:00:00Z"}
STANDING = WriteState(standing=True, created=True, image=AFTER, before=BEFORE)
TAKEN_BACK = replace(STANDING, standing=False, created=False, image={})


def write(action: Action) -> Item:
    return Item("all-1.00001", action, "roleEligibilitySchedule", "a|b|/", 1, "why", (), {}, {}, {})


@pytest.mark.parametrize(
    ("action", "state", "held"),
    [
        (Action.CREATE, STANDING, AFTER),
        (Action.CREATE, TAKEN_BACK, None),
        (Action.UPDATE, STANDING, AFTER),
        (Action.UPDATE, TAKEN_BACK, BEFORE),
        (Action.REPLACE, replace(STANDING, image={}), None),
        (Action.REPLACE, TAKEN_BACK, BEFORE),
    ],
)
def test_a_right_that_was_changed_is_there_after_a_rollback_as_well(
    action: Action, state: WriteState, held: dict[str, Any] | None
) -> None:
    assert held_now(write(action), state) == held
