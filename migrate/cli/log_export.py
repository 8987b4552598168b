"""``pim-migrate log export``: the journal told to others, event by event."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.trail.forms import Format, MovedForm
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.errors import StateError
    from migrate.trail.event import Origin
    from migrate.trail.read import Trail

Write = Callable[[str], object]


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    form: Format
    output: Path | None
    wave: str
    since: str
    moved: MovedForm | None


def export(
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    form: Annotated[
        Format, typer.Option("--format", help="JSON lines of our own, CEF, or OCSF 1.5.0.")
    ] = Format.JSONL,
    output: Annotated[
        Path | None, typer.Option("--output", help="The file to write; standard output by default.")
    ] = None,
    wave: Annotated[str, typer.Option("--wave", help="Only the events of this wave.")] = "",
    since: Annotated[
        str,
        typer.Option("--since", help="Only events from this time on: ISO 8601, UTC where it names no zone."),
    ] = "",
    moved: Annotated[
        MovedForm | None,
        typer.Option(
            "--moved",
            help="Instead of events, what stands because we put it there: a watchlist (csv), or what fills"
            " the placeholders of the Sigma rules (sigma).",
        ),
    ] = None,
) -> None:
    """Tell the journal as an audit trail: one event for each privileged change, with who, what, why, before
    and after.

    A broken journal is exported all the same: what stands after the break is marked as not verified, and the
    exit code is 20.
    """
    screen = Screen(as_json=json)
    wanted = Wanted(form, output, wave, since, moved)
    leave_with(screen, lambda: _run(screen, engagement, wanted))


def _run(screen: Screen, path: Path, wanted: Wanted) -> int:
    from migrate import __version__
    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.store.journal import Journal
    from migrate.store.plans import Plans
    from migrate.trail.event import Origin
    from migrate.trail.plan_items import PlanItems
    from migrate.trail.read import Trail

    _check_usage(screen, wanted)
    context = Context.of(path, screen)
    engagement = context.engagement
    origin = Origin(engagement.name, engagement.target.tenant_id, __version__)
    with context.reading() as db, _lines_into(screen, wanted.output) as write:
        journal = Journal(db, clock.now)
        since = _time(wanted.since)
        trail = Trail(journal, PlanItems(Plans(db)), wave=wanted.wave or None, since=since)
        count = (
            _write_moved(trail, wanted.moved, write) if wanted.moved else _write(trail, wanted, origin, write)
        )
        waiting = db.folder / "journal-emergency.jsonl"
        if waiting.exists():
            screen.note(f"outcomes also wait in {waiting}: the next apply or rollback takes them over")
    return _tell(screen, wanted, trail, count, journal.broken(trail.broken) if trail.broken else None)


def _tell(screen: Screen, wanted: Wanted, trail: Trail, count: int, broken: StateError | None) -> int:
    """What was exported, and how far it is proved."""
    what = "rows" if wanted.moved else "events"
    place = f" in {wanted.output}" if wanted.output else ""
    head = trail.head or "(empty)"
    screen.note(f"{count} {what}{place} of {trail.entries} entries; the journal's head is {head}")
    if trail.unreadable:
        screen.note(f"{trail.unreadable} entries cannot be read: they are not among the events")
    if broken is not None:
        screen.error(broken)
    code = broken.exit if broken is not None else 0
    screen.line(
        "summary",
        verb="log export",
        format=(wanted.moved or wanted.form).value,
        output=str(wanted.output) if wanted.output else None,
        count=count,
        entries=trail.entries,
        unreadable=trail.unreadable,
        head=trail.head,
        verified=broken is None,
        exit=code,
    )
    return code


def _write(trail: Trail, wanted: Wanted, origin: Origin, write: Write) -> int:
    from migrate.trail.formats import LINES

    line, count = LINES[wanted.form], 0
    for event in trail:
        write(line(event, origin))
        count += 1
    return count


def _write_moved(trail: Trail, form: MovedForm, write: Write) -> int:
    from migrate.trail.moved import moved, text_of

    rows = moved(trail)
    write(text_of(rows, form))
    return len(rows)


def _check_usage(screen: Screen, wanted: Wanted) -> None:
    from migrate.errors import UsageError

    if screen.as_json and wanted.output is None and (wanted.moved or wanted.form is not Format.JSONL):
        raise UsageError(
            "with --json, standard output holds JSON lines of ours and nothing else",
            where="--output",
            hint="name a file: --output FILE",
            code="output_missing",
        )


def _time(since: str) -> datetime | None:
    from migrate.errors import UsageError
    from migrate.kinds.schedule import parse_time

    try:
        return parse_time(since)
    except ValueError:
        raise UsageError(
            f"{since!r} is no time",
            where="--since",
            hint="write 2026-01-31, or 2026-01-31T12:00Z",
            code="bad_time",
        ) from None


@contextmanager
def _lines_into(screen: Screen, output: Path | None) -> Iterator[Write]:
    """Writes lines to standard output, or to a file that appears whole or not at all."""
    if output is None:
        yield screen.data
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield lambda line: file.write(f"{line}\n")
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)
