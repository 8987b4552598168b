"""A small pair of tenants: the target lacks the unit, the group and the custom role that rights need."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

from migrate.lab.seed.small import small_pair

CREATE = "[create]\nadministrative_units = true\ngroups = true\ncustom_roles = true\n"
COPY = '[policies]\nmode = "copy"\n'
EXCHANGE = "29232cdf-9323-42fd-ade2-1d097af3e4de"
SHORT = {"Expiration_EndUser_Assignment": {"isExpirationRequired": True, "maximumDuration": "PT2H"}}


def lacking_pair(now: datetime) -> tuple[Any, Any]:
    """The source's group has a member and an owner, and policies of its own for either."""
    source, target = (deepcopy(dict(one)) for one in small_pair(now))
    (group,) = source["groups"]
    people = sorted(one["principalId"] for one in source["groupEligibilitySchedules"])
    source["groupMembers"] = {group["id"]: [people[0]]}
    source["groupOwners"] = {group["id"]: [people[1]]}
    policies = source["groupPolicies"][group["id"]]
    policies["member"] = {**policies["member"], **SHORT}
    source["rolePolicies"] = {EXCHANGE: SHORT}
    _ask_for_what_is_known(source, target)
    customs = [one["id"] for one in target["roleDefinitions"] if not one["isBuiltIn"]]
    gone = {one["id"] for kind in ("groups", "administrativeUnits") for one in target[kind]} | set(customs)
    for kind in ("groups", "administrativeUnits", "roleDefinitions"):
        target[kind] = [one for one in target[kind] if one["id"] not in gone]
    for kind in ("groupMembers", "groupOwners", "administrativeUnitMembers", "groupPolicies", "roleAliases"):
        target[kind] = {one: each for one, each in target[kind].items() if one not in gone}
    target["onboardedGroups"] = []
    for side in (source, target):
        side["truth"] = {one: each for one, each in side["truth"].items() if one not in gone}
    return source, target


def _ask_for_what_is_known(source: dict[str, Any], target: dict[str, Any]) -> None:
    """Gives the custom role an action of a built-in one: the lab knows those that its roles have."""
    built_in = next(one for one in target["roleDefinitions"] if one["isBuiltIn"])
    action = built_in["rolePermissions"][0]["allowedResourceActions"][0]
    for role in source["roleDefinitions"]:
        if not role["isBuiltIn"]:
            role["rolePermissions"] = [{"allowedResourceActions": [action], "condition": None}]
