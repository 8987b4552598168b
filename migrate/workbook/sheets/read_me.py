"""Read me: what this workbook is, from which snapshots, what its words mean and how to decide."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from migrate.plan.document import Action
from migrate.resolve.findings import MEANINGS, Conflict, Drift, State
from migrate.resolve.tenant_view import TenantView
from migrate.workbook import words
from migrate.workbook.declare import (
    Block,
    Grid,
    Heading,
    Page,
    Paragraph,
    Place,
    Show,
    TableSheet,
    Title,
    Tone,
    Value,
)
from migrate.workbook.index import Index
from migrate.workbook.report import SnapshotFacts, age
from migrate.workbook.sheets import coverage, summary

NAME = "Read me"

_DECISIONS: tuple[tuple[str, str], ...] = (
    ("accept", "The proposed counterpart (Target) is right. Chosen target stays empty."),
    (
        "accept, no Target",
        "A unit, group or custom role that the target lacks: a plan makes it there.",
    ),
    ("choose", "Another object of the target is right: Chosen target says which, by id or name."),
    ("skip", "Leave it behind, and with it every right that names it."),
    ("block", "Not decided yet: nothing that names it may move."),
    ("(empty)", "No decision. Emptied where there was one: that decision is taken back."),
)
_STEPS: tuple[tuple[str, str], ...] = (
    (
        "1. Settle conflicts",
        "Conflicts, then Drift: each row says what is wrong, whom it holds up, what to do.",
    ),
    (
        "2. Answer proposals",
        "Principals, Roles, Scopes: filter State by '? proposed'. Each waits for a yes or another answer.",
    ),
    (
        "3. Decide",
        "The yellow cells of these three sheets: pick a Decision, say why, sign with your initials.",
    ),
    (
        "4. Send it back",
        "Save as .xlsx and return it. It is taken over with: pim-migrate report import FILE.",
    ),
    ("5. Look again", "Run pim-migrate resolve and pim-migrate report export, and see what is left."),
)
_SCOPES = {
    "full": "full: every person, group and application",
    "privileged": "privileged: everything that privilege touches, and who was looked up for it",
}
_COLUMNS = ("kind", "source_id", "target_id", "decision", "reason", "who", "when")


def page(tables: Sequence[TableSheet[Any]]) -> Page:
    """The first sheet, which also tells what the ``tables`` are for."""
    return Page(
        name=NAME,
        tab=Tone.QUIET,
        about="What this workbook is and how to read it.",
        widths=(28, 66, 68, 10),
        span=4,
        lasting=False,
        blocks=partial(_blocks, tables),
    )


def _blocks(tables: Sequence[TableSheet[Any]], index: Index) -> Iterator[Block]:
    report = index.report
    yield Title(f"Moving privileged access: {report.engagement}")
    yield Paragraph(
        "This workbook shows who may activate privileged roles and groups in the source tenant, who these"
        " people and things are in the target tenant, and what will happen to each right. Decide in"
        " the yellow cells of Principals, Roles and Scopes and send it back; nothing else that is changed"
        " here has any effect. Sort, filter and move columns as you like. All times are in UTC."
    )
    yield from coverage.blocks(index)
    yield Heading("Made from")
    yield _made_from(index)
    yield Heading("Sheets")
    yield Grid(
        ("Sheet", "What it answers"),
        (Show.TEXT, Show.TEXT),
        [(summary.PAGE.name, summary.PAGE.about), *((one.name, one.about) for one in tables)],
        links=[Place(name, 1) for name in (summary.PAGE.name, *(one.name for one in tables))],
    )
    yield from _how_to_decide(index)
    yield from _legend(index)
    yield from _codes(index)
    yield Heading("How text is shown")
    yield Paragraph(
        "Names are shown exactly as the tenants hold them, whatever they begin with. Characters that a"
        " workbook cannot hold are written as the file format escapes them (_x0007_ is U+0007), which Excel"
        " reads back. Text of more than 32,767 characters is cut, with a mark at its end."
    )


def _made_from(index: Index) -> Grid:
    made_at = index.report.made_at
    (_, source, old), (_, target, new) = index.report.sides()
    rows: list[tuple[Value, ...]] = [
        ("Name", summary.tenant_name(source), summary.tenant_name(target)),
        ("Domains", _domains(source), _domains(target)),
        ("Tenant id", old.tenant_id, new.tenant_id),
        ("Snapshot", old.id, new.id),
        ("Scope of the snapshot", _SCOPES.get(old.scope, old.scope), _SCOPES.get(new.scope, new.scope)),
        ("Completeness", _whole(old), _whole(new)),
        ("Sealed (UTC)", old.sealed() or old.sealed_at, new.sealed() or new.sealed_at),
        ("Age of the snapshot", age(old, made_at), age(new, made_at)),
        ("Hash of the snapshot", old.hash, new.hash),
        ("This workbook, made (UTC)", made_at, f"by pim-migrate {index.report.tool_version}"),
    ]
    return Grid(("", "Source tenant", "Target tenant"), (Show.TEXT, Show.MOMENT, Show.MOMENT), rows)


def _whole(snapshot: SnapshotFacts) -> str:
    count = len(snapshot.unread)
    return f"! {count} collection{'' if count == 1 else 's'} not read completely" if count else "✓ complete"


def _domains(view: TenantView) -> str:
    return ", ".join(sorted(view.domains())) or "none were read"


def _how_to_decide(index: Index) -> Iterator[Block]:
    yield Heading("How to decide")
    yield Grid(("Step", "What to do"), (Show.TEXT, Show.TEXT), _STEPS)
    yield Paragraph("")
    yield Grid(
        ("Where decisions end: mappings/decisions.csv, its first line and one as an example",),
        (Show.TEXT,),
        [(",".join(_COLUMNS),), (_example(index),)],
    )
    yield Paragraph("")
    yield Grid(("Decision", "What it says"), (Show.TEXT, Show.TEXT), _DECISIONS)


def _example(index: Index) -> str:
    """A line for the first proposal of this very workbook, so that it can be taken over and changed."""
    zeros = "00000000-0000-0000-0000-00000000000"
    object_of = ("user", f"{zeros}1", f"{zeros}2")
    for one in index.mappings:
        if one.state is State.PROPOSED and one.target_id:
            object_of = (one.kind, one.source_id, one.target_id)
            break
    day = index.report.made_at.date().isoformat()
    return _csv((*object_of, "choose", "confirmed by its owner", "your name", day))


def _csv(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()


def _legend(index: Index) -> Iterator[Block]:
    shows = (Show.TAG, Show.TEXT, Show.TEXT, Show.COUNT)
    states = Counter(one.state for one in index.mappings)
    yield Heading("States, on Principals, Roles and Scopes")
    yield Grid(
        ("State", "What it means", "", "Here"),
        shows,
        [(words.STATES[one], words.STATE_MEANINGS[one], "", states[one]) for one in State],
        words.state_tones(),
    )
    actions = index.tally.actions
    yield Heading("What happens, on Assignments")
    yield Grid(
        ("What happens", "What it means", "", "Here"),
        shows,
        [
            *((words.ACTIONS[one], words.ACTION_MEANINGS[one], "", actions[one]) for one in Action),
            *(
                (one, said, "", index.tally.every - index.tally.rights)
                for one, said in words.OTHER_ACTIONS.items()
            ),
        ],
        words.action_tones(),
    )
    yield Paragraph(
        "Colours repeat what the symbol says and are never needed to understand a row: green is settled,"
        " yellow waits for somebody, red is stuck, grey needs no attention."
    )
    rules = Counter(one.rule for one in index.mappings)
    yield Heading("Rules, on Principals, Roles and Scopes")
    yield Grid(
        ("Rule", "What it means", "", "Here"),
        (Show.TEXT, Show.TEXT, Show.TEXT, Show.COUNT),
        [(rule, text, "", rules[rule]) for rule, text in words.RULES.items()],
    )


def _codes(index: Index) -> Iterator[Block]:
    findings: list[Conflict | Drift] = [*index.conflicts, *index.drift]
    found = Counter(one.code for one in findings)
    rights = index.tally.codes
    codes = [*MEANINGS, *words.OTHER_CODES]
    yield Heading("Codes: conflicts (C), drift (D) and others")
    yield Grid(
        ("Code", "What it means", "What to do", "Here"),
        (Show.CODE, Show.TEXT, Show.TEXT, Show.COUNT),
        [(one, words.meaning(one), words.remedy(one), found[one] or rights[one]) for one in codes],
    )
    yield Paragraph("Here: how many rows of Conflicts or Drift carry the code, otherwise how many rights.")
