"""Who may approve an activation, as a policy's rule says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.kinds import role_management_policy
from migrate.kinds.kind import Row

RULE = "Approval_EndUser_Assignment"


@dataclass(frozen=True)
class Approver:
    """A user or a group by id; a relation such as the requestor's manager has no id (``kind`` is then what
    Graph calls it), and nobody can say beforehand who that will be."""

    kind: str
    id: str = ""


def is_required(policy: Row) -> bool:
    return _setting(policy).get("isApprovalRequired") is True


def approvers_of(policy: Row) -> tuple[Approver, ...]:
    """The primary approvers of all stages, each once; Graph keeps no escalation approvers (observed
    behaviours 6)."""
    return tuple(dict.fromkeys(_each(_setting(policy))))


def _setting(policy: Row) -> Mapping[str, Any]:
    found = role_management_policy.rules(policy).get(RULE, {}).get("setting")
    return found if isinstance(found, Mapping) else {}


def _each(setting: Mapping[str, Any]) -> Iterator[Approver]:
    for stage in setting.get("approvalStages") or ():
        for one in stage.get("primaryApprovers") or ():
            kind = str(one.get("@odata.type") or "").rsplit(".", 1)[-1]
            # The documented write form carries "id", the form that is read back userId or groupId.
            if group_id := one.get("groupId") or (one.get("id") if kind == "groupMembers" else None):
                yield Approver("group", str(group_id).lower())
            elif user_id := one.get("userId") or one.get("id"):
                yield Approver("user", str(user_id).lower())
            else:
                yield Approver(kind or "unknown")
