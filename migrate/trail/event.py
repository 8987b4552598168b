"""One privileged change as an auditor asks for it: who, what, why, when, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any


class Severity(IntEnum):
    """How much somebody should care; the numbers are those of OCSF."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


class Result(StrEnum):
    """Whether it came out as asked."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"


class Subject(StrEnum):
    """What an event is about."""

    WRITE = "write"
    APPROVAL = "approval"
    STOP = "stop"
    RESUMPTION = "resumption"
    WITHDRAWAL = "withdrawal"
    OTHER = "other"
    """An entry that this file knows nothing better of."""


@dataclass(frozen=True)
class Who:
    """Who wrote. '' where the journal does not know: older versions kept none of it, and a run in which
    nobody signed in has no object id."""

    object_id: str = ""
    """Of the service principal or the user that Graph saw."""
    app_id: str = ""
    """The client id of the application, be it for a user."""
    app_only: bool = False
    operator: str = ""
    """The account of the machine that ran the program."""
    verb: str = ""
    version: str = ""
    """Of this program, at the time."""


@dataclass(frozen=True)
class Approval:
    """A person's word for the plan, given before the run."""

    approver: str
    key_id: str
    at: str


@dataclass(frozen=True)
class What:
    """What was changed, as far as the plan and the journal tell; '' where they do not."""

    kind: str = ""
    key: str = ""
    plan_action: str = ""
    right: str = ""
    principal_id: str = ""
    principal: str = ""
    scope_id: str = ""
    scope: str = ""
    object_id: str = ""
    """Of what the write made or changed."""
    role_id: str = ""
    group_id: str = ""
    names: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    target: Mapping[str, Any] = field(default_factory=dict)
    method: str = ""
    path: str = ""


@dataclass(frozen=True)
class Why:
    """``reason`` is the plan's, ``message`` the outcome's, ``justification`` what Graph was told."""

    reason: str = ""
    message: str = ""
    justification: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """``at`` is ISO 8601 in UTC with ``Z``. ``before`` and ``after`` are images of what stood in the place;
    None for nothing there, or nothing known. ``verified`` is false from the first break of the chain on."""

    sequence: int
    hash: str
    at: str
    subject: Subject
    action: str
    direction: str
    outcome: str
    result: Result
    severity: Severity
    who: Who
    what: What
    why: Why
    run: str
    plan: str
    plan_hash: str
    wave: str
    batch: int | None
    write: str
    approvals: tuple[Approval, ...]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    verified: bool

    @property
    def told(self) -> str:
        """The event in a line of words."""
        if not self.write:
            return " ".join(part for part in (self.action, f"plan {self.plan}", self.why.message) if part)
        whom = f"for {self.what.principal or self.what.principal_id}"
        at = f"at {self.what.scope or self.what.scope_id}"
        parts = [self.action, self.what.right or self.what.key]
        parts += [whom] if whom != "for " else []
        parts += [at] if at != "at " else []
        return " ".join(parts) + (f": {self.why.message}" if self.why.message else "")


@dataclass(frozen=True)
class Origin:
    """Where the events come from: the engagement, the tenant that it writes to, this program's version."""

    engagement: str
    tenant_id: str
    version: str
