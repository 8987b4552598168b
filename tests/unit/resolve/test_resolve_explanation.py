"""What a resolution knows about one object."""

from __future__ import annotations

from dataclasses import replace

from explained_pair import (
    ANNA,
    ANNA_THERE,
    ANNAS,
    BERT,
    BERTS,
    CARA,
    CARA_THERE,
    CARA_TWICE,
    DECISIONS,
    GONE,
    OPS,
    OPS_THERE,
    STRANGER,
    UNIT,
    VIEWS,
    resolved,
)
from tenant_pairs import ELIGIBILITY, EXCHANGE

from migrate.resolve.explanation import Explanation, Fate, explain
from migrate.resolve.find_object import Side, Views, find
from migrate.resolve.findings import State

FATES = {
    (ELIGIBILITY, ANNAS): Fate("create", "not there yet"),
    (ELIGIBILITY, BERTS): Fate("blocked", "the scope is open", ("C01", "D01")),
}
NO_FATE = Fate("not moved", "")


def explained(text: str, views: Views = VIEWS) -> Explanation:
    resolution = resolved()
    (found,) = find(text, views, resolution)
    return explain(found, resolution, DECISIONS, views, FATES, NO_FATE)


def test_the_candidates_stand_with_their_evidence_counterpart_first() -> None:
    told = explained(CARA["id"])
    assert [(one.id, one.standing) for one in told.candidates] == [
        (CARA_THERE["id"], "counterpart"),
        (CARA_TWICE["id"], "runner-up"),
    ]
    assert "employee_id" in {one.rule for one in told.candidates[0].evidence}
    assert {one.rule for one in told.candidates[1].evidence} >= {"user_principal_name", "mail"}
    assert told.counterpart is not None
    assert told.counterpart.state is State.PROPOSED
    assert [one.code for one in told.conflicts] == ["C02"]


def test_what_hangs_on_it_has_its_fate() -> None:
    told = explained(ANNA["id"])
    assert {(one.kind, one.fate.action if one.fate else "") for one in told.rights} == {
        (ELIGIBILITY, "create"),
        ("groupEligibilitySchedule", "not moved"),
    }
    assert {one.words.right for one in told.rights} == {"Exchange Administrator", "member of ROLE-Ops"}


def test_blocked_rights_come_first() -> None:
    told = explained(EXCHANGE)
    assert told.rights[0].id == BERTS
    assert len(told.rights) == 3


def test_a_decision_is_told() -> None:
    assert explained(OPS["id"]).decisions == DECISIONS
    assert explained(OPS_THERE["id"]).decisions == DECISIONS


def test_a_target_object_tells_who_claims_it() -> None:
    told = explained(CARA_TWICE["id"])
    assert [(one.id, one.standing, one.state) for one in told.candidates] == [
        (CARA["id"], "runner-up", State.PROPOSED)
    ]
    assert [one.code for one in told.conflicts] == ["C02"]
    claimed = explained(ANNA_THERE["id"])
    assert [(one.id, one.standing) for one in claimed.candidates] == [(ANNA["id"], "counterpart")]
    assert [one.words.principal for one in claimed.rights] == ["as@fabrikam.com"]
    assert claimed.rights[0].fate is None
    assert explained(STRANGER["id"]).candidates == ()


def test_a_right_tells_what_it_names_and_what_stands_in_its_way() -> None:
    told = explained(BERTS)
    assert {(how, one.id, mapping.state if mapping else None) for how, one, mapping in told.named} == {
        ("principalId", BERT["id"], State.PROPOSED),
        ("roleDefinitionId", EXCHANGE, State.ACCEPTED),
        ("directoryScopeId", UNIT["id"], State.PROPOSED),
    }
    assert {one.code for one in told.conflicts} == {"C01", "C11"}
    assert {one.code for one in told.drift} == {"D01"}
    assert [one.fate.codes for one in told.rights if one.fate] == [("C01", "D01")]


def test_an_orphan_is_explained_although_nothing_was_read_of_it() -> None:
    told = explained(GONE)
    assert told.facts == {}
    assert [one.code for one in told.conflicts] == ["C06"]


def test_approvers_and_governed_roles_know_their_policy() -> None:
    approver = [(one.how, one.name) for one in explained(BERT["id"]).referrers]
    assert approver == [("approver in", "policy for Exchange Administrator")]
    governed = [one.how for one in explained(EXCHANGE).referrers]
    assert governed == ["governed by"]


def test_membership_is_told_where_it_was_read_and_said_to_be_unknown_where_not() -> None:
    told = explained(ANNA["id"])
    assert told.unlisted == ("groupMembers", "groupOwners", "administrativeUnitMembers")
    lists = {
        "groupMember": {OPS["id"]: ({"id": ANNA["id"]},)},
        "groupOwner": {OPS["id"]: ()},
        "administrativeUnitMember": {UNIT["id"]: ()},
    }
    known = {**VIEWS, Side.SOURCE: replace(VIEWS[Side.SOURCE], lists=lists)}
    told = explained(ANNA["id"], known)
    assert told.unlisted == ()
    assert [(one.how, one.id) for one in told.referrers] == [("member of group", OPS["id"])]
