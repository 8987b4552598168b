"""Role management policies: required filters, expansion, and both forms of PATCH (graph-facts §2.5, §3.5)."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso_or_none
from migrate.lab.delegated import check_person
from migrate.lab.errors import (
    GraphError,
    missing_provider,
    no_licence,
    pim_not_found,
    scope_not_granted,
)
from migrate.lab.filters import Filter, parse_filter
from migrate.lab.listing import of, page
from migrate.lab.policy_changes import apply_changes
from migrate.lab.shapes import check_body, selected
from migrate.lab.tenant import Policy

POLICIES = "/policies/roleManagementPolicies"
ASSIGNMENTS = "/policies/roleManagementPolicyAssignments"
ABOUT = ("Role management policies", "§2.4, §2.5, §3.5, observed 1-13", "D O L")
_ROLE_WRITE = ("RoleManagementPolicy.ReadWrite.Directory", "RoleManagement.ReadWrite.Directory")
_ROLE_READ = (
    "RoleManagementPolicy.Read.Directory",
    "RoleManagement.Read.Directory",
    "RoleManagement.Read.All",
    *_ROLE_WRITE,
)
_GROUP_WRITE = ("RoleManagementPolicy.ReadWrite.AzureADGroup",)
_GROUP_READ = ("RoleManagementPolicy.Read.AzureADGroup", *_GROUP_WRITE)
_FILTERS = {"scopeId", "scopeType", "roleDefinitionId", "id", "policyId"}


def _allow(call: Call, group: bool, write: bool) -> None:
    permissions = (
        (_GROUP_WRITE if write else _GROUP_READ) if group else (_ROLE_WRITE if write else _ROLE_READ)
    )
    if not call.has(*permissions):
        raise scope_not_granted(permissions)
    check_person(call, write=write)
    if not call.tenant.licensed():
        raise no_licence()


def _wanted(call: Call) -> tuple[Filter, str, str]:
    """The filter, its scopeType and its scopeId; both are required."""
    text = call.query.get("$filter")
    if not text:
        raise missing_provider()
    where = parse_filter(text)
    scope_type, scope_id = where.fixed.get("scopeType", ""), where.fixed.get("scopeId", "")
    kinds = {"directoryrole": "DirectoryRole", "directory": "Directory", "group": "Group"}
    kind = kinds.get(scope_type.lower())
    if kind is None or not scope_id or not where.properties <= _FILTERS:
        raise missing_provider()
    if kind != "Group" and scope_id != "/":
        raise missing_provider()
    return where, kind, scope_id


def _of_scope(call: Call, kind: str, scope_id: str) -> Iterator[Policy]:
    tenant = call.tenant
    if kind == "Group":
        group = tenant.objects["groups"].get(scope_id)
        if group is None or not tenant.pim_knows(scope_id, call.now):
            raise pim_not_found()
        # Readable before the group is onboarded: the first PATCH is one of the two things that onboard it.
        dynamic = "DynamicMembership" in (group.get("groupTypes") or [])
        if scope_id.lower() in tenant.onboarded or not (dynamic or group.get("onPremisesSyncEnabled")):
            yield tenant.group_policy(str(group["id"]), "member")
            yield tenant.group_policy(str(group["id"]), "owner")
        return
    for role in tenant.roles:
        if tenant.pim_knows(str(role["id"]), call.now):
            yield tenant.role_policy(str(role["id"]))


def _policy_id(call: Call, policy: Policy, kind: str) -> str:
    """The id names the tenant (or the group) and never matches another tenant's."""
    return f"{kind}_{policy.group_id or call.tenant.id}_{policy.guid}"


def _show(call: Call, policy: Policy, kind: str, *, rules: bool) -> Json:
    shown: Json = {
        "id": _policy_id(call, policy, kind),
        "displayName": kind,
        "description": kind,
        "isOrganizationDefault": False,
        "scopeId": policy.group_id or "/",
        "scopeType": kind,
        "lastModifiedDateTime": iso_or_none(policy.modified),
        "lastModifiedBy": {"displayName": None, "id": None},
    }
    if rules:
        _check_readable(call, policy)
        shown["rules"] = [show_rule(rule) for rule in policy.rules.values()]
    return shown


