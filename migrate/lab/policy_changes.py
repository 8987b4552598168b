"""A change of policy rules: what is refused, what breaks a policy, what is written (graph-facts §3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.lab import audit
from migrate.lab.call import Call, Json
from migrate.lab.clock import parse_duration
from migrate.lab.errors import GraphError, schema_error
from migrate.lab.shapes import check_body, check_nested
from migrate.lab.tenant import Policy


def _checked(policy: Policy, rule_id: str, change: Json) -> tuple[Json, bool]:
    """The rule after the change, and whether the change spoils the policy."""
    standing = policy.rules.get(rule_id)
    if standing is None:
        raise GraphError(400, "InvalidPolicy", f"The policy rule id {rule_id} is invalid.")
    kind = str(change.get("@odata.type") or "").lstrip("#")
    if not kind:
        raise schema_error(
            "The request body must contain '@odata.type' to say which kind of "
            "microsoft.graph.unifiedRoleManagementPolicyRule it is."
        )
    if kind.lower() != str(standing["@odata.type"]).lstrip("#").lower():
        raise GraphError(500, "", "An error has occurred.")
    if change.get("id") not in (None, rule_id):
        raise GraphError(400, "InvalidPolicy", f"The policy rule id {change.get('id')} is invalid.")
    type_name = str(standing["@odata.type"]).rsplit(".", 1)[-1]
    check_body(change, type_name)
    target = check_nested(change, "target", "unifiedRoleManagementPolicyRuleTarget")
    check_nested(change, "setting", "approvalSettings")
    changed = {
        **standing,
        **{k: v for k, v in change.items() if not k.startswith("@odata") and k != "target"},
    }
    spoilt = type_name.endswith("NotificationRule") and not (target and target.get("caller"))
    if type_name.endswith("ExpirationRule"):
        _check_expiration(changed)
    if type_name.endswith("EnablementRule"):
        _check_enablement(rule_id, changed)
    return changed, spoilt


def _check_expiration(rule: Json) -> None:
    if not rule.get("maximumDuration"):
        if rule.get("isExpirationRequired"):
            raise GraphError(400, "InvalidPolicy", "The policy is invalid.")  # terraform azuread issue 1537
        return
    try:
        parse_duration(str(rule["maximumDuration"]))
    except ValueError as error:
        raise GraphError(400, "InvalidPolicy", "The policy is invalid.") from error


def _check_enablement(rule_id: str, rule: Json) -> None:
    known = {"multifactorauthentication", "justification", "ticketing"}
    names = {str(name).lower() for name in rule.get("enabledRules") or []}
    if not names <= known or ("ticketing" in names and rule_id == "Enablement_Admin_Assignment"):
        raise GraphError(400, "InvalidPolicy", "The policy is invalid.")


def apply_changes(call: Call, policy: Policy, changes: list[tuple[str, Json]]) -> None:
    """All changes or none. MFA and the authentication context exclude each other in one direction only."""
    rules, broken = dict(policy.rules), set(policy.broken or ())
    for rule_id, change in changes:
        rules[rule_id], spoilt = _checked(policy, rule_id, change)
        broken = broken | {rule_id} if spoilt else broken - {rule_id}
    sets_mfa = any(
        rule_id == "Enablement_EndUser_Assignment" and _has_mfa(rules[rule_id]) for rule_id, _ in changes
    )
    if sets_mfa and rules["AuthenticationContext_EndUser_Assignment"].get("isEnabled"):
        raise GraphError(
            400, "MfaAndAcrsConflict", "The Mfa and Acrs policy settings cannot be enabled simultaneously."
        )
    policy.rules, policy.broken = rules, broken or None
    policy.modified = call.now
    if policy.group_id is not None:
        call.tenant.onboard(policy.group_id)
        policy.guid = call.ids.new()  # The id changes on modification (terraform azuread issue 1466).
    audit.record(
        call.tenant,
        call.now,
        "Update role setting in PIM",
        call.caller,
        (policy.group_id or call.tenant.listed_role_id(policy.role_id),),
        category="RoleManagement" if policy.group_id is None else "GroupManagement",
        details={"RuleIds": ",".join(rule_id for rule_id, _ in changes)},
    )
    call.tenant.touch()


def _has_mfa(rule: Mapping[str, Any]) -> bool:
    return any(str(name).lower() == "multifactorauthentication" for name in rule.get("enabledRules") or [])
