"""What a wave can go by, of rights in a small source tenant."""

from __future__ import annotations

from typing import Any

from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    NOW,
    SOURCE,
    built_in,
    group,
    group_right,
    member,
    right,
    unit,
    user,
    view,
)

from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.plan.document import Action, Draft
from migrate.plan.right_facts import FactsOf, RightFacts
from migrate.resolve.privilege import privilege_of
from migrate.resolve.tiers import Classifier, TierTable

ANNA = user("Anna@contoso.com", department=" Finance  EMEA ")
OPS, OUTER, EMPTY, EMEA = group("Ops"), group("Outer"), group("Empty"), unit("EMEA")
TABLE = TierTable({0: "top", 1: "next", 3: "all"}, {GLOBAL_ADMINISTRATOR: 0, EXCHANGE: 1})


def facts(row: dict[str, Any], *, unread: tuple[str, ...] = ()) -> RightFacts:
    standing = right("ga", OUTER["id"], GLOBAL_ADMINISTRATOR, assignmentType="Assigned")
    of_group = "groupId" in row
    source = view(
        SOURCE,
        {
            "user": [ANNA],
            "group": [OPS, OUTER, EMPTY],
            "administrativeUnit": [EMEA],
            "roleDefinition": [built_in(), built_in(GLOBAL_ADMINISTRATOR, "Global Administrator")],
            "roleAssignmentSchedule": [standing],
            ELIGIBILITY: [] if of_group else [row],
            GROUP_ELIGIBILITY: [row] if of_group else [],
        },
        unread=unread,
        lists={
            "groupMember": {
                OUTER["id"]: [member(OPS["id"], "group")],
                OPS["id"]: [member(ANNA["id"])],
                EMPTY["id"]: [],
            }
        },
    )
    kind = GROUP_ELIGIBILITY if of_group else ELIGIBILITY
    knows = FactsOf(source, privilege_of(source, Classifier(source, TABLE), NOW), TABLE)
    return knows.of(Draft(Action.CREATE, kind, "key", "not there yet", source=row))


def test_a_role_at_a_scope() -> None:
    found = facts(right("r", ANNA["id"], scope=f"/administrativeUnits/{EMEA['id']}"))
    assert found.tiers == {1}
    assert found.roles == {EXCHANGE, "exchange administrator"}
    assert found.scopes >= {"administrative_unit", "emea", EMEA["id"]}
    assert found.departments == {"finance emea"}
    assert found.groups == {OPS["id"], "ops", OUTER["id"], "outer"}, "groups in groups too"
    assert found.ids >= {ANNA["id"], "anna@contoso.com"}


def test_a_way_into_a_group_is_as_powerful_as_what_it_leads_to() -> None:
    found = facts(group_right("g", ANNA["id"], OPS["id"]))
    assert (found.tier, found.scopes) == (0, {"group"})
    assert found.roles == {GLOBAL_ADMINISTRATOR, "global administrator"}
    assert {"ops", OPS["id"]} <= found.groups


def test_a_group_that_leads_nowhere_is_least_and_one_that_was_not_read_is_most() -> None:
    row = group_right("g", ANNA["id"], EMPTY["id"])
    assert facts(row).tier == 3
    assert facts(row, unread=("roleAssignmentSchedules",)).tier == TABLE.unclassified == 0
