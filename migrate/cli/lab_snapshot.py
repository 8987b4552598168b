"""A tenant for the lab out of a snapshot: what the snapshot holds becomes a seed document.

The lab knows nothing of snapshots, and snapshots nothing of the lab. What a snapshot does not hold, or holds
in part, is said: the lab cannot answer as the tenant did where nobody has asked the tenant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from migrate.kinds.schedule import end_of

if TYPE_CHECKING:
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.store.snapshots import Snapshots

Seed = dict[str, Any]
AS_THEY_ARE = {
    "user": "users",
    "group": "groups",
    "servicePrincipal": "servicePrincipals",
    "administrativeUnit": "administrativeUnits",
    "roleDefinition": "roleDefinitions",
    "domain": "domains",
    "subscribedSku": "subscribedSkus",
    "authenticationContext": "authenticationContextClassReferences",
    "authenticationStrength": "authenticationStrengthPolicies",
    "conditionalAccessPolicy": "conditionalAccessPolicies",
    "namedLocation": "namedLocations",
    "accessReview": "accessReviewDefinitions",
    "userRegistration": "userRegistrationDetails",
    "resourceAction": "resourceActions",
}
"""Kinds whose rows the seed takes as Graph gave them, with the key that they stand under."""
SCHEDULES = {
    "roleEligibilitySchedule": "roleEligibilitySchedules",
    "roleAssignmentSchedule": "roleAssignmentSchedules",
    "groupEligibilitySchedule": "groupEligibilitySchedules",
    "groupAssignmentSchedule": "groupAssignmentSchedules",
}
MEMBERSHIPS = {
    "groupMember": "groupMembers",
    "groupOwner": "groupOwners",
    "administrativeUnitMember": "administrativeUnitMembers",
}
_HOLDERS = ("user", "group", "servicePrincipal")
_KEPT = (
    "id",
    "principalId",
    "roleDefinitionId",
    "directoryScopeId",
    "appScopeId",
    "groupId",
    "accessId",
    "memberType",
    "assignmentType",
    "createdUsing",
    "createdDateTime",
    "modifiedDateTime",
)


def seed_of(
    snapshots: Snapshots, info: SnapshotInfo, app: Mapping[str, Any], now: datetime
) -> tuple[Seed, list[str]]:
    """The seed document of a snapshot, with an app that may sign in, and what to tell about it.

    Raises StateError where the snapshot was changed after it was sealed or cannot be read.
    """
    from migrate.crawl.run import LOOK_UP

    snapshots.verify_seal(info.id)
    aliases = snapshots.aliases(info.id)
    seed: Seed = {"tenantId": info.tenant_id, "apps": [dict(app)], "truth": {}}
    for kind, key in AS_THEY_ARE.items():
        rows = list(snapshots.rows(info.id, kind))
        if rows or kind in (*_HOLDERS, "administrativeUnit", "roleDefinition"):
            seed[key] = rows
    for kind, key in SCHEDULES.items():
        seed[key] = [_schedule(row) for row in snapshots.rows(info.id, kind)]
    for kind, key in MEMBERSHIPS.items():
        seed[key] = _members(snapshots, info, kind)
    seed["onboardedGroups"] = [str(row["id"]) for row in snapshots.rows(info.id, "pimGroup")]
    seed["roleAliases"] = {listed: alias for alias, listed in aliases.items()}
    _add_organization(seed, snapshots.rows(info.id, "organization"), info)
    dropped = _add_policies(seed, snapshots.rows(info.id, "roleManagementPolicy"), aliases)
    whole = {row.kind for row in snapshots.coverage(info.id) if row.complete and row.way != LOOK_UP}
    if whole.issuperset(_HOLDERS):
        seed["deletedIds"] = _gone(seed)
    return seed, _told(snapshots, info, seed, dropped, now)


def _members(snapshots: Snapshots, info: SnapshotInfo, kind: str) -> dict[str, list[str]]:
    """The ids in each list by the group or unit whose list it is."""
    found: dict[str, list[str]] = {}
    for row in snapshots.object_rows(info.id, kind):
        found.setdefault(row.parent_id, []).append(row.id)
    return found


def _schedule(row: Mapping[str, Any]) -> Seed:
    """The flat form that a seed has: Graph nests start and end."""
    shown = {name: row[name] for name in _KEPT if name in row}
    end = end_of(row)
    shown["startDateTime"] = (row.get("scheduleInfo") or {}).get("startDateTime")
    shown["endDateTime"] = None if end is None else end.isoformat()
    return shown


def _add_organization(seed: Seed, rows: Iterable[Mapping[str, Any]], info: SnapshotInfo) -> None:
    row = next(iter(rows), {})
    seed["displayName"] = row.get("displayName") or info.tenant_id
    seed["organization"] = {name: value for name, value in row.items() if name not in ("id", "displayName")}
    if "domains" not in seed:
        domains = row.get("verifiedDomains") or [{"name": "snapshot.invalid", "isDefault": True}]
        seed["domains"] = [
            {
                "id": domain["name"],
                "isDefault": bool(domain.get("isDefault")),
                "isInitial": bool(domain.get("isInitial")),
                "isVerified": True,
            }
            for domain in domains
        ]
    if not any(domain.get("isDefault") for domain in seed["domains"]):
        seed["domains"][0]["isDefault"] = True
    plans = row.get("assignedPlans") or []
    if "subscribedSkus" not in seed and plans:
        seed["subscribedSkus"] = [_sku(info.tenant_id, plan) for plan in plans]


def _sku(tenant_id: str, plan: Mapping[str, Any]) -> Seed:
    """A subscription that brings one plan: the organization tells its plans, not what it bought."""
    plan_id = str(plan.get("servicePlanId"))
    return {
        "id": f"{tenant_id}_{plan_id}",
        "skuId": plan_id,
        "skuPartNumber": str(plan.get("service") or plan_id),
        "capabilityStatus": plan.get("capabilityStatus") or "Enabled",
        "consumedUnits": 0,
        "appliesTo": "User",
        "prepaidUnits": {"enabled": 1, "suspended": 0, "warning": 0, "lockedOut": 0},
        "servicePlans": [
            {
                "servicePlanId": plan_id,
                "servicePlanName": str(plan.get("service") or plan_id),
                "provisioningStatus": "Success",
                "appliesTo": "User",
            }
        ],
    }


def _add_policies(seed: Seed, rows: Iterable[Mapping[str, Any]], aliases: Mapping[str, str]) -> list[str]:
    """Rules and identities of all policies; returns the ids of rules that the lab does not have."""
    from migrate.kinds.role_management_policy import is_of_group, rules
    from migrate.lab.policy_rules import default_rules

    known = default_rules(group=False).keys()
    seed["rolePolicies"], seed["groupPolicies"], seed["policyIdentities"] = {}, {}, {}
    dropped: set[str] = set()
    for row in rows:
        found = rules(row)
        dropped |= found.keys() - known
        kept = {name: dict(rule) for name, rule in found.items() if name in known}
        governed = str(row.get("roleDefinitionId"))
        if is_of_group(row):
            group = str(row.get("scopeId"))
            seed["groupPolicies"].setdefault(group, {})[governed] = kept
            name = f"{group}/{governed}"
        else:
            name = aliases.get(governed.lower(), governed)
            seed["rolePolicies"][name] = kept
        seed["policyIdentities"][name] = {
            "guid": str(row.get("policyId") or "").rpartition("_")[2],
            "modifiedDateTime": (row.get("policy") or {}).get("lastModifiedDateTime"),
        }
    return sorted(dropped)


def _gone(seed: Seed) -> list[str]:
    """Principals that hold something and are not there any more: PIM still lists them."""
    there = {str(row["id"]).lower() for kind in _HOLDERS for row in seed[AS_THEY_ARE[kind]]}
    named = {str(row["principalId"]).lower() for key in SCHEDULES.values() for row in seed[key]}
    return sorted(named - there)


def _told(
    snapshots: Snapshots, info: SnapshotInfo, seed: Seed, dropped: list[str], now: datetime
) -> list[str]:
    """What a person has to know before they trust the tenant."""
    told = []
    for row in snapshots.coverage(info.id):
        if not row.complete:
            of = f" of {row.parent_id}" if row.parent_id else ""
            reason = row.reason or row.code or "no reason recorded"
            told.append(f"{row.collection}{of} was not read whole ({reason}): the lab has {row.rows} rows")
    ended = sum(
        1
        for key in SCHEDULES.values()
        for row in seed[key]
        if row["endDateTime"] and datetime.fromisoformat(row["endDateTime"]) <= now
    )
    if ended:
        told.append(f"{ended} rights have ended since the snapshot was taken and are no longer listed")
    if dropped:
        told.append(f"policy rules that the lab does not have were left out: {', '.join(dropped)}")
    if "subscribedSkus" not in seed:
        told.append("the snapshot tells no licences: the lab's tenant has Entra ID P2")
    told.append(
        "a snapshot holds members of those groups and units only that privilege touches, and no log of"
        " requests: the lab's tenant has no others"
    )
    return told
