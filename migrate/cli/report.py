"""``pim-migrate report export FILE.xlsx``: what consultants read and decide in."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.cli.report_import import import_
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from migrate.cli.context import Context
    from migrate.cli.resolving import Resolved
    from migrate.cli.shelved import Shelved
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.views.report_page import ReportPage
    from migrate.workbook.audit_lines import AuditFacts
    from migrate.workbook.beside import Beside
    from migrate.workbook.report import PastImport, Report

report = typer.Typer(help="The workbook for those who decide.", no_args_is_help=True, rich_markup_mode=None)


report.command("import")(import_)


@report.command()
def export(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help="The folder for the CSV files; FILE.csv beside it by default."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write one web page with the same tables.")
    ] = None,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="Replace names and addresses by stand-ins, to show it to others."),
    ] = False,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Write who is who, the rights and what will happen to them, conflicts, drift and findings to Excel.

    Decisions are made on Principals, Roles and Scopes and come back with report import. The same sheets are
    written as CSV, for version control. A workbook with stand-ins is for reading: it cannot be imported.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _quickly(screen, engagement, Wanted(file, csv, html, redact)))


@dataclass(frozen=True)
class Wanted:
    """What shall be written."""

    file: Path
    csv: Path | None
    html: Path | None
    redact: bool

    @property
    def csv_folder(self) -> Path:
        return self.csv if self.csv is not None else self.file.with_suffix(".csv")


def _quickly(screen: Screen, path: Path, wanted: Wanted) -> int:
    from migrate.cli.resolving import without_collecting

    with without_collecting():
        return _run(screen, path, wanted)


def _run(screen: Screen, path: Path, wanted: Wanted) -> int:
    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.cli.planning import check_resolved
    from migrate.cli.report_audit import audit_begun
    from migrate.cli.resolving import taken_up_or_resolved
    from migrate.cli.shelved import shelve
    from migrate.store.redaction_key import redaction_key
    from migrate.store.shelf import Shelf
    from migrate.views.progress import Counted, ProgressLine
    from migrate.workbook.csv_twin import Twin
    from migrate.workbook.export import export as write_workbook
    from migrate.workbook.index import Index
    from migrate.workbook.redact import redacted

    context = Context.of(path, screen)
    line = ProgressLine(quiet=screen.as_json, clock=clock.monotonic)
    with ExitStack() as held:
        held.callback(line.end)
        line.begin("opening the database")
        db = held.enter_context(context.writing("report"))
        check_resolved(db)
        now = clock.now()
        audit = audit_begun(context, db, path, now, held)
        with audit.first():
            line.begin("taking up the resolution")
            resolved, why_anew = taken_up_or_resolved(context, db, verified=audit.verifies)
            shelf = held.enter_context(Shelf())
            shelved = shelve(context, db, resolved, shelf, now, line)
        line.begin("auditing both tenants")
        report = _report(context, db, resolved, shelved, audit.facts(resolved.inputs, shelved.privilege))
        if wanted.redact:
            report = redacted(report, redaction_key(db.folder, clock.new_secret))
        if report.held is not None:
            texts = ("putting rights in order", "writing rights")
            report = replace(report, held=Counted(line, report.held, texts))
        # What judging took is let go of: the collector is off.
        gc.collect()
        index = Index(report)
        twin = held.enter_context(Twin())
        page = held.enter_context(_page()) if wanted.html is not None else None
        beside: list[Beside] = [twin] if page is None else [twin, page]
        write_workbook(wanted.file, report, redacted=wanted.redact, index=index, beside=beside)
        line.begin("writing the CSV files")
        written = [wanted.file, *twin.write(wanted.csv_folder, index)]
        if page is not None and wanted.html is not None:
            page.write(wanted.html, report, index)
            written.append(wanted.html)
    if why_anew:
        screen.say(f"resolved anew: {why_anew}")
    _say(screen, wanted, written, report)
    return 0


def _say(screen: Screen, wanted: Wanted, written: Sequence[Path], report: Report) -> None:
    counts = f"{len(report.resolution.mappings)} mappings, {len(report.drafts)} rights"
    screen.say(f"wrote {wanted.file}: {counts}")
    screen.say(f"the same as CSV, for version control: {wanted.csv_folder}")
    if wanted.html is not None:
        screen.say(f"the same as a web page: {wanted.html}")
    if wanted.redact:
        screen.say("names and addresses are replaced: for reading only, it cannot be imported")
    for one in written:
        screen.line("file", path=str(one.absolute()))
    screen.line("summary", verb="report export", rights=len(report.drafts), redacted=wanted.redact, exit=0)


def _page() -> ReportPage:
    from migrate.views.report_page import ReportPage

    return ReportPage()


def _report(
    context: Context, db: Database, resolved: Resolved, shelved: Shelved, audit: AuditFacts
) -> Report:
    from migrate import __version__
    from migrate.cli.tiering import tier_table
    from migrate.workbook.report import Report, SnapshotFacts

    def facts(info: SnapshotInfo, unread: frozenset[str]) -> SnapshotFacts:
        return SnapshotFacts(
            info.id,
            info.tenant_id,
            info.sealed_at or "",
            info.hash or "",
            tuple(sorted(unread)),
            info.scope,
        )

    inputs = resolved.inputs
    return Report(
        engagement=context.engagement.name,
        made_at=shelved.now,
        tool_version=__version__,
        source=inputs.source,
        target=inputs.target,
        source_snapshot=facts(inputs.source_info, frozenset(inputs.source.unread)),
        target_snapshot=facts(inputs.target_info, frozenset(inputs.target.unread)),
        resolution=resolved.resolution,
        drafts=shelved.drafts,
        resolution_id=resolved.info.id,
        resolution_hash=resolved.info.hash,
        decisions=resolved.decisions,
        imports=_imports(db),
        waves=_waves(db),
        tiers=tier_table(context),
        privilege=shelved.privilege,
        held=shelved.held,
        audit=audit,
    )


def _waves(db: Database) -> dict[str, str]:
    """By the id of a right the wave of the newest plan that makes it or finds it already there."""
    from migrate.plan.document import Action
    from migrate.store.plans import Plans

    taken = (Action.CREATE.value, Action.KEEP.value)
    newest = {plan.wave: plan for plan in Plans(db).list()}
    found: dict[str, str] = {}
    for plan in sorted(newest.values(), key=lambda one: one.made_at):
        for item in plan.document["items"]:
            if item["action"] in taken:
                found[str(item["source"].get("id", "")).lower()] = plan.wave
    return found


def _imports(db: Database) -> tuple[PastImport, ...]:
    from migrate.store.decision_imports import DecisionImports
    from migrate.workbook.report import ImportedDecision, PastImport

    return tuple(
        PastImport(
            past.number,
            past.at,
            past.file_name,
            tuple(ImportedDecision(**{**row, "cells": tuple(row["cells"])}) for row in past.rows),
        )
        for past in DecisionImports(db).list()
    )
