"""Who may approve an activation, as a policy's rule says it."""

from __future__ import annotations

from migrate.kinds import policy_approver, policy_rule, role_management_policy
from migrate.kinds.kind import Row
from migrate.kinds.policy_approver import Approver
from migrate.kinds.policy_rule_names import APPROVAL as RULE

__all__ = ["RULE", "Approver", "approvers_of", "is_required"]


def is_required(policy: Row) -> bool:
    return policy_rule.setting(_rule(policy)).get("isApprovalRequired") is True


def approvers_of(policy: Row) -> tuple[Approver, ...]:
    """The primary approvers of all stages, each once; Graph keeps no escalation approvers (observed
    behaviours 6)."""
    stages = policy_rule.stages(_rule(policy))
    return tuple(dict.fromkeys(one for stage in stages for one in policy_approver.of_stage(stage)))


def _rule(policy: Row) -> Row:
    return role_management_policy.rules(policy).get(RULE, {})
