"""CEF, ArcSight's Common Event Format, version 0.

The header escapes backslash and pipe; the extension escapes backslash and equals sign and writes line ends as
two characters. Names and greatest lengths of the keys are those of the format's dictionary (implementation
standard, document version 25). Keys that begin with ``pim`` are ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from migrate.trail.event import Event, Origin, Severity
from migrate.trail.moments import milliseconds
from migrate.trail.spelling import visible

VENDOR = PRODUCT = "pim-migrate"
_SEVERITY = {
    Severity.INFORMATIONAL: 1,
    Severity.LOW: 3,
    Severity.MEDIUM: 5,
    Severity.HIGH: 8,
    Severity.CRITICAL: 10,
}
_LONGEST: Mapping[str, int] = {
    "act": 63,
    "cat": 1023,
    "cs1": 4000,
    "cs2": 4000,
    "cs3": 4000,
    "cs4": 4000,
    "cs5": 4000,
    "cs6": 4000,
    "deviceExternalId": 255,
    "duid": 1023,
    "duser": 1023,
    "externalId": 40,
    "msg": 1023,
    "outcome": 63,
    "reason": 1023,
    "request": 1023,
    "requestMethod": 1023,
    "sproc": 1023,
    "suid": 1023,
    "suser": 1023,
}
_OURS = 8000
"""The longest value of a key of ours; the standard sets no limit for those."""
_HEADER = str.maketrans({"\\": r"\\", "|": r"\|"})
_EXTENSION = str.maketrans({"\\": r"\\", "=": r"\=", "\n": r"\n", "\r": r"\r"})


def line(event: Event, origin: Origin) -> str:
    """One event on one line."""
    signature = ":".join(part for part in (event.subject.value, event.direction, event.outcome) if part)
    header = "|".join(
        header_text(part)
        for part in (
            "CEF:0",
            VENDOR,
            PRODUCT,
            origin.version,
            signature,
            _name(event),
            str(_SEVERITY[event.severity]),
        )
    )
    return f"{header}|{extension(_fields(event, origin))}"


def header_text(text: str) -> str:
    """A part of the header: on one line, its pipes and backslashes escaped."""
    return visible(text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ")).translate(_HEADER)


def extension(fields: Mapping[str, Any]) -> str:
    """Keys with values; what is empty is left out."""
    return " ".join(
        f"{key}={extension_text(key, value)}"
        for key, value in fields.items()
        if value is not None and value != ""
    )


def extension_text(key: str, value: object) -> str:
    """A value, cut at the key's greatest length and escaped."""
    longest = _LONGEST.get(key, _OURS)
    shown = visible(str(value), keep="\r\n")
    cut = shown if len(shown) <= longest else shown[: longest - 1] + "…"
    return cut.translate(_EXTENSION)


def _name(event: Event) -> str:
    kind = event.what.kind or ("plan" if not event.write else "write")
    return f"{kind} {event.action}"


def _fields(event: Event, origin: Origin) -> dict[str, Any]:
    what, who = event.what, event.who
    approvals = "; ".join(f"{one.approver} ({one.key_id}) at {one.at}" for one in event.approvals)
    return {
        "rt": milliseconds(event.at),
        "externalId": event.sequence,
        "act": event.action,
        "outcome": event.result.value,
        "cat": event.subject.value,
        "suid": who.object_id,
        "suser": who.operator,
        "sproc": f"{PRODUCT} {who.verb}".strip(),
        "duid": what.principal_id,
        "duser": what.principal,
        "deviceExternalId": origin.tenant_id,
        "requestMethod": what.method,
        "request": what.path,
        "msg": event.told,
        "reason": event.why.reason,
        **_labelled("cs1", "right", what.right or what.key),
        **_labelled("cs2", "scope", what.scope or what.scope_id),
        **_labelled("cs3", "wave", event.wave),
        **_labelled("cs4", "plan", f"{event.plan} {event.plan_hash}".strip()),
        **_labelled("cs5", "write", event.write),
        **_labelled("cs6", "approvedBy", approvals),
        **_labelled("cn1", "batch", event.batch),
        "pimTime": event.at,
        "pimEngagement": origin.engagement,
        "pimKind": what.kind,
        "pimObjectId": what.object_id,
        "pimRoleId": what.role_id,
        "pimGroupId": what.group_id,
        "pimAppId": who.app_id,
        "pimRun": event.run,
        "pimOutcome": event.outcome,
        "pimCodes": ",".join(event.why.codes),
        "pimJustification": event.why.justification,
        "pimBefore": _json(event.before),
        "pimAfter": _json(event.after),
        "pimHash": event.hash,
        "pimVerified": "true" if event.verified else "false",
    }


def _labelled(key: str, label: str, value: object) -> dict[str, Any]:
    return {f"{key}Label": label, key: value} if value not in ("", None) else {}


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=True, sort_keys=True, default=str)
