"""An audit as SARIF 2.1.0 (OASIS), which pipelines read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from migrate.audit.answers import Open, Result
from migrate.audit.check import Check
from migrate.audit.finding import Severity, Subject
from migrate.views.audit import Audited

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.0", Severity.LOW: "2.0"}
MANUAL = "needs-a-person"
"""The rule under which controls are told that no check answers to."""


def sarif_of(audited: Sequence[Audited], *, version: str, engagement_file: str) -> dict[str, Any]:
    """One run with every finding as ``fail``, waived ones suppressed, and what was not judged as ``open``."""
    checks: dict[str, Check | None] = {}
    for one in audited:
        checks |= {each.check.id: each.check for each in one.audit.results}
        checks |= {each.check.id if each.check else MANUAL: each.check for each in one.audit.open}
    index = {check_id: number for number, check_id in enumerate(sorted(checks))}
    results = []
    for one in audited:
        results += [_fail(one.side, each, index, engagement_file) for each in one.audit.results]
        results += [_open(one.side, each, index, engagement_file) for each in one.audit.open]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "pim-migrate",
                        "version": version,
                        "rules": [_rule(check_id, checks[check_id], audited) for check_id in sorted(checks)],
                    }
                },
                "columnKind": "utf16CodeUnits",
                "automationDetails": {"id": "pim-migrate/audit"},
                "results": results,
            }
        ],
    }


def _rule(check_id: str, check: Check | None, audited: Sequence[Audited]) -> dict[str, Any]:
    severities = [one.severity for each in audited for one in each.audit.results if one.check is check]
    severities += [one.severity for each in audited for one in each.audit.open if one.check is check]
    worst = min(severities, key=lambda one: one.rank)
    title = check.title if check else "A person has to look"
    remedy = check.remedy if check else "look, and write down what was seen"
    return {
        "id": check_id,
        "shortDescription": {"text": title},
        "help": {"text": remedy},
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {"security-severity": _SCORES[worst], "tags": ["security"]},
    }


def _fail(side: str, one: Result, index: dict[str, int], file: str) -> dict[str, Any]:
    subject = one.finding.subject
    name = subject.name or subject.id
    found: dict[str, Any] = {
        "ruleId": one.check.id,
        "ruleIndex": index[one.check.id],
        "kind": "fail",
        "level": _LEVELS[one.severity],
        "message": {"text": f"{name}: {one.finding.message}. Remedy: {one.check.remedy}."},
        "locations": [_location(side, subject, file)],
        "relatedLocations": [
            {**_location(side, each, file), "id": number}
            for number, each in enumerate(one.finding.evidence[:50], start=1)
        ],
        "partialFingerprints": {"finding/v1": _fingerprint(side, *one.key)},
        "properties": {
            "severity": one.severity.value,
            "owner": one.owner,
            "tier": one.tier,
            "controls": [each.label for each in one.controls],
        },
    }
    if one.waiver is not None:
        told = f"{one.waiver.owner}, until {one.waiver.until}: {one.waiver.reason}"
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": told}]
    return found


def _open(side: str, one: Open, index: dict[str, int], file: str) -> dict[str, Any]:
    """Where nobody can tell, ``kind`` is open, and SARIF then wants no level."""
    check_id = one.check.id if one.check else MANUAL
    subject = one.unknown.subject or Subject("tenant", side, side)
    controls = [each.label for each in one.controls]
    return {
        "ruleId": check_id,
        "ruleIndex": index[check_id],
        "kind": "open",
        "level": "none",
        "message": {"text": f"Not judged: {one.unknown.reason}."},
        "locations": [_location(side, subject, file)],
        "partialFingerprints": {
            "finding/v1": _fingerprint(side, check_id, subject.id, one.unknown.reason, *controls)
        },
        "properties": {"severity": one.severity.value, "controls": controls},
    }


def _location(side: str, subject: Subject, file: str) -> dict[str, Any]:
    """The object as a logical location. Some readers want a file as well: the engagement's."""
    return {
        "physicalLocation": {"artifactLocation": {"uri": file}},
        "logicalLocations": [
            {
                "name": subject.name or subject.id,
                "fullyQualifiedName": f"{side}/{subject.kind}/{subject.id}",
                "kind": "resource",
            }
        ],
    }


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
