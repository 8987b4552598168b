"""Assignments: every right of the source, held or only eligible, what will happen to it and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from migrate.kinds import role_schedule
from migrate.kinds.kind import Row
from migrate.kinds.schedule import end_of, start_of
from migrate.plan.document import Draft
from migrate.workbook import held_rights
from migrate.workbook.declare import Column, Place, Show, TableSheet, Tone
from migrate.workbook.held_rights import Held, InWords
from migrate.workbook.index import Index
from migrate.workbook.words import ACTIONS, NOT_PLANNED, READ_ONLY, action_tones

_SCOPES = {"tenant": "whole tenant", "group": "the group"}


class Line(NamedTuple):
    """One right. ``draft`` is the same as ``held`` where it could move; ``row`` is that of the source."""

    id: str
    held: Held
    draft: Draft | None
    row: Row
    of_group: bool
    words: InWords
    tier: str
    wave: str
    place: Place | None


def rows(index: Index) -> Iterator[Line]:
    source, waves = index.report.source, index.report.waves
    for held in index.held:
        one = held_rights.held_id(held)
        draft = held if isinstance(held, Draft) else None
        yield Line(
            one,
            held,
            draft,
            held_rights.source_row(held),
            held_rights.is_of_group(held),
            held_rights.in_words(held, source),
            index.tiers.of(held),
            waves.get(one, NOT_PLANNED) if draft else "",
            index.reason_for(held),
        )


def _from_draft(value: Callable[[Draft], str | None]) -> Callable[[Line], str | None]:
    """The value of a right that could move; nothing for those that are only read."""
    return lambda line: value(line.draft) if line.draft else None


def _moment(moment: Callable[[Row], datetime | None], never: str) -> Callable[[Line], datetime | str]:
    def told(line: Line) -> datetime | str:
        try:
            return moment(line.row) or never
        except ValueError as error:
            return f"unreadable: {error}"

    return told


def _end(row: Row) -> datetime | None:
    """A standing assignment may say nothing of its end: it has none."""
    info = row.get("scheduleInfo")
    return end_of(row) if isinstance(info, dict) and info.get("expiration") else None


_END_OF_DRAFT, _END_OF_READ_ONLY = _moment(end_of, "never"), _moment(_end, "never")


def _ends(line: Line) -> datetime | str:
    return _END_OF_DRAFT(line) if line.draft else _END_OF_READ_ONLY(line)


def _scope(line: Line) -> str:
    return _SCOPES.get(line.words.scope, line.words.scope)


def _source_right_id(line: Line) -> str | None:
    return line.row.get("groupId" if line.of_group else "roleDefinitionId")


def _source_scope(line: Line) -> str | None:
    return None if line.of_group else role_schedule.scope_of(line.row)


def _reason(line: Line) -> str:
    held = line.held
    return held.reason if isinstance(held, Draft) else held_rights.why_read_only(held)


SHEET: TableSheet[Line] = TableSheet(
    name="Assignments",
    table="AssignmentsTable",
    tab=Tone.GOOD,
    about="Every eligibility and every active assignment of the source: what will happen to it and why.",
    rows=rows,
    fixed=2,
    empty="The source has no eligibility and no active assignment.",
    key=lambda one: f"{one.held.kind}|{one.id}",
    columns=(
        Column(
            "What happens",
            17,
            Show.TAG,
            lambda one: ACTIONS[one.draft.action] if one.draft else READ_ONLY,
            "What the next plan would do with this right. Read me explains each word.",
            tones=action_tones(),
        ),
        Column(
            "Person or group",
            36,
            Show.TEXT,
            lambda one: one.words.principal,
            "Who holds the right in the source: sign-in name of a person, otherwise the display name.",
        ),
        Column(
            "Right",
            38,
            Show.TEXT,
            lambda one: one.words.right,
            "The directory role, or member or owner of a group.",
        ),
        Column(
            "Held as",
            14,
            Show.TEXT,
            lambda one: held_rights.how_held(one.held),
            "eligible: may activate it. active: has it. activated: a session of somebody eligible. through a"
            " group: mirrors what a group gives.",
        ),
        Column(
            "Type",
            14,
            Show.TEXT,
            lambda one: "PIM group" if one.of_group else "directory role",
            "A directory role, or membership or ownership of a group that PIM manages.",
        ),
        Column("Scope", 22, Show.TEXT, _scope, "Where the right holds: the whole tenant or a part of it."),
        Column(
            "Tier",
            24,
            Show.TEXT,
            lambda one: one.tier,
            "How powerful the right is at its scope, 0 being the most, by mappings/tiers.toml; ? where"
            " nothing classifies it. A group is as high as what it holds.",
        ),
        Column(
            "Wave",
            13,
            Show.TEXT,
            lambda one: one.wave,
            "The wave of the newest plan that takes the right along.",
        ),
        Column(
            "Starts (UTC)",
            16,
            Show.MOMENT,
            _moment(start_of, ""),
            "When the right begins or began, in UTC; empty where the source does not say.",
        ),
        Column(
            "Ends (UTC)", 16, Show.MOMENT, _ends, "When the right ends, in UTC; never for a permanent one."
        ),
        Column(
            "Target person or group",
            36,
            Show.TEXT,
            _from_draft(lambda one: one.names.get("target_principal")),
            "Who would hold it in the target. See Principals for how certain that is.",
        ),
        Column("Reason", 58, Show.TEXT, _reason, "Why this happens, in words."),
        Column(
            "Codes",
            14,
            Show.CODE,
            _from_draft(lambda one: ", ".join(one.codes)),
            "What stands in the way, or was found about it. Leads to the first such row, or to where one"
            " decides, as long as that sheet is not sorted.",
            link=lambda one: one.place,
        ),
        Column(
            "Cannot be undone",
            34,
            Show.TEXT,
            _from_draft(lambda one: "\n".join(one.residue)),
            "What would stay in the target even after a rollback.",
        ),
        Column(
            "Source schedule id",
            64,
            Show.ID,
            lambda one: one.row.get("id"),
            "The id of the schedule in the source.",
            on_paper=False,
        ),
        Column(
            "Source principal id",
            28,
            Show.ID,
            lambda one: one.row.get("principalId"),
            "The id of the person, group or application in the source.",
            on_paper=False,
        ),
        Column(
            "Source role or group id",
            28,
            Show.ID,
            _source_right_id,
            "The id of the role or of the PIM group in the source.",
            on_paper=False,
        ),
        Column("Source scope", 46, Show.ID, _source_scope, "The scope as Graph spells it.", on_paper=False),
        Column(
            "Target principal id",
            28,
            Show.ID,
            _from_draft(lambda one: one.target.get("principalId")),
            "The id in the target; empty while the right cannot move.",
            on_paper=False,
        ),
        Column(
            "Target role or group id",
            28,
            Show.ID,
            _from_draft(lambda one: one.target.get("groupId") or one.target.get("roleDefinitionId")),
            "The id of the role or of the PIM group in the target.",
            on_paper=False,
        ),
        Column(
            "Target scope",
            46,
            Show.ID,
            _from_draft(lambda one: one.target.get("directoryScopeId")),
            "The scope in the target as Graph spells it.",
            on_paper=False,
        ),
    ),
)
