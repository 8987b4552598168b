"""``pim-migrate audit``: is privilege in a tenant governed? From the database alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from migrate.audit.baseline import Asked
    from migrate.audit.finding import Severity
    from migrate.audit.run import Audit
    from migrate.audit.waiver import Waiver
    from migrate.cli.context import Context
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.views.audit import Audited

SIDES = ("source", "target")


def audit(
    side: Annotated[str, typer.Argument(help="`source` or `target`; both that were read by default.")] = "",
    baseline: Annotated[
        list[str] | None,
        typer.Option("--baseline", help="Ask this baseline of mappings/baselines/ alone; may be repeated."),
    ] = None,
    fail_on: Annotated[
        str, typer.Option("--fail-on", help="Exit 4 from this severity on: critical, high, medium, low.")
    ] = "",
    compare: Annotated[
        bool, typer.Option("--compare", help="Say what became better and worse since the snapshot before.")
    ] = False,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="SNAPSHOT",
            help="Compare with this snapshot instead: an id, or target~2 for the one before the one before.",
        ),
    ] = "",
    sarif: Annotated[Path | None, typer.Option("--sarif", help="Also write a SARIF 2.1.0 file.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Also write one page with pictures.")] = None,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Hold the newest snapshot against published baselines and the rules of mappings/, without a network.

    Tells findings worst first, with who owns them and what to do. What was not read is unknown and never a
    pass. Exit 0 whatever is found, unless --fail-on asks: then 4 where something so severe was found, and 16
    where something so severe could not be judged.
    """
    screen = Screen(as_json=json)
    leave_with(
        screen,
        lambda: _run(
            screen, engagement, Wanted(side, tuple(baseline or ()), fail_on, compare, since, sarif, html)
        ),
    )


@dataclass(frozen=True)
class Wanted:
    """What was asked on the command line."""

    side: str
    baselines: tuple[str, ...]
    fail_on: str
    compare: bool
    since: str
    sarif: Path | None
    html: Path | None

    @property
    def compares(self) -> bool:
        """To name a snapshot is to ask for the comparison."""
        return self.compare or bool(self.since)


def _run(screen: Screen, path: Path, wanted: Wanted) -> int:
    from migrate.cli import clock
    from migrate.cli.audit_since import check_other, compared_with
    from migrate.cli.auditing import asked_of, waivers_of
    from migrate.cli.context import Context
    from migrate.views.audit import show_audit, show_outcome

    threshold = _severity(wanted.fail_on)
    _check_side(wanted.side)
    context = Context.of(path, screen)
    asked, waivers, now = asked_of(context, wanted.baselines), waivers_of(context), clock.now()
    with context.reading() as db:
        before = compared_with(db, wanted.side, wanted.since) if wanted.compares else None
        audited = _audit_all(context, db, before.tenant if before else wanted.side, asked, waivers, now)
        if before:
            check_other(before, audited[0].snapshot)
        for one in audited:
            show_audit(screen, one)
            if before:
                _compare(context, db, one, before, asked, waivers)
    if wanted.sarif is not None:
        _write_sarif(wanted.sarif, audited, context)
        _told(screen, wanted.sarif)
    if wanted.html is not None:
        from migrate.views.audit_page import write_audit_page

        write_audit_page(wanted.html, audited, context.engagement.name, now)
        _told(screen, wanted.html)
    code = _exit([one.audit for one in audited], threshold)
    show_outcome(screen, audited, threshold)
    _summary(screen, audited, code)
    return code


def _told(screen: Screen, path: Path) -> None:
    screen.line("file", path=str(path))
    screen.say(f"wrote {path}")


def _severity(text: str) -> Severity | None:
    from migrate.audit.finding import Severity
    from migrate.errors import UsageError

    if not text:
        return None
    try:
        return Severity(text.lower())
    except ValueError:
        raise UsageError(
            f"there is no severity {text!r}", where="--fail-on", hint=f"one of {', '.join(Severity)}"
        ) from None


def _check_side(side: str) -> None:
    from migrate.errors import UsageError

    if side not in ("", *SIDES):
        raise UsageError(f"there is no side {side!r}", where="SIDE", hint="`source` or `target`")


def _audit_all(
    context: Context,
    db: Database,
    side: str,
    asked: Sequence[Asked],
    waivers: Sequence[Waiver],
    now: datetime,
) -> list[Audited]:
    """One side, or each that was read. Raises NoState where the one asked for, or either, was not read."""
    from migrate.cli.auditing import audit_of, posture_of
    from migrate.cli.snapshot_names import named_snapshot
    from migrate.errors import NoState
    from migrate.store.snapshots import Snapshots
    from migrate.views.audit import Audited

    snapshots = Snapshots(db)
    views: dict[str, tuple[SnapshotInfo, TenantView]] = {}
    problem: NoState | None = None
    for one in SIDES:
        try:
            info = named_snapshot(snapshots, one)
        except NoState as error:
            problem = error
            if one == side:
                raise
            continue
        views[one] = (info, _view(db, info))
    if not views and problem is not None:
        raise problem
    audited = []
    for one in [side] if side else list(views):
        info, view = views[one]
        other = next((seen for name, (_, seen) in views.items() if name != one), None)
        posture = posture_of(context, view, one, now, other)
        audited.append(Audited(one, info.id, posture, audit_of(posture, asked, waivers)))
    return audited


def _view(db: Database, info: SnapshotInfo) -> TenantView:
    from migrate.cli.snapshot_inputs import view_of
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    snapshots.verify_seal(info.id)
    return view_of(snapshots, info)


def _compare(
    context: Context,
    db: Database,
    after: Audited,
    info: SnapshotInfo,
    asked: Sequence[Asked],
    waivers: Sequence[Waiver],
) -> None:
    """Both snapshots are judged for the same moment by the same files: only the tenant differs."""
    from migrate.audit.compare import compare
    from migrate.cli.auditing import audit_of, posture_of
    from migrate.views.audit import show_comparison

    posture = posture_of(context, _view(db, info), after.side, after.posture.now, after.posture.other)
    show_comparison(
        screen=context.screen,
        before=info.id,
        after=after,
        found=compare(audit_of(posture, asked, waivers), after.audit),
    )


def _write_sarif(path: Path, audited: Sequence[Audited], context: Context) -> None:
    import json

    from migrate import __version__
    from migrate.views.audit_sarif import sarif_of
    from migrate.workbook.place import whole_file

    document = sarif_of(audited, version=__version__, engagement_file=context.engagement.path.name)
    with whole_file(path) as part:
        part.write_text(json.dumps(document, ensure_ascii=True, indent=1) + "\n", encoding="utf-8")


def _exit(audits: Sequence[Audit], threshold: Severity | None) -> int:
    if threshold is None:
        return 0
    if any(one.severity.at_least(threshold) for audit in audits for one in audit.counting):
        return 4
    return 16 if any(one.severity.at_least(threshold) for audit in audits for one in audit.open) else 0


def _summary(screen: Screen, audited: Sequence[Audited], code: int) -> None:
    from migrate.audit.finding import Severity
    from migrate.audit.run import State

    found = [one for each in audited for one in each.audit.results]
    verdicts = [one for each in audited for one in each.audit.verdicts]
    screen.line(
        "summary",
        verb="audit",
        snapshots={one.side: one.snapshot for one in audited},
        findings={
            one.value: sum(each.severity is one and each.waiver is None for each in found) for one in Severity
        },
        waived=sum(one.waiver is not None for one in found),
        controls={one.value: sum(each.state is one for each in verdicts) for one in State},
        exit=code,
    )