def _check_readable(call: Call, policy: Policy) -> None:
    """The one policy of a scripted ``policy_500``: whoever reads its rules is answered 500."""
    if not call.does("policy_500"):
        return
    fault = call.fault or {}
    role = str(fault.get("roleDefinitionId") or "").lower()
    named = role in (policy.role_id.lower(), call.tenant.listed_role_id(policy.role_id).lower())
    if fault.get("groupId"):
        access = str(fault.get("accessId") or policy.role_id).lower()
        named = (str(policy.group_id).lower(), policy.role_id) == (str(fault["groupId"]).lower(), access)
    if named:
        raise GraphError(500, "UnknownError", "An error has occurred.")


def show_rule(rule: Json) -> Json:
    """A rule as v1.0 reads it back: approvers with ``@odata.type``, description and one id, no more."""
    if "setting" not in rule:
        return rule
    shown = copy.deepcopy(rule)
    for stage in shown["setting"].get("approvalStages") or []:
        stage["primaryApprovers"] = [_show_approver(each) for each in stage.get("primaryApprovers") or []]
        # Accepted on the way in, but never stored (observed-behaviours 6).
        stage["escalationApprovers"] = []
    return shown


def _show_approver(approver: Mapping[str, Any]) -> Json:
    kind = str(approver.get("@odata.type") or "")
    shown: Json = {"@odata.type": kind}
    if kind.lower().endswith("singleuser"):
        shown |= {
            "description": approver.get("description"),
            "userId": approver.get("userId") or approver.get("id"),
        }
    elif kind.lower().endswith("groupmembers"):
        shown |= {
            "description": approver.get("description"),
            "groupId": approver.get("groupId") or approver.get("id"),
        }
    elif "managerLevel" in approver:
        shown["managerLevel"] = approver["managerLevel"]
    return shown


def list_assignments(call: Call) -> Answer:
    where, kind, scope_id = _wanted(call)
    _allow(call, kind == "Group", write=False)
    expand = call.query.get("$expand", "").replace(" ", "").lower()
    with_policy = expand.startswith("policy")
    with_rules = "rules" in expand
    names = set(selected("unifiedRoleManagementPolicyAssignment", call.query.get("$select")))

    def rows() -> Iterator[Json]:
        for policy in _of_scope(call, kind, scope_id):
            policy_id = _policy_id(call, policy, kind)
            yield {
                "id": f"{policy_id}_{policy.role_id}",
                "policyId": policy_id,
                "scopeId": policy.group_id or "/",
                "scopeType": kind,
                "roleDefinitionId": policy.role_id,
                "policy": policy,
            }

    def shape(row: Mapping[str, Any]) -> Json:
        shown = {name: value for name, value in row.items() if name in names}
        if with_policy:
            shown["policy"] = _show(call, row["policy"], kind, rules=with_rules)
        return shown

    context = "policies/roleManagementPolicyAssignments"
    if with_policy:
        context += "(policy(rules()))" if with_rules else "(policy())"
    return page(call, of(rows()), context, shape, where=where)


def list_policies(call: Call) -> Answer:
    where, kind, scope_id = _wanted(call)
    _allow(call, kind == "Group", write=False)
    rules = "rules" in call.query.get("$expand", "").lower()
    names = {
        *selected("unifiedRoleManagementPolicy", call.query.get("$select")),
        *({"rules"} if rules else ()),
    }
    rows = (_show(call, policy, kind, rules=rules) for policy in _of_scope(call, kind, scope_id))
    context = "policies/roleManagementPolicies" + ("(rules())" if rules else "")
    return page(
        call, of(rows), context, lambda row: {k: v for k, v in row.items() if k in names}, where=where
    )


def _find(call: Call, policy_id: str, *, write: bool) -> tuple[Policy, str]:
    """The policy of an id and its kind. An empty or foreign id is answered with MissingProvider."""
    kind, _, rest = policy_id.partition("_")
    owner, _, guid = rest.partition("_")
    if kind not in ("DirectoryRole", "Directory", "Group") or not guid:
        raise missing_provider()
    _allow(call, kind == "Group", write)
    if kind == "Group":
        candidates = _of_scope(call, kind, owner)
    elif owner.lower() == call.tenant.id.lower():
        candidates = _of_scope(call, kind, "/")
    else:
        raise pim_not_found()
    for policy in candidates:
        if policy.guid == guid:
            return policy, kind
    raise pim_not_found()


