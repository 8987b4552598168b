"""What the approval of a target's policy should become: translated whole or not at all.

An approver whom nobody can find, or too few of them, would lock the role for everybody (graph-facts §4.9).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.kinds import policy_approver, policy_rule
from migrate.kinds.kind import Row
from migrate.kinds.policy_approver import Approver
from migrate.kinds.policy_rule_names import APPROVAL
from migrate.plan.policy_change import Destination, LeftAlone, Mode

Stage = Mapping[str, Any]


def wanted_approval(source: Row, target: Row, mode: Mode, destination: Destination) -> Row | LeftAlone:
    found = _wanted(source, target, mode, destination)
    if isinstance(found, LeftAlone) or policy_rule.meaning(found) == policy_rule.meaning(target):
        return found
    standing = [one for stage in policy_rule.stages(target) for one in policy_approver.of_stage(stage)]
    if strange := sorted({one.kind for one in standing if not policy_approver.can_be_written(one)}):
        why = f"an approver of the target could not be put back: {', '.join(strange)}"
        return LeftAlone(APPROVAL, why, ("D07",))
    if policy_rule.setting(found)["isApprovalRequired"] is not True:
        return found
    return _too_few(policy_rule.stages(found), destination) or found


def _wanted(source: Row, target: Row, mode: Mode, destination: Destination) -> Row | LeftAlone:
    ours, theirs = policy_rule.setting(source), policy_rule.setting(target)
    if ours["isApprovalRequired"] is not True:
        if mode is Mode.STRENGTHEN:
            return target
        # Whoever stands there as an approver stays: he is asked for nothing.
        return {**target, "setting": {**theirs, "isApprovalRequired": False}}
    stages = _translated(source, destination)
    if isinstance(stages, LeftAlone):
        return stages
    setting = _setting(ours, theirs, mode)
    if mode is Mode.STRENGTHEN and theirs["isApprovalRequired"] is True:
        kept = _stricter(stages, policy_rule.stages(target), _mode(ours), _mode(theirs))
        if kept is None:
            why = "the approvers of source and target differ, and neither are the stricter ones"
            return LeftAlone(APPROVAL, why, ("D07",))
        setting, stages = {**setting, "approvalMode": _mode(theirs)}, kept
    return {**target, "setting": {**setting, "approvalStages": list(stages)}}


def _translated(source: Row, destination: Destination) -> tuple[Stage, ...] | LeftAlone:
    """The source's stages with approvers of the target."""
    found: list[Stage] = []
    lost: list[str] = []
    for stage in policy_rule.stages(source):
        into: list[Approver] = []
        for one in policy_approver.of_stage(stage):
            target_id = destination.translate(one.kind, one.id) if one.id else None
            if target_id:
                into.append(Approver(one.kind, target_id.lower()))
            else:
                lost.append(f"{one.kind} {one.id}".strip())
        approvers = [policy_approver.write(one) for one in dict.fromkeys(into)]
        found.append(
            {
                "approvalStageTimeOutInDays": stage.get("approvalStageTimeOutInDays")
                or policy_rule.DEFAULT_DAYS,
                "isApproverJustificationRequired": _asks_why(stage),
                "escalationTimeInMinutes": 0,
                "isEscalationEnabled": False,
                "primaryApprovers": approvers,
                "escalationApprovers": [],
            }
        )
    if lost:
        why = f"its approvers have no counterpart in the target: {', '.join(sorted(set(lost)))}"
        return LeftAlone(APPROVAL, why, ("C11",))
    if not found or not all(stage["primaryApprovers"] for stage in found):
        return LeftAlone(APPROVAL, "an approval is needed, and nobody is named who could give it", ("C11",))
    return tuple(found)


def _setting(ours: Mapping[str, Any], theirs: Mapping[str, Any], mode: Mode) -> dict[str, Any]:
    extension, reason = "isApprovalRequiredForExtension", "isRequestorJustificationRequired"
    stricter = mode is Mode.STRENGTHEN
    return {
        **{name: theirs[name] for name in ("@odata.type",) if name in theirs},
        "isApprovalRequired": True,
        extension: policy_rule.flag(ours, extension, False)
        or (stricter and policy_rule.flag(theirs, extension, False)),
        reason: policy_rule.flag(ours, reason, True) or (stricter and policy_rule.flag(theirs, reason, True)),
        "approvalMode": _mode(ours),
    }


def _mode(setting: Mapping[str, Any]) -> str:
    return str(setting.get("approvalMode") or "SingleStage")


def _asks_why(stage: Stage) -> bool:
    return policy_rule.flag(stage, "isApproverJustificationRequired", True)


def _stricter(
    ours: tuple[Stage, ...], theirs: tuple[Stage, ...], mode: str, mode_there: str
) -> tuple[Stage, ...] | None:
    """The stages of which each has the fewer approvers: whoever may approve in addition makes it easier to be
    let in. ``None`` where they cannot be compared."""
    if len(ours) != len(theirs) or mode.lower() != mode_there.lower():
        return None
    found: list[Stage] = []
    for here, there in zip(ours, theirs, strict=True):
        expected, standing = (frozenset(policy_approver.of_stage(one)) for one in (here, there))
        if not standing or not (expected <= standing or standing <= expected):
            return None
        kept = here if expected < standing else there
        days = there.get("approvalStageTimeOutInDays") or policy_rule.DEFAULT_DAYS
        asks = _asks_why(here) or _asks_why(there)
        found.append({**kept, "approvalStageTimeOutInDays": days, "isApproverJustificationRequired": asks})
    return tuple(found)


def _too_few(stages: tuple[Stage, ...], destination: Destination) -> LeftAlone | None:
    """Why the people of a stage are too few: fewer than the setting, or one who would approve himself.

    A group whose members nobody knows counts as one person.
    """
    for stage in stages:
        people: set[str] = set()
        for one in policy_approver.of_stage(stage):
            members = destination.members_of(one.id) if one.kind == "group" else frozenset({one.id})
            people |= {f"group {one.id}"} if members is None else {each.lower() for each in members}
        if len(people) < destination.minimum_approvers:
            why = f"{len(people)} could approve in the target, at least {destination.minimum_approvers} must"
            return LeftAlone(APPROVAL, why, ("C11",))
        if not people:
            return LeftAlone(APPROVAL, "nobody in the target could approve", ("C11",))
        if len(people) == 1 and people <= {one.lower() for one in destination.requestors}:
            return LeftAlone(APPROVAL, "the only approver is one of those who will ask", ("C11",))
    return None
