"""Tenants as the resolver reads them: made by hand, or out of the lab's seed documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from migrate.lab.policy_rules import default_rules, merged
from migrate.resolve.evidence import Ladder
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SOURCE, TARGET = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
WEIGHTS: Mapping[str, float] = {
    "template_id": 950,
    "permission_set": 90,
    "on_premises_immutable_id": 100,
    "on_premises_security_identifier": 95,
    "app_id": 90,
    "employee_id": 80,
    "guest": 75,
    "user_principal_name": 70,
    "mail": 65,
    "proxy_address": 60,
    "membership_rule": 70,
    "member_overlap": 60,
    "mail_nickname": 15,
    "name": 10,
}
LADDER = Ladder(WEIGHTS, {"contoso.com": "fabrikam.com"})
EXCHANGE = "29232cdf-9323-42fd-ade2-1d097af3e4de"
ELIGIBILITY, GROUP_ELIGIBILITY = "roleEligibilitySchedule", "groupEligibilitySchedule"


def ident(name: str) -> str:
    """A GUID that belongs to a name."""
    return str(uuid5(UUID(int=7), name))


def user(name: str, **properties: Any) -> Row:
    return {"id": ident(name), "displayName": name, "userPrincipalName": name, **properties}


def group(name: str, **properties: Any) -> Row:
    shape = {"groupTypes": [], "securityEnabled": True, "isAssignableToRole": True}
    return {"id": ident(name), "displayName": name, **shape, **properties}


def unit(name: str) -> Row:
    return {"id": ident(name), "displayName": name}


def built_in(role_id: str = EXCHANGE, name: str = "Exchange Administrator") -> Row:
    return {
        "id": role_id,
        "templateId": role_id,
        "displayName": name,
        "isBuiltIn": True,
        "rolePermissions": [
            {"allowedResourceActions": ["microsoft.office365.exchange/allEntities/allTasks"]}
        ],
    }


def custom(name: str, *actions: str, display_name: str = "Key Reader", **properties: Any) -> Row:
    return {
        "id": ident(name),
        "templateId": ident(name),
        "displayName": display_name,
        "isBuiltIn": False,
        "rolePermissions": [{"allowedResourceActions": list(actions)}],
        **properties,
    }


def schedule_info(end: str | None = None, start: str = "2026-01-01T00:00:00Z") -> Row:
    kind = "noExpiration" if end is None else "afterDateTime"
    return {"startDateTime": start, "expiration": {"type": kind, "endDateTime": end, "duration": None}}


def right(
    name: str,
    principal: str,
    role: str = EXCHANGE,
    scope: str | None = "/",
    *,
    end: str | None = None,
    start: str = "2026-01-01T00:00:00Z",
    **properties: Any,
) -> Row:
    """An eligibility for a directory role; ``principal`` and ``role`` are ids."""
    return {
        "id": ident(name),
        "principalId": principal,
        "roleDefinitionId": role,
        "directoryScopeId": scope,
        "appScopeId": None,
        "memberType": "Direct",
        "status": "Provisioned",
        "scheduleInfo": schedule_info(end, start),
        **properties,
    }


def group_right(
    name: str, principal: str, group_id: str, access: str = "member", *, end: str | None = None, **more: Any
) -> Row:
    return {
        "id": f"{group_id}_{access}_{ident(name)}",
        "principalId": principal,
        "groupId": group_id,
        "accessId": access,
        "memberType": "direct",
        "scheduleInfo": schedule_info(end),
        **more,
    }


def policy(governed: str, *, group_id: str | None = None, **rules: Row) -> Row:
    """A policy's assignment, with the rules given by id (Graph's names have no dash) over the defaults."""
    made = merged(default_rules(group=group_id is not None), rules)
    return {
        "id": f"policy_{group_id or 'tenant'}_{governed}",
        "scopeId": group_id or "/",
        "scopeType": "Group" if group_id else "DirectoryRole",
        "roleDefinitionId": governed,
        "policy": {"rules": list(made.values())},
    }


def member(object_id: str, kind: str = "user") -> Row:
    """One row of a list of members."""
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": object_id}


def view(
    tenant_id: str,
    rows: Mapping[str, Iterable[Row]],
    *,
    unread: Iterable[str] = (),
    aliases: Mapping[str, str] | None = None,
    lists: Mapping[str, Mapping[str, Iterable[Row]]] | None = None,
) -> TenantView:
    """A tenant with these rows, keyed as the command line keys them, and what Graph lists per parent."""
    listed = {
        kind: {one: tuple(rows) for one, rows in parents.items()} for kind, parents in (lists or {}).items()
    }
    keyed = {kind: {str(row["id"]).lower(): row for row in found} for kind, found in rows.items()}
    return TenantView(tenant_id, keyed, frozenset(unread), dict(aliases or {}), lists=listed)


def seeded(seed: Mapping[str, Any], *, unread: Iterable[str] = ()) -> TenantView:
    """What a snapshot of one of the lab's tenants holds: PIM spells roles with an alias by that alias."""
    gone = {str(one).lower() for one in seed["deletedIds"]}
    aliases = {str(listed): str(alias) for listed, alias in seed["roleAliases"].items()}
    rows: dict[str, list[Row]] = {
        kind: [row for row in seed[listed] if str(row["id"]).lower() not in gone]
        for kind, listed in (
            ("user", "users"),
            ("group", "groups"),
            ("servicePrincipal", "servicePrincipals"),
            ("administrativeUnit", "administrativeUnits"),
            ("roleDefinition", "roleDefinitions"),
        )
    }
    for kind, listed in (
        (ELIGIBILITY, "roleEligibilitySchedules"),
        ("roleAssignmentSchedule", "roleAssignmentSchedules"),
        (GROUP_ELIGIBILITY, "groupEligibilitySchedules"),
    ):
        rows[kind] = [_schedule(kind, row, aliases) for row in seed[listed]]
    onboarded = {*seed["onboardedGroups"], *seed["groupPolicies"]}
    onboarded |= {row["groupId"] for row in seed["groupEligibilitySchedules"]}
    rows["pimGroup"] = [{"id": one} for one in sorted(onboarded)]
    rows["roleManagementPolicy"] = [
        policy(aliases.get(role["id"], role["id"]), **seed["rolePolicies"].get(role["id"], {}))
        for role in rows["roleDefinition"]
    ] + [
        policy(access, group_id=one, **seed["groupPolicies"].get(one, {}).get(access, {}))
        for one in sorted(onboarded)
        for access in ("member", "owner")
    ]
    domains = [{"name": row["id"]} for row in seed["domains"]]
    rows["organization"] = [
        {"id": seed["tenantId"], "displayName": seed["displayName"], "verifiedDomains": domains}
    ]
    rows["groupAssignmentSchedule"] = [
        _schedule("groupAssignmentSchedule", row, aliases) for row in seed["groupAssignmentSchedules"]
    ]
    rows["authenticationContext"] = seed["authenticationContextClassReferences"]
    listed_by_alias = {alias: listed for listed, alias in aliases.items()}
    return view(
        str(seed["tenantId"]), rows, unread=unread, aliases=listed_by_alias, lists=_lists(seed, rows, gone)
    )


