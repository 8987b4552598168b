"""``pim-migrate report import FILE.xlsx…``: decisions out of workbooks into ``mappings/decisions.csv``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.errors import FileError
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.resolving import Fresh
    from migrate.store.database import Database
    from migrate.workbook.merge import Merged
    from migrate.workbook.returned import Returned

WORTH_A_PROCESS = 4_000_000
"""Bytes of workbooks for which a second process takes less time than it costs."""


def import_(
    files: Annotated[list[Path], typer.Argument(help="The workbooks that came back, one or several.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change and write nothing.")
    ] = False,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Take the decisions of workbooks over into mappings/decisions.csv: all of them, or none.

    Rows are found by their keys and columns by their headers, so sorting, filtering and moving columns does
    no harm. Exit 2 when a cell is wrong, or when two workbooks disagree; every such cell is named.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, files, dry_run=dry_run))


def _run(screen: Screen, path: Path, files: Sequence[Path], *, dry_run: bool) -> int:
    from migrate.cli.context import Context
    from migrate.views.decision_import import show_changes, show_problems, show_warnings

    context = Context.of(path, screen)
    with ExitStack() as held:
        returned = _begun(files, held)
        db = held.enter_context(context.reading() if dry_run else context.writing("report import"))
        fresh = _fresh(context, db)
        workbooks = returned()
        merged = _merged(context, fresh, workbooks)
        show_warnings(screen, merged.warnings)
        if merged.problems:
            show_problems(screen, merged.problems)
            raise _refused(merged)
        if not dry_run:
            _write(context, db, workbooks, fresh, merged)
    show_changes(screen, merged.changes, dry_run=dry_run)
    counts = {
        word: sum(one.change == word for one in merged.changes)
        for word in ("added", "changed", "withdrawn", "kept")
    }
    if dry_run:
        screen.say("dry run: nothing was written")
    elif sum(counts.values()) > counts["kept"]:
        screen.say("next: pim-migrate resolve")
    screen.line(
        "summary",
        verb="report import",
        dry_run=dry_run,
        **counts,
        warnings=len(merged.warnings),
        exit=0,
    )
    return 0


def _begun(files: Sequence[Path], held: ExitStack) -> Callable[[], list[Returned]]:
    """Gives what reads the workbooks. Of large ones a second process reads the sheets on which nobody decides
    while this one takes up where things stand; small ones are read at once."""
    from migrate.cli.second_process import beside

    if sum(one.stat().st_size for one in files if one.is_file()) < WORTH_A_PROCESS:
        workbooks = _returned(files)
        return lambda: workbooks
    others = held.enter_context(beside(_returned, files, deciding=False))
    return lambda: [
        one.joined(other) for one, other in zip(_returned(files, deciding=True), others(), strict=True)
    ]


def _returned(files: Sequence[Path], *, deciding: bool | None = None) -> list[Returned]:
    """All sheets, or only those on which somebody decides, or only the others."""
    from migrate.workbook.returned import read
    from migrate.workbook.sheets import TABLES

    tables = [one for one in TABLES if deciding in (None, one.basis is not None)]
    return [read(file, tables) for file in files]


def _fresh(context: Context, db: Database) -> Fresh:
    """Where things stand now."""
    from migrate.cli.resolving import Anew, resolve_only, resolved_before

    before = resolved_before(context, db)
    return resolve_only(context, db) if isinstance(before, Anew) else before


def _merged(context: Context, fresh: Fresh, workbooks: Sequence[Returned]) -> Merged:
    """What the workbooks change in where things stand. Raises FileError for a foreign one."""
    from migrate.cli import clock
    from migrate.workbook.merge import Origin, belongs, merge
    from migrate.workbook.standing import standing
    from migrate.workbook.targets import Targets

    engagement, inputs = context.engagement, fresh.inputs
    origin = Origin(
        engagement.name,
        engagement.source.tenant_id,
        engagement.target.tenant_id,
        inputs.source_info.id,
        inputs.target_info.id,
    )
    for one in workbooks:
        belongs(one, origin)
    lines = {(one.kind, one.source_id): one.line for one in fresh.decided}
    known = standing(fresh.resolution, fresh.decisions, inputs.source, lines)
    today = clock.now().date().isoformat()
    return merge(workbooks, known, Targets(inputs.target), origin, today)


def _refused(merged: Merged) -> FileError:
    """One error for all of them, told above."""
    count = len(merged.problems)
    return FileError(
        f"{count} {'cell is' if count == 1 else 'cells are'} not as they must be; nothing was written",
        where=str(merged.problems[0].place),
        hint="correct every cell that is named, then import again",
        code="workbook_answers_invalid",
    )


def _write(
    context: Context, db: Database, workbooks: Sequence[Returned], fresh: Fresh, merged: Merged
) -> None:
    """The sealed copies and the file: both, or neither."""
    from migrate.cli import clock
    from migrate.config.decisions import is_sorted, read_in_order, write_decisions
    from migrate.store.decision_imports import DecisionImports

    path = context.engagement.mappings_folder / "decisions.csv"
    standing = read_in_order(path)
    if sorted(standing, key=lambda one: (one.kind, one.source_id)) != fresh.decided:
        raise FileError(
            "the decisions were changed by somebody while they were imported; nothing was written",
            where=str(path),
            hint="run the same command again",
            code="decisions_changed_meanwhile",
        )
    imports, now = DecisionImports(db), clock.now()
    with db.transaction():
        for returned in workbooks:
            rows = [_row(one) for one in merged.changes if any(at.path == returned.path for at in one.places)]
            who = sorted({str(row["who"]) for row in rows if row["who"]})
            imports.add(
                at=now, file_name=returned.path.name, workbook_hash=returned.digest, who=who, rows=rows
            )
        after = _after(standing, merged)
        if after != standing:
            write_decisions(path, after, in_order=not is_sorted(standing))


def _row(change: Any) -> dict[str, Any]:
    said = change.after or change.before
    return {
        "change": change.change,
        "kind": change.mapping.kind,
        "source_id": change.mapping.source_id,
        "decision": change.after.decision if change.after else None,
        "target_id": change.after.target_id if change.after else None,
        "reason": change.after.reason if change.after else "",
        "who": said.who if said else "",
        "cells": [f"{at.sheet}!{at.cell}" for at in change.places],
    }


def _after(standing: list[Any], merged: Merged) -> list[Any]:
    """The decisions as they will stand: what was there in its order, then what is new."""
    from migrate.config.decisions import Decision

    after: dict[tuple[str, str], Decision] = {(one.kind, one.source_id): one for one in standing}
    for change in merged.changes:
        if change.change == "kept":
            continue
        if change.before is not None and change.after is None:
            del after[change.before.kind, change.before.source_id]
        if (new := change.after) is not None:
            after[new.kind, new.source_id] = Decision(
                new.kind, new.source_id, new.target_id, new.decision, new.reason, new.who, new.when
            )
    return list(after.values())
