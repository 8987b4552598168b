"""What a resolution is made of: mappings, conflicts and drift, with codes that never change their meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    CREATE = "create"
    """Somebody decided that a plan makes it in the target."""
    BLOCKED = "blocked"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Evidence:
    """One rule that speaks for one target object, with the value on which both sides agree."""

    rule: str
    value: str
    target_id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The counterpart of one source object, or why there is none that can be trusted."""

    kind: str
    source_id: str
    name: str
    target_id: str | None
    target_name: str | None
    state: State
    rule: str | None
    confidence: float
    runner_up: str | None
    reason: str
    evidence: Sequence[Evidence] = ()


@dataclass(frozen=True)
class Conflict:
    """A GUID that has no single right counterpart, or that stands where it must not.

    ``blocks`` lists the source schedules that do not move while it is open, ``concerns`` those that move
    although somebody should know of it.
    """

    code: str
    kind: str
    source_id: str
    target_ids: tuple[str, ...]
    detail: str
    blocks: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    name: str = ""
    """What it is about, where the kind and the id do not lead to a name."""

    @property
    def remedy(self) -> str:
        return REMEDIES[self.code]


@dataclass(frozen=True)
class Drift:
    """Something whose faithful copy would mean something else in the target; ``blocks`` and ``concerns`` as
    for conflicts, ``detail["name"]`` says what it is about."""

    code: str
    kind: str
    source_id: str
    target_id: str | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return str(self.detail.get("name") or "")

    @property
    def remedy(self) -> str:
        return REMEDIES[self.code]


MEANINGS: Mapping[str, str] = {
    "C01": "no counterpart in the target",
    "C02": "several candidates",
    "C03": "two source objects claim one target object",
    "C04": "the counterpart is of another type",
    "C05": "a decision names a target object that is gone",
    "C06": "the source object is deleted (orphan)",
    "C07": "the same GUID means another object in the target",
    "C08": "the name is taken by another object",
    "C09": "the person is both a guest and a member in the target",
    "C10": "the target group cannot carry roles (not role-assignable, dynamic, synced)",
    "C11": "approver cannot be mapped: activation would lock",
    "C12": "references form a circle (approval deadlock, nested groups)",
    "C13": "protected principal",
    "C14": "a source GUID stands where a target GUID belongs",
    "D01": "the scope has no counterpart",
    "D02": "the scope would widen",
    "D03": "administrative unit: other members",
    "D04": "administrative unit: other membership rule or restriction",
    "D05": "custom role: other permissions",
    "D06": "built-in role missing, disabled or changed in the target",
    "D07": "policy rule weaker or stricter than the source's",
    "D08": "schedule cannot be kept as it is (expired, beyond the policy's maximum, permanent not allowed)",
    "D09": "application scope has no counterpart",
    "D10": "already there, but different",
    "D11": "the target changed after the plan was made",
    "D12": "held through a group in the source, directly in the target (or the reverse)",
}

BLOCKS: Mapping[str, str] = {
    "C01": "every right that names the object; nothing once it is decided that a plan makes it",
    "C02": "every right that names the object",
    "C03": "every right that names one of the claimants, unless a person chose between them",
    "C04": "every right that names the object",
    "C05": "every right that names the object",
    "C06": "every right that names the object",
    "C07": "every right that names the object, unless a person decided about it",
    "C08": "nothing by itself: it says why the counterpart cannot be made under this name",
    "C09": "every right that names the person",
    "C10": "every right of the group, and every right to be in it",
    "C11": "nothing: told of every right that the policy governs; plans that copy policies leave that rule",
    "C12": "nothing: told of every right that it touches",
    "C13": "every right that names the principal, on either side",
    "C14": "every right that names the object, where it stands in a decision; elsewhere nothing",
    "D01": "every right at that scope",
    "D02": "every right at that scope, decided or not",
    "D03": "nothing: told of every right at that scope",
    "D04": "nothing: told of every right at that scope",
    "D05": "every right to that role, unless a person decided it",
    "D06": "every right to a role that is missing or disabled; changed permissions block nothing",
    "D07": "nothing: told of every right that the policy governs",
    "D08": "that right",
    "D09": "every right at that scope",
    "D10": "that right",
    "D11": "that write",
    "D12": "nothing: told of the right",
}
"""What does not move while the finding is open: whatever would give a right to the wrong object, over more
than in the source, or that Graph would refuse. What makes a right easier or harder to use is told."""

REMEDIES: Mapping[str, str] = {
    "C01": "create the object in the target and snapshot again, or decide: choose a target_id, skip,"
    " or accept without a target_id to have a plan make it (units, groups, custom roles)",
    "C02": "decide which candidate is right: choose its target_id in mappings/decisions.csv",
    "C03": "decide for each of the source objects: choose, or skip all but one",
    "C04": "choose a target object of the same type",
    "C05": "choose a target object that exists, or take the decision out",
    "C06": "nothing can be moved for a deleted object: decide skip, and remove the right in the source",
    "C07": "decide which target object is the counterpart (choose or accept with its target_id), or skip",
    "C08": "rename the one or the other, or decide choose if it is the counterpart after all",
    "C09": "decide whether the member or the guest account is the counterpart: choose its target_id",
    "C10": "choose or create a cloud group in the target that is role-assignable and not dynamic",
    "C11": "give the policy at least two approvers who are enabled in the target, then snapshot again",
    "C12": "break the circle: name an approver who needs no activation, or take one group out of the other",
    "C13": "the [guard] table of engagement.toml names this principal: no plan may touch it",
    "C14": "put the counterpart's id of the target in its place; where it is Graph's, take it out there",
    "D01": "create the administrative unit in the target and snapshot again, or choose one that exists",
    "D02": "choose a scope that is as narrow as the source's, or skip; no decision lets a right widen",
    "D03": "make the members equal ([members] of_existing in move.toml adds who is missing), or accept it",
    "D04": "make the rule equal; a restricted unit has to be made anew: it cannot be changed",
    "D05": "make the permissions equal and snapshot again, or decide accept or choose for the role",
    "D06": "nothing, if Microsoft is changing the role; otherwise choose another role, or skip",
    "D07": "have a plan change the rule ([policies] mode in move.toml), change it by hand, or accept it",
    "D08": "extend the right in the source, change the policy, or see [rights] beyond_policy in move.toml",
    "D09": "install the application in the target and snapshot again; other scopes have to be made by hand",
    "D10": "make both sides equal ([rights] existing in move.toml has a plan do it), or leave it",
    "D11": "take a new snapshot of the target and plan again",
    "D12": "take away the one that is not wanted in the target, or skip the right",
}
