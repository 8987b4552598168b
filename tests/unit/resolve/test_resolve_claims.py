"""Two who claim one: whoever else has evidence for an account makes a match doubtful."""

from __future__ import annotations

from typing import Any

from tenant_pairs import ELIGIBILITY, LADDER, SOURCE, TARGET, built_in, right, user, view

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import State
from migrate.resolve.resolution import Resolution, resolve

Row = dict[str, Any]


def settled(
    holders: list[Row], others: list[Row], target: list[Row], *decisions: Decision, **more: Any
) -> Resolution:
    rights = [right(f"right of {one['id']}", one["id"]) for one in holders]
    roles = {"roleDefinition": [built_in()]}
    return resolve(
        view(SOURCE, {"user": [*holders, *others], ELIGIBILITY: rights, **roles}, **more),
        view(TARGET, {"user": target, **roles}),
        LADDER,
        decisions,
    )


def state(resolution: Resolution, row: Row) -> State:
    return next(one.state for one in resolution.mappings if one.source_id == row["id"])


DAILY = user("daily@contoso.com", displayName="Robin Double", employeeId="C3")
ADMIN = user("admin@contoso.com", displayName="Robin Double (admin)", employeeId="C3")
ROBIN = user("rd@fabrikam.com", displayName="Robin Double", employeeId="C3")


def decide(row: Row, decision: str, target: Row | None = None) -> Decision:
    return Decision("user", row["id"], target["id"] if target else None, decision, "because", "someone")


def test_neither_is_accepted() -> None:
    found = settled([DAILY, ADMIN], [], [ROBIN])
    assert [one.code for one in found.conflicts] == ["C03", "C03"]
    assert {one.state for one in found.mappings if one.kind == "user"} == {State.BLOCKED}


def test_somebody_without_any_right_claims_as_well() -> None:
    found = settled([ADMIN], [DAILY], [ROBIN])
    assert [one.code for one in found.conflicts] == ["C03"]
    assert "daily@contoso.com" in found.conflicts[0].detail


def test_a_deleted_account_claims_nothing() -> None:
    gone = {**DAILY, "deletedDateTime": "2026-01-01T00:00:00Z"}
    assert state(settled([ADMIN], [gone], [ROBIN]), ADMIN) is State.ACCEPTED


def test_the_choice_of_a_person_stands_and_the_other_falls() -> None:
    found = settled([DAILY, ADMIN], [], [ROBIN], decide(ADMIN, "choose", ROBIN))
    assert (state(found, ADMIN), state(found, DAILY)) == (State.ACCEPTED, State.BLOCKED)


def test_skipping_all_but_one_settles_it() -> None:
    found = settled([DAILY, ADMIN], [], [ROBIN], decide(ADMIN, "skip"))
    assert (state(found, ADMIN), state(found, DAILY)) == (State.SKIPPED, State.ACCEPTED)
    assert found.conflicts == ()


def test_two_choices_of_one_account_are_still_a_conflict() -> None:
    found = settled(
        [DAILY, ADMIN], [], [ROBIN], decide(ADMIN, "choose", ROBIN), decide(DAILY, "choose", ROBIN)
    )
    assert [one.code for one in found.conflicts] == ["C03", "C03"]


def test_swapped_numbers_give_nobody_the_account_of_another() -> None:
    """A's number stands on B's account. B, who holds the anchor to it, is ambiguous and so not accepted:
    that must not leave the account to A."""
    a = user("a@contoso.com", displayName="Anna Berg Lund", employeeId="C1")
    b = user("b@contoso.com", displayName="Anna Berg", employeeId="C2", onPremisesImmutableId="b==")
    b_there = user("b1@fabrikam.com", displayName="Anna Berg", employeeId="C1", onPremisesImmutableId="b==")
    other = user("x@fabrikam.com", displayName="Otto Other", employeeId="C2")
    found = settled([a], [b], [b_there, other])
    assert state(found, a) is State.BLOCKED
    assert [one.code for one in found.conflicts] == ["C03"]
    assert State.ACCEPTED not in {one.state for one in settled([a, b], [], [b_there, other]).mappings[1:]}


def test_weaker_evidence_of_somebody_unsettled_puts_no_anchor_in_doubt() -> None:
    anna = user("anna@contoso.com", displayName="Anna Berg", onPremisesImmutableId="a==")
    alias = user(
        "box@contoso.com", displayName="Box", proxyAddresses=["smtp:anna@contoso.com"], employeeId="C9"
    )
    there = user("anna@fabrikam.com", displayName="Anna Berg", onPremisesImmutableId="a==")
    box = user("box2@fabrikam.com", displayName="Box", employeeId="C9")
    assert state(settled([anna], [alias], [there, box]), anna) is State.ACCEPTED


def test_where_the_source_was_not_read_whole_somebody_else_may_claim_the_same() -> None:
    found = settled([ADMIN], [], [ROBIN], unread=["users"])
    assert state(found, ADMIN) is State.PROPOSED
    assert found.conflicts == ()


def test_a_choice_for_somebody_who_was_not_read_is_a_claim() -> None:
    both = (decide(ADMIN, "choose", ROBIN), decide(DAILY, "choose", ROBIN))
    assert [one.code for one in settled([ADMIN], [], [ROBIN], *both, unread=["users"]).conflicts] == ["C03"]
    # Who is known not to exist claims nothing.
    assert settled([ADMIN], [], [ROBIN], *both).conflicts == ()


def test_a_number_under_another_name_yields_to_the_one_who_has_the_name() -> None:
    kim = user("kim@contoso.com", displayName="Anna Kim", employeeId="C1")
    garcia = user("garcia@contoso.com", displayName="Anna Garcia", mail="ag@contoso.com", employeeId="C2")
    there = user("x@fabrikam.com", displayName="Anna Garcia", mail="ag@fabrikam.com", employeeId="C1")
    assert state(settled([kim], [], [there]), kim) is State.ACCEPTED
    assert state(settled([kim], [garcia], [there]), kim) is State.BLOCKED
