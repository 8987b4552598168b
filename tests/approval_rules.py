"""The rule of a policy that asks for approval, and the approvers in it, as Graph has them."""

from __future__ import annotations

from typing import Any

Rule = dict[str, Any]


def approver(object_id: str, *, group: bool = False, **more: Any) -> Rule:
    kind, name = ("groupMembers", "groupId") if group else ("singleUser", "userId")
    return {"@odata.type": f"#microsoft.graph.{kind}", name: object_id, **more}


def asked_for(*approvers: Rule, **setting: Any) -> Rule:
    """An approval that is needed, in one stage."""
    stage = {
        "approvalStageTimeOutInDays": 1,
        "isApproverJustificationRequired": True,
        "escalationTimeInMinutes": 0,
        "isEscalationEnabled": False,
        "primaryApprovers": list(approvers),
        "escalationApprovers": [],
    }
    return {
        "setting": {
            "isApprovalRequired": True,
            "isApprovalRequiredForExtension": False,
            "isRequestorJustificationRequired": True,
            "approvalMode": "SingleStage",
            "approvalStages": [stage],
            **setting,
        }
    }
