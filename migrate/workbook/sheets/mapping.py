"""Mapping: every object that a right of the source names, and its counterpart in the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Counterpart
from migrate.workbook import basis, details
from migrate.workbook.declare import Column, Entry, Place, Show, TableSheet, Tone
from migrate.workbook.index import Finding, Index
from migrate.workbook.words import STATES, state_tones

DECISIONS = ("accept", "choose", "skip", "block")


@dataclass(frozen=True)
class Line:
    mapping: Counterpart
    findings: tuple[Finding, ...]
    rights: int
    source_details: str
    target_details: str
    runner_up: str
    decision: Decision | None
    rests_on: str


def rows(index: Index) -> Iterator[Line]:
    source, target = index.report.source, index.report.target
    for one in index.mappings:
        node = (one.kind, one.source_id)
        yield Line(
            one,
            tuple(index.findings.get(node, ())),
            index.rights_of[node],
            details.of(source, one.kind, one.source_id),
            details.of(target, one.kind, one.target_id),
            target.name_of(one.kind, one.runner_up) if one.runner_up else "",
            index.decided.of(*node),
            basis.of(one, (found.code for found in index.findings.get(node, ()))),
        )


def row_key(kind: str, source_id: str) -> str:
    """How a row is found again: ids hold no bar, so that this can be taken apart."""
    return f"{kind}|{source_id}"


def _open_points(line: Line) -> str:
    return ", ".join(one.code for one in line.findings)


def _to_finding(line: Line) -> Place | None:
    return Place(line.findings[0].sheet, line.findings[0].row) if line.findings else None


SHEET: TableSheet[Line] = TableSheet(
    name="Mapping",
    table="MappingTable",
    tab=Tone.GOOD,
    about="Every person, group, application, unit and role that a right names, and its counterpart.",
    rows=rows,
    fixed=2,
    empty="Nothing to map: the source has no rights that could move.",
    key=lambda one: row_key(one.mapping.kind, one.mapping.source_id),
    basis=lambda one: one.rests_on,
    columns=(
        Column(
            "Kind", 17, Show.TEXT, lambda one: one.mapping.kind, "What it is, spelled as in decisions.csv."
        ),
        Column(
            "Source",
            34,
            Show.TEXT,
            lambda one: one.mapping.name,
            "The object in the source tenant: sign-in name of a person, otherwise the display name.",
        ),
        Column("Source id", 28, Show.ID, lambda one: one.mapping.source_id, "Its id in the source tenant."),
        Column(
            "Source details",
            34,
            Show.TEXT,
            lambda one: one.source_details,
            "What tells it from its namesakes.",
        ),
        Column(
            "State",
            13,
            Show.TAG,
            lambda one: STATES[one.mapping.state],
            "Whether rights that name it can move. Read me explains each state.",
            tones=state_tones(),
        ),
        Column(
            "Target",
            34,
            Show.TEXT,
            lambda one: one.mapping.target_name,
            "The counterpart in the target tenant. Certain only where State says accepted.",
        ),
        Column("Target id", 28, Show.ID, lambda one: one.mapping.target_id, "Its id in the target tenant."),
        Column(
            "Target details",
            34,
            Show.TEXT,
            lambda one: one.target_details,
            "Compare with Source details: is this the same one?",
        ),
        Column(
            "Rule",
            21,
            Show.TEXT,
            lambda one: one.mapping.rule,
            "The strongest evidence for the counterpart, spelled as in match.toml. Read me explains each.",
        ),
        Column(
            "Confidence",
            12,
            Show.PERCENT,
            lambda one: one.mapping.confidence,
            "The weight of that rule, from 0 % to 100 %. It orders candidates; it is not a probability.",
        ),
        Column(
            "Reason",
            48,
            Show.TEXT,
            lambda one: one.mapping.reason,
            "Why it is in this state, in words.",
        ),
        Column(
            "Decision",
            12,
            Show.TEXT,
            lambda one: one.decision.decision if one.decision else None,
            "Yours. accept the proposal, choose another target, skip (leave behind), block (not decided yet)."
            " Empty it to take a decision back.",
            entry=Entry(
                "decision",
                "accept: the proposed target is right. choose: another is, name it beside. skip: leave it"
                " behind. block: nothing moves until decided.",
                20,
                DECISIONS,
            ),
        ),
        Column(
            "Chosen target",
            34,
            Show.TEXT,
            lambda one: one.decision.target_id if one.decision else None,
            "Yours, with choose: the id, the sign-in name or the display name of the right one.",
            entry=Entry(
                "target",
                "With choose: the id, the sign-in name, or a display name that only one object of the target"
                " has. Otherwise empty.",
                1_000,
            ),
        ),
        Column(
            "Decision reason",
            34,
            Show.TEXT,
            lambda one: one.decision.reason if one.decision else None,
            "Yours: why, for whoever asks in a year.",
            entry=Entry("reason", "Why, in a few words.", 32_000),
        ),
        Column(
            "Initials",
            10,
            Show.TEXT,
            lambda one: one.decision.who if one.decision else None,
            "Yours: who decides. Every decision needs them.",
            entry=Entry("who", "Who decides: your initials or name.", 200),
        ),
        Column(
            "Open points",
            13,
            Show.CODE,
            _open_points,
            "Codes of conflicts and drift. Leads to the first of them, as long as no sheet is sorted.",
            link=_to_finding,
        ),
        Column(
            "Rights", 9, Show.COUNT, lambda one: one.rights, "How many rights of the source name this object."
        ),
        Column(
            "Runner-up",
            34,
            Show.TEXT,
            lambda one: one.runner_up,
            "The next best candidate in the target, if there is one.",
            on_paper=False,
        ),
        Column(
            "Runner-up id",
            28,
            Show.ID,
            lambda one: one.mapping.runner_up,
            "Its id, ready to be chosen.",
            on_paper=False,
        ),
    ),
)
