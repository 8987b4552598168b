"""A recorded key may have ids where the plan has names of objects that other writes make, no more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest
from replay_fakes import role_item

from migrate.errors import StateError
from migrate.plan.document import Plan
from migrate.replay.recorded import check_recorded


@dataclass
class Recorded:
    payload: dict[str, Any]
    event: str = "begin"
    plan_id: str | None = "all-1"
    write_id: str | None = "all-1.00001"
    sequence: int = 7


PLANNED = "who|new:group:0a-1|member"


@pytest.mark.parametrize(
    ("recorded", "meant"),
    [
        ("who|1f-2|member", True),
        (PLANNED, True),
        ("who|1f-2|owner", False),
        ("someone|1f-2|member", False),
        ("who|1f|2|member", False),
    ],
)
def test_ids_take_the_place_of_names(recorded: str, meant: bool) -> None:
    item = replace(role_item(), key=PLANNED)
    plan = Plan("all-1", "all", 1, "move", "2026-06-01T12:00:00Z", {}, {}, {}, (item,))
    entries = [Recorded({"key": recorded}), Recorded({"key": "x"}, plan_id="of another engagement's")]
    if meant:
        check_recorded([plan], entries)
        return
    with pytest.raises(StateError, match="speak of different writes") as refused:
        check_recorded([plan], entries)
    assert (refused.value.code, refused.value.where) == ("journal_differs", "journal entry 7")
