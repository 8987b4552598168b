"""The audit of both snapshots as the workbook shows it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from migrate.audit.posture import Posture
    from migrate.audit.run import Open, Result
    from migrate.cli.context import Context
    from migrate.cli.resolving import Inputs
    from migrate.workbook.audit_lines import AuditFacts, AuditLine

NAMED = 20
"""So many objects are named in a cell."""
MOST = 500
"""So many rows one check may have in each tenant; what is beyond is summed up in one."""


def audit_facts(context: Context, inputs: Inputs, now: datetime) -> AuditFacts:
    """What `pim-migrate audit` tells of the snapshots that the workbook shows.

    Raises FileError for what is wrong in the files of ``mappings/`` that an audit reads.
    """
    from migrate.cli.auditing import asked_of, audit_of, posture_of, waivers_of
    from migrate.workbook.audit_lines import AuditFacts, folded

    asked, waivers = asked_of(context, ()), waivers_of(context)
    views = {"source": inputs.source, "target": inputs.target}
    lines: list[AuditLine] = []
    for side, view in views.items():
        other = views["target" if side == "source" else "source"]
        posture = posture_of(context, view, side, now, other)
        found = audit_of(posture, asked, waivers)
        told = chain(
            (_found(side, one) for one in found.results), (_open(side, one, posture) for one in found.open)
        )
        lines += folded(told, MOST, NAMED)
    versions = {one.control.baseline: one.control.version for one in asked}
    return AuditFacts(tuple(f"{name} {version}" for name, version in sorted(versions.items())), tuple(lines))


def _found(side: str, one: Result) -> AuditLine:
    from migrate.workbook.audit_lines import Answer, AuditLine, Verdict
    from migrate.workbook.machine import fingerprint

    finding, subject = one.finding, one.finding.subject
    told = one.waiver or one.lapsed
    waiver = Answer(told.owner, told.reason, told.until.isoformat(), told is one.lapsed) if told else None
    labels = tuple(each.label for each in one.controls)
    return AuditLine(
        side=side,
        verdict=Verdict.WAIVED if one.waiver else Verdict.FAILS,
        severity=one.severity.value,
        check=one.check.id,
        title=one.check.title,
        kind=subject.kind,
        object_id=subject.id,
        name=subject.name or subject.id,
        told=finding.message,
        evidence=tuple(each.name or each.id for each in finding.evidence[:NAMED]),
        more=max(len(finding.evidence) - NAMED, 0),
        controls=labels,
        owner=one.owner,
        tier=one.tier,
        remedy=one.check.remedy,
        waiver=waiver,
        mark=fingerprint([finding.mark, finding.message, labels]),
    )


def _open(side: str, one: Open, posture: Posture) -> AuditLine:
    from migrate.workbook.audit_lines import AuditLine, Verdict
    from migrate.workbook.machine import fingerprint

    subject = one.unknown.subject or posture.tenant
    labels = tuple(each.label for each in one.controls)
    # Where a person has to look, the control itself says what at.
    title = one.check.title if one.check else "; ".join(each.title for each in one.controls)
    return AuditLine(
        side=side,
        verdict=Verdict.UNKNOWN,
        severity=one.severity.value,
        check=one.check.id if one.check else "",
        title=title,
        kind=subject.kind,
        object_id=subject.id,
        name=subject.name or subject.id,
        told=one.unknown.reason,
        evidence=(),
        more=0,
        controls=labels,
        owner="",
        tier=None,
        remedy="make what is named here known: declare it, or let a snapshot read it"
        if one.check
        else "let a person look",
        waiver=None,
        mark=fingerprint([one.unknown.reason, labels]),
    )
