"""The rules of PIM: one policy per role, and two per group that PIM manages (member and owner).

A policy's id holds a GUID that is random per tenant, so policies meet across tenants only by the role
or by the group and access that they govern (graph-facts §2.5). A row here is the *assignment* of a
policy with the policy and its rules expanded, since only the assignment names the role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Reference, Row
from migrate.kinds.request import Lane, Request, get, quoted
from migrate.kinds.schedule import parse_duration

ROLE_POLICIES = "roleManagementPolicies"
GROUP_POLICIES = "groupManagementPolicies"
RULE = "roleManagementPolicyRule"
"""One rule of a policy: it is written by itself, so it is a kind of write, although Graph lists policies."""
ROLE_READ_PERMISSIONS = ("RoleManagementPolicy.Read.Directory", "RoleManagement.Read.Directory")
GROUP_READ_PERMISSIONS = ("RoleManagementPolicy.Read.AzureADGroup",)
WRITE_PERMISSIONS = ("RoleManagementPolicy.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")
GROUP_WRITE_PERMISSIONS = ("RoleManagementPolicy.ReadWrite.AzureADGroup",)
_ASSIGNMENTS = "/policies/roleManagementPolicyAssignments"
_POLICIES = "/policies/roleManagementPolicies"
_OF_ROLES = "scopeId eq '/' and scopeType eq 'DirectoryRole'"


def role_listing(_parent: str | None) -> Request:
    return _assignments(_OF_ROLES, ROLE_READ_PERMISSIONS)


def of_role(role_definition_id: str) -> Request:
    """The policy that governs one role. PIM may know a custom role by another id than the directory does:
    an empty answer does not say that there is no policy (graph-facts §4.1)."""
    chosen = f"{_OF_ROLES} and roleDefinitionId eq {quoted(role_definition_id)}"
    return _assignments(chosen, ROLE_READ_PERMISSIONS)


def group_listing(parent: str | None) -> Request:
    if parent is None:
        raise ValueError("policies of groups are listed per group")
    return _assignments(_of_group(parent), GROUP_READ_PERMISSIONS)


def of_group(group_id: str, access_id: str) -> Request:
    """The policy that governs being ``member`` or ``owner`` of one group. Its id changes with the first
    change of a rule: ask again before the next one (graph-facts §3.5)."""
    chosen = f"{_of_group(group_id)} and roleDefinitionId eq {quoted(access_id)}"
    return _assignments(chosen, GROUP_READ_PERMISSIONS)


def patch_rule(policy_id: str, rule: Mapping[str, Any]) -> Request:
    """Replaces one rule of a policy by ``rule``, which must be whole.

    Raises:
        ValueError: the rule lacks its type, its id, or a part of its target. Graph accepts an incomplete
            target with 204 and has broken the policy by it (observed behaviours 4).
    """
    if lacking := incomplete(rule):
        raise ValueError(f"a rule without {', '.join(lacking)} would break policy {policy_id}")
    of_group = policy_id.lower().startswith("group_")
    return Request(
        "PATCH",
        f"{_POLICIES}/{policy_id}/rules/{rule['id']}",
        body=dict(rule),
        lane=Lane.PIM_POLICIES,
        permissions=GROUP_WRITE_PERMISSIONS if of_group else WRITE_PERMISSIONS,
    )


TARGET_PARTS = ("caller", "operations", "level", "inheritableSettings", "enforcedSettings")
"""What the target of a rule consists of (graph-facts §2.5)."""


def incomplete(rule: Mapping[str, Any]) -> list[str]:
    """What a rule lacks to be sent, by name."""
    found = rule.get("target")
    target: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    lacking = [name for name in ("@odata.type", "id") if not rule.get(name)]
    return lacking + [f"target.{name}" for name in TARGET_PARTS if target.get(name) is None]


def _assignments(filter_: str, permissions: tuple[str, ...]) -> Request:
    return get(
        _ASSIGNMENTS,
        lane=Lane.PIM_POLICIES,
        permissions=permissions,
        filter=filter_,
        expand="policy($expand=rules)",
    )


def _of_group(group_id: str) -> str:
    return f"scopeId eq {quoted(group_id)} and scopeType eq 'Group'"


def is_of_group(row: Row) -> bool:
    return str(row.get("scopeType") or "").lower() == "group"


def key_of_role(role_definition_id: str) -> str:
    return f"role:{role_definition_id}".lower()


def key_of_group(group_id: str, access_id: str) -> str:
    return f"group:{group_id}:{access_id}".lower()


def natural_key(row: Row) -> str:
    governed = str(row.get("roleDefinitionId") or "")
    return key_of_group(str(row.get("scopeId")), governed) if is_of_group(row) else key_of_role(governed)


def rules(row: Row) -> dict[str, Row]:
    """The rules by their fixed id, the same 17 spellings in every tenant."""
    policy: Mapping[str, Any] = row.get("policy") or {}
    found = policy.get("rules") or ()
    return {str(rule["id"]): rule for rule in found if isinstance(rule, Mapping) and rule.get("id")}


def enabled(row: Row, rule_id: str) -> frozenset[str]:
    """What an enablement rule asks for, in lower case: Graph does not keep the order."""
    return frozenset(str(name).lower() for name in rules(row).get(rule_id, {}).get("enabledRules") or ())


def must_end(row: Row, *, active: bool = False) -> bool:
    """Whether an eligibility (``active``: an active assignment) may not be permanent."""
    return _expiration(row, active).get("isExpirationRequired") is True


def longest(row: Row, *, active: bool = False) -> timedelta | None:
    """How long it may last at most, where the policy says so in units that PIM takes."""
    return parse_duration(_expiration(row, active).get("maximumDuration"))


def _expiration(row: Row, active: bool) -> Row:
    return rules(row).get("Expiration_Admin_Assignment" if active else "Expiration_Admin_Eligibility", {})


GROUP_DEFAULT: Row = {
    "policy": {
        "rules": [
            {"id": "Expiration_Admin_Eligibility", "isExpirationRequired": True, "maximumDuration": "P365D"},
            {"id": "Enablement_Admin_Eligibility", "enabledRules": []},
            {"id": "Expiration_Admin_Assignment", "isExpirationRequired": True, "maximumDuration": "P180D"},
            {"id": "Enablement_Admin_Assignment", "enabledRules": ["Justification"]},
            {"id": "Expiration_EndUser_Assignment", "isExpirationRequired": True, "maximumDuration": "PT8H"},
            {"id": "Enablement_EndUser_Assignment", "enabledRules": ["Justification"]},
            {"id": "Approval_EndUser_Assignment", "setting": {"isApprovalRequired": False}},
            {"id": "AuthenticationContext_EndUser_Assignment", "isEnabled": False, "claimValue": None},
        ]
    }
}
"""What governs a group from the moment that PIM takes it over: nothing is permanent
(graph-facts §2.5, §4.6)."""


def references(row: Row) -> Iterable[Reference]:
    if is_of_group(row):
        yield Reference("scopeId", "group", str(row.get("scopeId")))
    elif row.get("roleDefinitionId"):
        yield Reference("roleDefinitionId", "roleDefinition", str(row["roleDefinitionId"]))
    setting = rules(row).get("Approval_EndUser_Assignment", {}).get("setting") or {}
    for stage in setting.get("approvalStages") or ():
        for approver in stage.get("primaryApprovers") or ():
            # The documented write form carries "id", the form that is read back userId or groupId.
            if found := approver.get("userId") or approver.get("groupId") or approver.get("id"):
                yield Reference("primaryApprovers", DIRECTORY_OBJECT, str(found))


def name_of(row: Row) -> str:
    return str(row.get("policyId") or row.get("id") or "")


KIND = Kind("roleManagementPolicy", ROLE_POLICIES, role_listing, natural_key, references, name_of)
GROUP_KIND = Kind(
    "roleManagementPolicy",
    GROUP_POLICIES,
    group_listing,
    natural_key,
    references,
    name_of,
    listed_per="pimGroup",
)
