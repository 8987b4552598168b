"""What a resolution is made of: mappings, conflicts and drift, with codes that never change their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    BLOCKED = "blocked"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Evidence:
    """One rule that speaks for one target object, with the value on which both sides agree."""

    rule: str
    value: str
    target_id: str
    confidence: float


@dataclass(frozen=True)
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
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """A GUID that has no single right counterpart; ``blocks`` lists the source schedules that hang on it."""

    code: str
    kind: str
    source_id: str
    target_ids: tuple[str, ...]
    detail: str
    blocks: tuple[str, ...] = ()

    @property
    def remedy(self) -> str:
        return REMEDIES[self.code]


@dataclass(frozen=True)
class Drift:
    """Something whose faithful copy would mean something else in the target."""

    code: str
    kind: str
    source_id: str
    target_id: str | None
    detail: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()

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
    "C09": "the person is both a guest and a member in the target",
    "C10": "the target group cannot carry roles (not role-assignable, dynamic, synced)",
    "C13": "protected principal",
    "D01": "the scope has no counterpart",
    "D05": "custom role: other permissions",
    "D08": "schedule cannot be kept as it is (expired, beyond the policy's maximum, permanent not allowed)",
    "D09": "application scope has no counterpart",
    "D10": "already there, but different",
    "D11": "the target changed after the plan was made",
}

REMEDIES: Mapping[str, str] = {
    "C01": "create the object in the target and snapshot again, or decide: choose a target_id, or skip",
    "C02": "decide which candidate is right: choose its target_id in mappings/decisions.csv",
    "C03": "decide for each of the source objects: choose, or skip all but one",
    "C04": "choose a target object of the same type",
    "C05": "choose a target object that exists, or take the decision out",
    "C06": "nothing can be moved for a deleted object: decide skip, and remove the right in the source",
    "C09": "decide whether the member or the guest account is the counterpart: choose its target_id",
    "C10": "choose or create a cloud group in the target that is role-assignable and not dynamic",
    "C13": "the [guard] table of engagement.toml names this principal: no plan may touch it",
    "D01": "create the administrative unit in the target and snapshot again, or choose one that exists",
    "D05": "make the permissions equal and snapshot again, or decide accept or choose for the role",
    "D08": "extend the right in the source, or change the target's policy, then snapshot again",
    "D09": "install the application in the target and snapshot again; other scopes have to be made by hand",
    "D10": "make both sides equal, or leave the target's as it is",
    "D11": "take a new snapshot of the target and plan again",
}
