"""Small tenants for the tests of effective privilege: who is in which group, and who holds which role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tenant_pairs import ELIGIBILITY, EXCHANGE, GROUP_ELIGIBILITY, built_in, ident, right, view

from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.resolve.privilege import Addition, Privilege, privilege_of
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import Classifier, TierTable

Row = dict[str, Any]
READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"
TABLE = TierTable(
    names={0: "top", 1: "near", 2: "low"}, roles={GLOBAL_ADMINISTRATOR: 0, EXCHANGE: 1, READER: 2}
)
ROLES = (built_in(GLOBAL_ADMINISTRATOR, "Global Administrator"), built_in(), built_in(READER, "Reader"))
ROLE_ASSIGNMENT, GROUP_ASSIGNMENT = "roleAssignmentSchedule", "groupAssignmentSchedule"


def member(name: str, kind: str = "user") -> Row:
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": ident(name), "displayName": name}


def tenant(
    users: Iterable[str] = (),
    groups: Iterable[str] = (),
    *,
    members: Mapping[str, Iterable[str]] | None = None,
    owners: Mapping[str, Iterable[str]] | None = None,
    rows: Mapping[str, Iterable[Row]] | None = None,
    unread: Iterable[str] = (),
    roles: Iterable[Row] = ROLES,
    tenant_id: str = "t",
) -> TenantView:
    """A tenant of which everything was read but what ``unread`` names; a group without members is empty.

    People and groups go by name; ``unread`` takes ``groupMembers:NAME`` for one group.
    """
    groups = tuple(groups)
    cut = {one.partition(":")[::2] for one in unread}
    given = {key: list(found) for key, found in (rows or {}).items()}
    managed = {str(row["groupId"]) for row in given.get(GROUP_ELIGIBILITY, [])}
    made = view(
        tenant_id,
        {
            "user": [{"id": ident(one), "displayName": one, "userPrincipalName": one} for one in users],
            "group": [{"id": ident(one), "displayName": one} for one in groups],
            "roleDefinition": roles,
            "pimGroup": [{"id": one} for one in sorted(managed)],
            **given,
        },
        unread=[f"{what}:{ident(of)}" if of else what for what, of in cut],
    )

    def lists(what: str, collection: str, given: Mapping[str, Iterable[str]]) -> dict[str, tuple[Row, ...]]:
        return {
            ident(one): tuple(
                member(each, "group" if each in groups else "user") for each in given.get(one, ())
            )
            for one in groups
            if (collection, one) not in cut and (collection, "") not in cut
        }

    return replace(
        made,
        lists={
            "groupMember": lists("groupMember", "groupMembers", members or {}),
            "groupOwner": lists("groupOwner", "groupOwners", owners or {}),
        },
    )


def holds(name: str, role: str, scope: str = "/", **more: Any) -> Row:
    """A standing assignment of a role."""
    return right(f"{name} {role} {scope}", ident(name), role, scope, assignmentType="Assigned", **more)


def eligible(name: str, role: str, scope: str = "/", **more: Any) -> Row:
    return right(f"{name} may {role} {scope}", ident(name), role, scope, **more)


def privilege(of: TenantView, table: TierTable = TABLE, added: Iterable[Addition] = ()) -> Privilege:
    return privilege_of(of, Classifier(of, table), None, added)


__all__ = [
    "ELIGIBILITY",
    "EXCHANGE",
    "GLOBAL_ADMINISTRATOR",
    "GROUP_ASSIGNMENT",
    "GROUP_ELIGIBILITY",
    "READER",
    "ROLES",
    "ROLE_ASSIGNMENT",
    "TABLE",
    "eligible",
    "holds",
    "ident",
    "privilege",
    "tenant",
]
