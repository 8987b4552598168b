"""What stands in the target because this engagement put it there: what alert rules watch.

Holds one small row for each write that stands, whatever the journal's length.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields

from migrate.trail.event import Event, Subject
from migrate.trail.forms import MovedForm
from migrate.trail.spelling import visible
from migrate.trail.words import ASSIGN

APPLICATION = "application"
"""The kind of the row that names the application of the migration itself, which rules leave out."""
NOBODY = "00000000-0000-0000-0000-000000000000"
"""Where the journal does not know which application wrote: the rules then leave nobody out."""
_MADE = ("done", "granted", "different")


@dataclass(frozen=True)
class Moved:
    """One thing to watch. ``id`` is what an audit event names: a role, a group, or what a write made."""

    id: str
    kind: str
    name: str
    principal_id: str
    principal: str
    scope: str
    wave: str
    write: str


def moved(events: Iterable[Event]) -> list[Moved]:
    """One row for each id that a standing write touched, and one for the application that wrote."""
    standing: dict[str, Event] = {}
    applications: dict[str, Moved] = {}
    for event in events:
        if event.subject is not Subject.WRITE:
            continue
        if event.who.app_id:
            applications[event.who.app_id] = Moved(
                event.who.app_id, APPLICATION, "pim-migrate", "", "", "", "", ""
            )
        if event.direction == ASSIGN and event.outcome in _MADE:
            standing[event.write] = event
        elif event.outcome == "done" or event.outcome == "widened":
            standing.pop(event.write, None)
    rows = [row for event in standing.values() for row in _rows(event)]
    return [*dict.fromkeys(rows), *applications.values()] if rows else []


def _rows(event: Event) -> list[Moved]:
    what = event.what
    ids = [what.role_id, what.group_id]
    if not what.principal_id:
        ids.append(what.object_id)
    return [
        Moved(
            one,
            what.kind,
            what.right or what.key,
            what.principal_id,
            what.principal,
            what.scope or what.scope_id,
            event.wave,
            event.write,
        )
        for one in dict.fromkeys(ids)
        if one
    ]


def text_of(rows: Iterable[Moved], form: MovedForm) -> str:
    """The rows as a file, without its last line's end."""
    return (csv_text(rows) if form is MovedForm.CSV else sigma_text(rows)).rstrip("\r\n")


def csv_text(rows: Iterable[Moved]) -> str:
    """The rows as a Sentinel watchlist takes them: a head, and CRLF as CSV has it."""
    names = [each.name for each in fields(Moved)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return out.getvalue()


def sigma_text(rows: Iterable[Moved]) -> str:
    """A processing pipeline (YAML that is JSON) that fills the placeholders of the Sigma rules."""
    found = list(rows)
    watched = [row for row in found if row.kind != APPLICATION]
    lists = {
        "moved_ids": sorted({row.id for row in watched}),
        "moved_principals": sorted({row.principal_id for row in watched if row.principal_id}),
        "migration_application": sorted({row.id for row in found if row.kind == APPLICATION}) or [NOBODY],
    }
    pipeline = {
        "name": "pim-migrate: what was moved",
        "priority": 10,
        "vars": {name: ids for name, ids in lists.items() if ids},
        "transformations": [{"id": "what_was_moved", "type": "value_placeholders"}],
    }
    return json.dumps(pipeline, indent=2, ensure_ascii=True) + "\n"


def _cell(text: str) -> str:
    """A text that a spreadsheet takes for no formula and a person can read on one line."""
    shown = visible(text)
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@") else shown
