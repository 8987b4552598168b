"""A tenant in canonical form: two dumps are equal when the tenants are, ids and starts aside."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from migrate.lab.clock import iso_or_none
from migrate.lab.policies import show_rule
from migrate.lab.tenant import KINDS, Tenant
from migrate.lab.timeline import settle

Json = dict[str, Any]
CONFIGURATION = (
    "conditionalAccessPolicies",
    "namedLocations",
    "authenticationStrengthPolicies",
    "accessReviewDefinitions",
)
_NOISE = {
    "createdDateTime",
    "modifiedDateTime",
    "lastModifiedDateTime",
    "renewedDateTime",
    "deletedDateTime",
    "securityIdentifier",
}


def dump(tenant: Tenant, now: datetime, parts: Collection[str] | None = None) -> Json:
    """Everything that configuration is, sorted: objects, memberships, roles, schedules, policies, onboarding.

    Left out: request logs, ids and starts of schedules, times of creation, what has ended or was deleted.
    ``parts`` names what is wanted of it, for tenants whose people would fill the memory; ValueError for a
    part that there is not.
    """
    settle(tenant, now)
    makers = _makers(tenant, now)
    unknown = sorted(set(parts or ()) - set(makers))
    if unknown:
        raise ValueError(f"a dump has no part {unknown[0]!r}; it has {', '.join(makers)}")
    wanted = {name: make for name, make in makers.items() if parts is None or name in parts}
    shown = {name: make() for name, make in wanted.items()}
    return {"tenantId": tenant.id, "displayName": tenant.display_name, **shown}


def _makers(tenant: Tenant, now: datetime) -> dict[str, Callable[[], Any]]:
    """Each part by name, with what makes it."""
    groups = tenant.objects["groups"]
    managed = sorted(each for each in tenant.onboarded if each in groups)
    return {
        "domains": lambda: [_plain(domain) for domain in _sorted(tenant.domains)],
        **{kind: partial(_rows, tenant.objects[kind]) for kind in KINDS},
        "groupMembers": lambda: _links(tenant.members),
        "groupOwners": lambda: _links(tenant.owners),
        "administrativeUnitMembers": lambda: _links(tenant.unit_members),
        "roleDefinitions": lambda: _rows(tenant.roles),
        "schedules": lambda: {kind: _schedules(tenant, kind, now) for kind in sorted(tenant.schedules)},
        "onboardedGroups": lambda: managed,
        "rolePolicies": lambda: {
            str(row["id"]): _rules(tenant.role_policy(str(row["id"])).rules) for row in _sorted(tenant.roles)
        },
        "groupPolicies": lambda: {
            group_id: {
                access: _rules(tenant.group_policy(group_id, access).rules) for access in ("member", "owner")
            }
            for group_id in managed
        },
        "authenticationContextClassReferences": lambda: _rows(tenant.contexts),
        **{key: partial(_rows, tenant.documents[key]) for key in CONFIGURATION},
    }


def _rows(table: Iterable[Json]) -> Json:
    return {str(row["id"]): _plain(row) for row in _sorted(table)}


def _sorted(rows: Any) -> Iterator[Json]:
    yield from sorted(rows, key=lambda row: str(row["id"]))


def _plain(row: Mapping[str, Any]) -> Json:
    """Without times of creation, and null where Graph makes no difference between null and nothing."""
    return {
        name: copy.deepcopy(row[name])
        for name in sorted(row)
        if name not in _NOISE and row[name] is not None and row[name] != [] and row[name] != ""
    }


def _links(links: Mapping[str, Mapping[str, None]]) -> dict[str, list[str]]:
    return {owner: sorted(links[owner]) for owner in sorted(links) if links[owner]}


def _schedules(tenant: Tenant, kind: str, now: datetime) -> list[Json]:
    group = kind.startswith("group")
    rows = []
    for row in tenant.schedules[kind]:
        if not row.lives(now):
            continue
        shown: Json = {
            "principalId": row.principal_id.lower(),
            "groupId" if group else "roleDefinitionId": row.target.lower(),
            "accessId" if group else "directoryScopeId": row.where,
            "endDateTime": iso_or_none(row.end),
            "memberType": row.member_type,
        }
        if row.assignment_type is not None:
            shown["assignmentType"] = row.assignment_type
        rows.append(shown)
    return sorted(rows, key=lambda row: tuple(str(value) for value in row.values()))


def _rules(rules: Mapping[str, Json]) -> dict[str, Json]:
    """Rules compared as Graph does: enabled rules as a set, null and the empty text as one."""
    shown = {}
    for rule_id in sorted(rules):
        rule = _plain(show_rule(rules[rule_id]))
        for name in ("enabledRules", "notificationRecipients"):
            if name in rule:
                rule[name] = sorted(rule[name])
        shown[rule_id] = rule
    return shown
