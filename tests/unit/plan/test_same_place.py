"""What several rights of the source come to under one key of the target."""

from __future__ import annotations

from tenant_pairs import ELIGIBILITY, right

from migrate.plan.document import Action, Draft
from migrate.plan.same_place import judged

SOON = "2026-06-01T00:00:00Z"


def claim(name: str, action: Action = Action.CREATE, end: str | None = SOON) -> Draft:
    target = {"startDateTime": None, "endDateTime": end}
    return Draft(action, ELIGIBILITY, "a|b|/", "", source=right(name, "p"), target=target)


def actions(*claims: Draft) -> list[Action]:
    return [judged(one, claims).action for one in claims]


def test_the_first_of_equals_writes_and_the_others_rest() -> None:
    assert actions(claim("a"), claim("b")) == [Action.CREATE, Action.SKIP]
    assert actions(claim("a", Action.UPDATE), claim("b", Action.UPDATE)) == [Action.UPDATE, Action.SKIP]


def test_those_that_differ_are_stopped() -> None:
    for action in (Action.CREATE, Action.UPDATE):
        assert actions(claim("a", action), claim("b", action, None)) == [Action.BLOCKED] * 2


def test_what_stands_as_one_of_them_asks_is_not_changed_for_another() -> None:
    assert actions(claim("a", Action.KEEP), claim("b", Action.UPDATE, None)) == [Action.KEEP, Action.BLOCKED]
    assert actions(claim("a", Action.KEEP), claim("b", Action.KEEP)) == [Action.KEEP, Action.KEEP]
