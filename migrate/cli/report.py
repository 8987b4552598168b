"""``pim-migrate report export FILE.xlsx``: what consultants read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.cli.report_import import import_
from migrate.views.screen import Screen

report = typer.Typer(help="The workbook for those who decide.", no_args_is_help=True, rich_markup_mode=None)


report.command("import")(import_)


@report.command()
def export(
    file: Annotated[Path, typer.Argument(help="The workbook to write.")],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Write the mapping, the rights and what will happen to them, the conflicts and the drift to Excel."""
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, file))


def _run(screen: Screen, path: Path, file: Path) -> int:
    from migrate import __version__
    from migrate.cli.context import Context
    from migrate.cli.planning import draft_all
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.workbook.export import export as write_workbook
    from migrate.workbook.report import Report, SnapshotFacts

    def facts(info: SnapshotInfo, unread: frozenset[str]) -> SnapshotFacts:
        return SnapshotFacts(
            info.id, info.tenant_id, info.sealed_at or "", info.hash or "", tuple(sorted(unread))
        )

    context = Context.of(path, screen)
    with context.writing("report") as db:
        drafted = draft_all(context, db)
    resolved, inputs = drafted.resolved, drafted.resolved.inputs
    write_workbook(
        file,
        Report(
            engagement=context.engagement.name,
            made_at=drafted.now,
            tool_version=__version__,
            source=inputs.source,
            target=inputs.target,
            source_snapshot=facts(inputs.source_info, frozenset(inputs.source.unread)),
            target_snapshot=facts(inputs.target_info, frozenset(inputs.target.unread)),
            resolution=resolved.resolution,
            drafts=drafted.drafts,
            resolution_id=resolved.info.id,
            resolution_hash=resolved.info.hash,
            decisions=resolved.decisions,
        ),
    )
    screen.say(f"wrote {file}: {len(resolved.resolution.mappings)} mappings, {len(drafted.drafts)} rights")
    screen.line("file", path=str(file.absolute()))
    screen.line("summary", verb="report export", rights=len(drafted.drafts), exit=0)
    return 0
