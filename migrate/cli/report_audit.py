"""The audit of both snapshots as the workbook shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from migrate.errors import MigrateError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from migrate.audit.answers import Open, Result
    from migrate.audit.baseline import Asked
    from migrate.audit.posture import Posture
    from migrate.audit.waiver import Waiver
    from migrate.cli.context import Context
    from migrate.cli.snapshot_inputs import Inputs
    from migrate.resolve.privilege import Privilege
    from migrate.store.database import Database
    from migrate.workbook.audit_lines import AuditFacts, AuditLine, Shown, Verdict

NAMED = 20
"""So many objects are named in a cell."""
MOST = 500
"""So many rows one check may have in each tenant; what is beyond is summed up in one."""

WORTH_A_PROCESS = 50_000
"""With so many objects in the snapshots a second process takes less time than it costs."""


@dataclass(frozen=True)
class Begun:
    """``facts`` gives the audit of both snapshots, told who reaches what in the source. Where ``verifies`` is
    set it also holds the snapshots against their seals, so that nobody else needs to before that."""

    facts: Callable[[Inputs, Privilege], AuditFacts]
    verifies: bool
    _wait: Callable[[], object]

    @contextmanager
    def first(self) -> Iterator[None]:
        """Where the block ends in an error, what the seals say comes first: a changed row may look so. What
        else the audit meets comes after an error that is told, and before a defect."""
        try:
            yield
        except MigrateError:
            try:
                self._wait()
            except MigrateError as said:
                if said.code == "snapshot_changed":
                    raise
            raise
        except Exception:
            self._wait()
            raise


def audit_begun(context: Context, db: Database, path: Path, now: datetime, held: ExitStack) -> Begun:
    """Has a second process check and audit the newest snapshots of a large engagement while this one goes on;
    a small one is audited when it is asked for.

    Raises, when that is asked for: as ``audit_facts``, ``latest_inputs`` and ``second_process.beside``.
    """
    from migrate.cli.second_process import beside

    if db.value("SELECT count(*) FROM objects") < WORTH_A_PROCESS:
        return Begun(lambda inputs, source: audit_facts(context, inputs, now, source), False, lambda: None)
    answer = held.enter_context(beside(_audited, path, now))
    return Begun(lambda _inputs, _source: answer(), True, answer)


def _audited(path: Path, now: datetime) -> AuditFacts:
    """In the second process: it reads by itself the engagement, which the first one holds."""
    from migrate.cli.context import Context
    from migrate.cli.converting import as_moved
    from migrate.cli.resolving import without_collecting
    from migrate.cli.snapshot_inputs import latest_inputs
    from migrate.store.database import Database
    from migrate.views.screen import Screen

    context = Context.of(path, Screen(as_json=False))
    with without_collecting(), Database(context.engagement.database_path) as db:
        inputs, _ = as_moved(context, latest_inputs(db, lean=True), converts=False)
        return audit_facts(context, inputs, now)


def audit_facts(
    context: Context, inputs: Inputs, now: datetime, source: Privilege | None = None
) -> AuditFacts:
    """What `pim-migrate audit` tells of the snapshots that the workbook shows; ``source`` is who reaches what
    in the source at ``now``, where that is known.

    Raises FileError for what is wrong in the files of ``mappings/`` that an audit reads.
    """
    from migrate.cli.auditing import asked_of, posture_of, waivers_of
    from migrate.workbook.audit_lines import AuditFacts, folded

    asked, waivers = asked_of(context, ()), waivers_of(context)
    lines: list[AuditLine] = []
    for side, view, other, known in (
        ("source", inputs.source, inputs.target, source),
        ("target", inputs.target, inputs.source, None),
    ):
        # One tenant after the other, and check by check: no more is held than what one check tells of one.
        posture = posture_of(context, view, side, now, other, known)
        lines += folded(_shown(side, posture, asked, waivers), MOST, NAMED)
    versions = {one.control.baseline: one.control.version for one in asked}
    return AuditFacts(tuple(f"{name} {version}" for name, version in sorted(versions.items())), tuple(lines))


def _shown(side: str, posture: Posture, asked: Sequence[Asked], waivers: Sequence[Waiver]) -> Iterator[Shown]:
    from migrate.audit.checks import BY_ID
    from migrate.audit.run import each_check
    from migrate.workbook.audit_lines import Shown, Verdict

    for answers in each_check(posture, BY_ID, asked, waivers, MOST + NAMED):
        for one in answers.results:
            subject = one.finding.subject
            key = (side, one.check.id, one.severity.value, _verdict(waived=one.waiver is not None))
            yield Shown(key, subject.name or subject.id, partial(_found, side, one))
        for (severity, waived), count in answers.more_results.items():
            yield Shown((side, answers.check, severity.value, _verdict(waived=waived)), "", None, count)
        for unknown in answers.open:
            about = unknown.unknown.subject or posture.tenant
            key = (side, answers.check, unknown.severity.value, Verdict.UNKNOWN)
            yield Shown(key, about.name or about.id, partial(_open, side, unknown, posture))
        for severity, count in answers.more_open.items():
            yield Shown((side, answers.check, severity.value, Verdict.UNKNOWN), "", None, count)


def _verdict(*, waived: bool) -> Verdict:
    from migrate.workbook.audit_lines import Verdict

    return Verdict.WAIVED if waived else Verdict.FAILS


def _found(side: str, one: Result) -> AuditLine:
    from migrate.workbook.audit_lines import Answer, AuditLine
    from migrate.workbook.machine import fingerprint

    finding, subject = one.finding, one.finding.subject
    told = one.waiver or one.lapsed
    waiver = Answer(told.owner, told.reason, told.until.isoformat(), told is one.lapsed) if told else None
    labels = tuple(each.label for each in one.controls)
    return AuditLine(
        side=side,
        verdict=_verdict(waived=one.waiver is not None),
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
