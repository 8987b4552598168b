"""Drafts become items: ids that last, batches of writes, needs by the ids of those that make them."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import NOW

from migrate.plan.assemble import assemble
from migrate.plan.document import Action, Draft, Plan


def plan(*drafts: Draft, batch_size: int = 2) -> Plan:
    return assemble(
        list(drafts), plan_id="low-3", wave="low", number=3, engagement="e", made_at=NOW,
        source={}, target={}, resolution={}, batch_size=batch_size,
    )  # fmt: skip


def draft(key: str, action: Action = Action.CREATE, kind: str = "group", **more: Any) -> Draft:
    return Draft(action, kind, key, "why", **more)


def test_needs_are_the_ids_of_those_who_make_them() -> None:
    made = plan(draft("a"), draft("b", needs=("a",)), draft("c", needs=("b", "a", "a")))
    assert [one.needs for one in made.items] == [(), ("low-3.00001",), ("low-3.00001", "low-3.00002")]


def test_what_no_write_of_the_plan_makes_is_there_already() -> None:
    made = plan(
        draft("a", Action.KEEP), draft("b", Action.BLOCKED), draft("c", needs=("a", "b", "elsewhere"))
    )
    assert made.items[2].needs == ()


def test_what_is_not_written_needs_nothing_and_has_no_batch() -> None:
    made = plan(draft("a"), draft("b", Action.BLOCKED, needs=("a",)))
    assert (made.items[1].needs, made.items[1].batch) == ((), 0)


def test_batches_count_writes_only() -> None:
    actions = (Action.CREATE, Action.KEEP, Action.UPDATE, Action.BLOCKED, Action.REPLACE, Action.CREATE)
    made = plan(*(draft(str(number), action) for number, action in enumerate(actions)))
    assert [one.batch for one in made.items] == [1, 0, 1, 0, 2, 2]
    assert [one.id for one in made.items] == [f"low-3.{number:05}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("given", "reverse"),
    [
        (draft("a", kind="roleEligibilitySchedule"), "adminRemove"),
        (draft("a", Action.UPDATE, "roleEligibilitySchedule"), "adminUpdate"),
        (draft("a", Action.REPLACE, "roleAssignmentSchedule"), "adminAssign"),
        (draft("a", Action.KEEP, "roleEligibilitySchedule"), None),
        (draft("a", reverse="delete"), "delete"),
        (draft("a", kind="authenticationContext"), None),
        (draft("a", Action.UPDATE, "roleManagementPolicyRule", reverse="restore"), "restore"),
    ],
)
def test_every_write_says_what_takes_it_back_or_that_nothing_does(given: Draft, reverse: str | None) -> None:
    assert plan(given).items[0].reverse == reverse


def test_a_temporary_write_stays_one() -> None:
    assert plan(draft("a", temporary=True)).items[0].temporary