def _lists(
    seed: Mapping[str, Any], rows: Mapping[str, list[Row]], gone: set[str]
) -> dict[str, dict[str, list[Row]]]:
    """Every list of members and owners, empty ones too: the lab's tenants are read whole."""
    types = {row["id"]: kind for kind in ("user", "group", "servicePrincipal") for row in rows[kind]}
    found: dict[str, dict[str, list[Row]]] = {}
    for kind, parent, listed in (
        ("groupMember", "group", "groupMembers"),
        ("groupOwner", "group", "groupOwners"),
        ("administrativeUnitMember", "administrativeUnit", "administrativeUnitMembers"),
    ):
        found[kind] = {
            row["id"]: [
                member(one, types.get(one, "device"))
                for one in seed[listed].get(row["id"], ())
                if one.lower() not in gone
            ]
            for row in rows[parent]
        }
    return found


def _schedule(kind: str, row: Mapping[str, Any], aliases: Mapping[str, str]) -> Row:
    made = {
        **row,
        "memberType": row.get("memberType", "Direct"),
        "scheduleInfo": schedule_info(row["endDateTime"], row["startDateTime"]),
    }
    named = [made["principalId"], made.get("groupId"), made.get("accessId")]
    if "roleDefinitionId" in made:
        made["roleDefinitionId"] = aliases.get(made["roleDefinitionId"], made["roleDefinitionId"])
        made["appScopeId"] = None
        named += [made["roleDefinitionId"], made["directoryScopeId"]]
    return {"id": ident(f"{kind}/{'/'.join(str(one) for one in named)}"), **made}
