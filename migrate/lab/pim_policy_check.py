"""Whether a policy lets a request through, an administrator's or a person's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from migrate.lab.clock import parse_duration
from migrate.lab.errors import GraphError, policy_failed
from migrate.lab.schedules import Wanted
from migrate.lab.tenant import Policy


def check(
    policy: Policy, section: str, wanted: Wanted, body: Mapping[str, Any], *, action: str, mfa: bool
) -> None:
    """Raises the refusal that names every rule which fails.

    An extension beyond the policy's maximum passes, as it does in Graph (microsoft-graph-docs issue 16359).
    """
    failed = failing_rules(policy, section, wanted, body, mfa=mfa, timed=action != "adminExtend")
    if failed:
        raise policy_failed(failed)


def failing_rules(
    policy: Policy, section: str, wanted: Wanted, body: Mapping[str, Any], *, mfa: bool, timed: bool = True
) -> list[str]:
    """The rules of one section that the request violates, in the order in which Graph names them."""
    if policy.broken:
        # The PATCH that broke it was accepted (microsoft-graph-docs issue 16689).
        raise GraphError(400, "InvalidPolicy", f"The policy rule id {sorted(policy.broken)[0]} is invalid.")
    failed: list[str] = []
    if timed and _expiration_fails(policy.rules[f"Expiration_{section}"], wanted.length):
        failed.append("ExpirationRule")
    enabled = {str(name).lower() for name in policy.rules[f"Enablement_{section}"].get("enabledRules") or []}
    if "justification" in enabled and not str(body.get("justification") or "").strip():
        failed.append("JustificationRule")
    ticket = body.get("ticketInfo") or {}
    if "ticketing" in enabled and not (ticket.get("ticketNumber") or ticket.get("ticketSystem")):
        failed.append("TicketingRule")
    if "multifactorauthentication" in enabled and not mfa:
        # A token without a person can never show a second factor (EasyPIM issue 113).
        failed.append("MfaRule")
    return failed


def wanted_context(policy: Policy) -> str | None:
    """The authentication context that an activation needs, or None."""
    rule = policy.rules["AuthenticationContext_EndUser_Assignment"]
    return str(rule.get("claimValue") or "") or None if rule.get("isEnabled") else None


def wants_approval(policy: Policy) -> bool:
    return bool((policy.rules["Approval_EndUser_Assignment"].get("setting") or {}).get("isApprovalRequired"))


def approver_ids(policy: Policy) -> list[str]:
    """Users and groups named as primary approvers; nobody means: the privileged role administrators."""
    stages = (policy.rules["Approval_EndUser_Assignment"].get("setting") or {}).get("approvalStages") or []
    return [
        str(each.get("userId") or each.get("groupId") or each.get("id"))
        for stage in stages
        for each in stage.get("primaryApprovers") or []
        if each.get("userId") or each.get("groupId") or each.get("id")
    ]


def _expiration_fails(rule: Mapping[str, Any], length: timedelta | None) -> bool:
    longest = rule.get("maximumDuration")
    try:
        limit = parse_duration(str(longest)) if longest else None
    except ValueError:
        limit = None
    if limit == timedelta():
        return True  # PT0S is accepted by the policy and fails every later request (graph-facts §3.5).
    if not rule.get("isExpirationRequired"):
        return False
    return length is None or (limit is not None and length > limit)
