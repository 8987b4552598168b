"""The source with its standing assignments among its eligibility."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tenant_pairs import ELIGIBILITY, EXCHANGE, NOW, SOURCE, built_in, ident, right, user, view

from migrate.kinds.schedule import end_of, start_of
from migrate.plan.convert import TierRuleSet
from migrate.plan.converted_source import Conversion, converted_source
from migrate.plan.document import Action
from migrate.resolve.converted import is_converted
from migrate.resolve.reference_graph import rights
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
ACTIVE = "roleAssignmentSchedule"
ANNA, TOOL = user("anna@contoso.com"), {"id": ident("tool"), "displayName": "Tool"}


def standing(name: str = "a", principal: str = ANNA["id"], **properties: Any) -> Row:
    return right(name, principal, **{"assignmentType": "Assigned", **properties})


def source(
    *assignments: Row, eligible: tuple[Row, ...] = (), aliases: dict[str, str] | None = None
) -> TenantView:
    rows = {
        "user": [ANNA],
        "servicePrincipal": [TOOL],
        "roleDefinition": [built_in()],
        ACTIVE: assignments,
        ELIGIBILITY: eligible,
    }
    return view(SOURCE, rows, aliases=aliases)


def found(*assignments: Row, **more: Any) -> Conversion:
    return converted_source(source(*assignments, **more), lambda _: TierRuleSet(2), frozenset(), NOW)


def test_a_standing_assignment_is_an_eligibility_that_says_where_it_comes_from() -> None:
    made = found(standing())
    [(kind, row)] = rights(made.source)
    assert (kind.name, row["id"], is_converted(row)) == (ELIGIBILITY, ident("a"), True)
    assert "assignmentType" not in row
    assert (start_of(row), end_of(row)) == (None, None)
    assert made.says == {ident("a"): "eligible for good by tier 2"}
    assert made.source.of_kind(ACTIVE) == {}
    assert list(made.left_out()) == []


def test_whoever_is_eligible_for_it_already_gets_no_second_one() -> None:
    alias = {ident("as pim calls it"): EXCHANGE}
    own = right("own", ANNA["id"], ident("as pim calls it"))
    made = found(standing(), eligible=(own,), aliases=alias)
    assert [row["id"] for _, row in rights(made.source)] == [own["id"]]
    [left] = made.left_out()
    assert (left.action, left.kind) == (Action.SKIP, ACTIVE)
    assert "eligible for it in the source already" in left.reason


def test_what_stays_is_named_and_sessions_are_not() -> None:
    session = standing("s", assignmentType="Activated")
    through = standing("g", memberType="Group")
    made = found(standing("t", TOOL["id"]), session, through)
    [left] = made.left_out()
    assert (left.source["principalId"], left.names["principal"]) == (TOOL["id"], "Tool")
    assert "a service principal cannot be eligible" in left.reason
    assert made.why_staying() == {ident("t"): left.reason.removeprefix("not converted: ")}


def test_where_active_assignments_move_those_that_stay_are_rights_of_their_own() -> None:
    there = replace(source(standing(), standing("t", TOOL["id"])), moves_active=True)
    made = converted_source(there, lambda _: TierRuleSet(2), frozenset(), NOW)
    assert list(made.left_out()) == []
    assert [(kind.name, row["principalId"]) for kind, row in rights(made.source)] == [
        (ELIGIBILITY, ANNA["id"]),
        (ACTIVE, TOOL["id"]),
    ]
