"""One person, one role and one group in two tenants, and the drafts of whatever rights they have."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tenant_pairs import (
    ELIGIBILITY,
    GROUP_ELIGIBILITY,
    LADDER,
    NOW,
    SOURCE,
    TARGET,
    built_in,
    group,
    policy,
    unit,
    user,
    view,
)

from migrate.plan.build import Planner
from migrate.plan.document import Draft
from migrate.plan.guard import Guard
from migrate.resolve.decisions import Decision
from migrate.resolve.resolution import resolve

Row = dict[str, Any]
ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1")
THERE = user("as@fabrikam.com", displayName="Anna Smith", employeeId="C1")
OPS, THEIR_OPS = group("Ops"), group("Their Ops", displayName="Ops")
EMEA, THEIR_EMEA = unit("EMEA"), {**unit("Their EMEA"), "displayName": "EMEA"}
CHOSEN = (
    Decision("group", OPS["id"], THEIR_OPS["id"], "choose"),
    Decision("administrativeUnit", EMEA["id"], THEIR_EMEA["id"], "choose"),
)


def drafts(
    rights: Iterable[Row] = (),
    group_rights: Iterable[Row] = (),
    *,
    there: Iterable[Row] = (),
    group_there: Iterable[Row] = (),
    policies: Iterable[Row] | None = None,
    managed: bool = True,
    guard: Guard | None = None,
    decisions: tuple[Decision, ...] = CHOSEN,
    roles: tuple[Row, ...] = (built_in(),),
    their_roles: tuple[Row, ...] | None = None,
    their_units: tuple[Row, ...] = (THEIR_EMEA,),
    source_unread: Iterable[str] = (),
    target_unread: Iterable[str] = (),
    aliases: dict[str, str] | None = None,
    source_policies: Iterable[Row] = (),
    as_of: datetime | None = None,
) -> list[Draft]:
    """What becomes of the rights; ``policies`` are the target's, by default relaxed ones for Ops."""
    if policies is None:
        relaxed = {"Expiration_Admin_Eligibility": {"isExpirationRequired": False}}
        policies = [policy(one, group_id=THEIR_OPS["id"], **relaxed) for one in ("member", "owner")]
    source = view(
        SOURCE,
        {
            "user": [ANNA],
            "group": [OPS],
            "administrativeUnit": [EMEA],
            "roleDefinition": roles,
            ELIGIBILITY: rights,
            GROUP_ELIGIBILITY: group_rights,
            "roleManagementPolicy": source_policies,
        },
        unread=source_unread,
    )
    target = view(
        TARGET,
        {
            "user": [THERE],
            "group": [THEIR_OPS],
            "administrativeUnit": their_units,
            "roleDefinition": roles if their_roles is None else their_roles,
            ELIGIBILITY: there,
            GROUP_ELIGIBILITY: group_there,
            "roleManagementPolicy": policies,
            "pimGroup": [{"id": THEIR_OPS["id"]}] if managed else [],
        },
        unread=target_unread,
        aliases=aliases,
    )
    found = resolve(source, target, LADDER, decisions, as_of=as_of)
    return Planner(source, target, found, guard or Guard(), NOW).drafts()


def one(*rights: Row, **more: Any) -> Draft:
    (found,) = drafts(rights, **more)
    return found


def one_of_group(*rights: Row, **more: Any) -> Draft:
    (found,) = drafts(group_rights=rights, **more)
    return found