def get_policy(call: Call, id: str) -> Answer:
    policy, kind = _find(call, id, write=False)
    rules = "rules" in call.query.get("$expand", "").lower()
    context = call.context("policies/roleManagementPolicies" + ("(rules())" if rules else "") + "/$entity")
    return Answer(200, {"@odata.context": context, **_show(call, policy, kind, rules=rules)})


def get_assignment(call: Call, id: str) -> Answer:
    policy, kind = _find(call, id.rpartition("_")[0], write=False)
    policy_id = _policy_id(call, policy, kind)
    shown: Json = {
        "@odata.context": call.context("policies/roleManagementPolicyAssignments/$entity"),
        "id": f"{policy_id}_{policy.role_id}",
        "policyId": policy_id,
        "scopeId": policy.group_id or "/",
        "scopeType": kind,
        "roleDefinitionId": policy.role_id,
    }
    expand = call.query.get("$expand", "").lower()
    if expand.startswith("policy"):
        shown["policy"] = _show(call, policy, kind, rules="rules" in expand)
    return Answer(200, shown)


def list_rules(call: Call, id: str) -> Answer:
    policy, _ = _find(call, id, write=False)
    _check_readable(call, policy)
    context = f"policies/roleManagementPolicies('{id}')/rules"
    return page(call, of(show_rule(rule) for rule in policy.rules.values()), context, dict)


def get_rule(call: Call, id: str, rule_id: str) -> Answer:
    policy, _ = _find(call, id, write=False)
    _check_readable(call, policy)
    rule = policy.rules.get(rule_id)
    if rule is None:
        raise pim_not_found()
    context = call.context(f"policies/roleManagementPolicies('{id}')/rules/$entity")
    return Answer(200, {"@odata.context": context, **show_rule(rule)})


def patch_rule(call: Call, id: str, rule_id: str) -> Answer:
    policy, _ = _find(call, id, write=True)
    apply_changes(call, policy, [(rule_id, call.json())])
    return Answer(204)


def patch_policy(call: Call, id: str) -> Answer:
    """Rules that the body does not name stay; the answer has no rules."""
    policy, kind = _find(call, id, write=True)
    body = call.json()
    check_body(body, "unifiedRoleManagementPolicy", extra=("rules",))
    rules = body.get("rules")
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise GraphError(400, "InvalidPolicy", "The policy is invalid.")
    apply_changes(call, policy, [(str(rule.get("id")), rule) for rule in rules])
    shown = _show(call, policy, kind, rules=False)
    return Answer(200, {"@odata.context": call.context("policies/roleManagementPolicies/$entity"), **shown})


def list_resources(call: Call) -> Answer:
    """Beta only: the groups that PIM knows."""
    if not call.tenant.licensed():
        raise no_licence()
    groups = (
        {"id": row["id"]}
        for group_id in call.tenant.onboarded
        if (row := call.tenant.objects["groups"].get(group_id)) is not None
    )
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    return page(call, of(groups), "identityGovernance/privilegedAccess/group/resources", dict, where=where)


def routes() -> list[Route]:
    def policy(method: str, pattern: str, handler: Any) -> Route:
        return Route(method, pattern, handler, lane="policy", check=False)

    return [
        policy("GET", POLICIES, list_policies),
        policy("GET", POLICIES + "/{id}", get_policy),
        policy("PATCH", POLICIES + "/{id}", patch_policy),
        policy("GET", POLICIES + "/{id}/rules", list_rules),
        policy("GET", POLICIES + "/{id}/rules/{rule_id}", get_rule),
        policy("PATCH", POLICIES + "/{id}/rules/{rule_id}", patch_rule),
        policy("GET", ASSIGNMENTS, list_assignments),
        policy("GET", ASSIGNMENTS + "/{id}", get_assignment),
        Route(
            "GET",
            "/identityGovernance/privilegedAccess/group/resources",
            list_resources,
            ("PrivilegedAccess.Read.AzureADGroup", "PrivilegedAccess.ReadWrite.AzureADGroup"),
            lane="pim",
            versions=("beta",),
            facts="§2.4",
            sure="D",
        ),
    ]
