"""Assignments: every right of the source, what will happen to it and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from migrate.kinds import group_eligibility_schedule, role_schedule
from migrate.kinds.schedule import end_of
from migrate.plan.document import Draft
from migrate.workbook.declare import Column, Show, TableSheet, Tone
from migrate.workbook.index import Index, right_id
from migrate.workbook.words import ACTIONS, action_tones


def rows(index: Index) -> Iterable[Draft]:
    return index.drafts


def _is_group(draft: Draft) -> bool:
    return draft.kind == group_eligibility_schedule.KIND.name


def _end(draft: Draft) -> datetime | str:
    try:
        return end_of(draft.source) or "never"
    except ValueError as error:
        return f"unreadable: {error}"


def _scope(draft: Draft) -> str:
    scope = draft.names.get("scope", "")
    return {"tenant": "whole tenant", "group": "the group"}.get(scope, scope)


def _source_right_id(draft: Draft) -> Any:
    return draft.source.get("groupId" if _is_group(draft) else "roleDefinitionId")


def _target_right_id(draft: Draft) -> Any:
    return draft.target.get("groupId" if _is_group(draft) else "roleDefinitionId")


def _source_scope(draft: Draft) -> str | None:
    return None if _is_group(draft) else role_schedule.scope_of(draft.source)


SHEET: TableSheet[Draft] = TableSheet(
    name="Assignments",
    table="AssignmentsTable",
    tab=Tone.GOOD,
    about="Every right of the source: who may activate what, what will happen to it and why.",
    rows=rows,
    fixed=2,
    empty="The source has no eligibility that could move.",
    key=lambda one: f"{one.kind}|{right_id(one)}",
    columns=(
        Column(
            "What happens",
            14,
            Show.TAG,
            lambda one: ACTIONS[one.action],
            "What the next plan would do with this right. Read me explains each word.",
            tones=action_tones(),
        ),
        Column(
            "Person or group",
            36,
            Show.TEXT,
            lambda one: one.names.get("principal"),
            "Who holds the right in the source: sign-in name of a person, otherwise the display name.",
        ),
        Column(
            "Right",
            38,
            Show.TEXT,
            lambda one: one.names.get("right"),
            "The directory role, or member or owner of a group.",
        ),
        Column(
            "Type",
            14,
            Show.TEXT,
            lambda one: "PIM group" if _is_group(one) else "directory role",
            "Eligibility for a directory role, or for a group that PIM manages.",
        ),
        Column("Scope", 22, Show.TEXT, _scope, "Where the right holds: the whole tenant or a part of it."),
        Column(
            "Ends (UTC)", 16, Show.MOMENT, _end, "When the right ends, in UTC; never for a permanent one."
        ),
        Column(
            "Target person or group",
            36,
            Show.TEXT,
            lambda one: one.names.get("target_principal"),
            "Who would hold it in the target. See Mapping for how certain that is.",
        ),
        Column("Reason", 58, Show.TEXT, lambda one: one.reason, "Why this happens, in words."),
        Column(
            "Codes",
            14,
            Show.CODE,
            lambda one: ", ".join(one.codes),
            "What stands in the way. Read me lists every code with its remedy.",
        ),
        Column(
            "Cannot be undone",
            34,
            Show.TEXT,
            lambda one: "\n".join(one.residue),
            "What would stay in the target even after a rollback.",
        ),
        Column(
            "Source schedule id",
            36,
            Show.ID,
            lambda one: one.source.get("id"),
            "The id of the eligibility schedule in the source.",
            on_paper=False,
        ),
        Column(
            "Source principal id",
            28,
            Show.ID,
            lambda one: one.source.get("principalId"),
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
        Column("Source scope", 28, Show.ID, _source_scope, "The scope as Graph spells it.", on_paper=False),
        Column(
            "Target principal id",
            28,
            Show.ID,
            lambda one: one.target.get("principalId"),
            "The id in the target; empty while the right cannot move.",
            on_paper=False,
        ),
        Column(
            "Target role or group id",
            28,
            Show.ID,
            _target_right_id,
            "The id of the role or of the PIM group in the target.",
            on_paper=False,
        ),
        Column(
            "Target scope",
            28,
            Show.ID,
            lambda one: one.target.get("directoryScopeId"),
            "The scope in the target as Graph spells it.",
            on_paper=False,
        ),
    ),
)
