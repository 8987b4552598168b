"""Who reaches what is the same whether an audit makes it of the schedules that it read, or a plan has it."""

from __future__ import annotations

from dataclasses import replace

from governed_tenant import NOW, OPERATORS, Governed
from tenant_pairs import EXCHANGE, group_right, ident

from migrate.resolve.effective import reaches
from migrate.resolve.privilege import privilege_of
from migrate.resolve.tiers import Classifier

OVER = "2026-02-15T00:00:00Z"
ALIAS = ident("the other id of a role")


def tenant() -> Governed:
    """Beside what holds: what is over, ends just now, cannot be read, mirrors another, or names nobody."""
    made = Governed()
    operators = ident(OPERATORS)
    made.eligible |= {
        "over": made.may("dora", EXCHANGE, end=OVER),
        "ends now": made.may("emil", EXCHANGE, end="2026-03-01T08:00:00Z"),
        "unreadable": made.may("finn", EXCHANGE, end="some day"),
        "mirror": made.may("dora", ALIAS, memberType="Group"),
        "alias": made.may(OPERATORS, ALIAS),
        "twice": {**made.may("ben", EXCHANGE), "id": ident("twice")},
        "nobody": {**made.may("cleo", EXCHANGE), "principalId": None},
    }
    made.standing["session"] = made.held("anna", EXCHANGE, assignmentType="Activated")
    made.group_eligible |= {
        "gone": group_right("gone", ident("dora"), operators, end=OVER),
        "owner": group_right("owner", ident("emil").upper(), operators.upper(), "Owner"),
    }
    return made


def test_an_audit_finds_who_reaches_what_as_a_plan_does() -> None:
    posture = tenant().posture()
    posture.view = replace(posture.view, role_aliases={ALIAS: EXCHANGE})
    read = privilege_of(posture.view, Classifier(posture.view, posture.table), NOW)
    found = list(reaches(posture.privilege))
    assert found == list(reaches(read)) and posture.privilege.tiers == read.tiers
    people = {one.principal_id for one in found if one.right.id == EXCHANGE}
    assert people == {ident(one) for one in ("ben", "finn", "cleo", "emil", OPERATORS)}
