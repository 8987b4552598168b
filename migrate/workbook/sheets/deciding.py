"""What Principals, Roles and Scopes have in common: a row for each object, and cells in which to decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Counterpart
from migrate.workbook import basis, details
from migrate.workbook.declare import Column, Entry, Place, Show, Tone
from migrate.workbook.index import Finding, Index
from migrate.workbook.words import STATES, state_tones

DECISIONS = ("accept", "choose", "skip", "block")


@dataclass(frozen=True)
class Line:
    """One object that a right of the source names, its counterpart, and what was decided about it."""

    mapping: Counterpart
    findings: tuple[Finding, ...]
    rights: int
    source_details: str
    target_details: str
    runner_up: str
    decision: Decision | None
    codes: tuple[str, ...]


LineT = TypeVar("LineT", bound=Line)


def lines(index: Index, sheet: str) -> Iterator[Line]:
    """The objects of one sheet, with what is open first."""
    source, target = index.report.source, index.report.target
    mappings = list(index.mappings_on(sheet))
    in_source = details.of_many(source, ((one.kind, one.source_id) for one in mappings))
    in_target = details.of_many(target, ((one.kind, one.target_id) for one in mappings))
    for one in mappings:
        node = (one.kind, one.source_id)
        found = tuple(index.findings.get(node, ()))
        yield Line(
            one,
            found,
            index.named.rights_of[node],
            in_source.get(node, ""),
            in_target.get((one.kind, one.target_id), ""),
            target.name_of(one.kind, one.runner_up) if one.runner_up else "",
            index.decided.of(*node),
            tuple(each.code for each in found),
        )


def row_key(kind: str, source_id: str) -> str:
    """How a row is found again: ids hold no bar, so that this can be taken apart."""
    return f"{kind}|{source_id}"


def key_of(line: Line) -> str:
    return row_key(line.mapping.kind, line.mapping.source_id)


def basis_of(line: Line) -> str:
    return basis.of(line.mapping, line.codes)


def kind() -> Column[LineT]:
    return Column(
        "Kind", 18, Show.TEXT, lambda one: one.mapping.kind, "What it is, spelled as in decisions.csv."
    )


def source(what: str) -> tuple[Column[LineT], Column[LineT]]:
    """The name and the id in the source."""
    return (
        Column("Source", 30, Show.TEXT, lambda one: one.mapping.name, what),
        Column("Source id", 28, Show.ID, lambda one: one.mapping.source_id, "Its id in the source tenant."),
    )


def source_details(*, on_paper: bool = True) -> Column[LineT]:
    return Column(
        "Source details",
        27,
        Show.TEXT,
        lambda one: one.source_details,
        "What tells it from its namesakes.",
        on_paper=on_paper,
    )


def state() -> Column[LineT]:
    return Column(
        "State",
        13,
        Show.TAG,
        lambda one: STATES[one.mapping.state],
        "Whether rights that name it can move. Read me explains each state.",
        tones=state_tones(),
    )


def target() -> tuple[Column[LineT], ...]:
    """The name and the id of the counterpart."""
    return (
        Column(
            "Target",
            30,
            Show.TEXT,
            lambda one: one.mapping.target_name,
            "The counterpart in the target tenant. Certain only where State says accepted.",
        ),
        Column("Target id", 28, Show.ID, lambda one: one.mapping.target_id, "Its id in the target tenant."),
    )


def target_details(*, on_paper: bool = True) -> Column[LineT]:
    return Column(
        "Target details",
        27,
        Show.TEXT,
        lambda one: one.target_details,
        "Compare with Source details: is this the same one?",
        on_paper=on_paper,
    )


def rule(*, on_paper: bool = True) -> Column[LineT]:
    return Column(
        "Rule",
        22,
        Show.TEXT,
        lambda one: one.mapping.rule,
        "The strongest evidence for the counterpart, spelled as in match.toml. Read me explains each.",
        on_paper=on_paper,
    )


def confidence() -> Column[LineT]:
    return Column(
        "Confidence",
        11,
        Show.PERCENT,
        lambda one: one.mapping.confidence,
        "The weight of that rule, from 0 % to 100 %. It orders candidates; it is not a probability.",
    )


def reason() -> Column[LineT]:
    return Column(
        "Reason", 38, Show.TEXT, lambda one: one.mapping.reason, "Why it is in this state, in words."
    )


def entries() -> tuple[Column[LineT], ...]:
    """The cells in which people write."""
    return (
        Column(
            "Decision",
            12,
            Show.TEXT,
            lambda one: one.decision.decision if one.decision else None,
            "Yours. accept the proposal (where there is none: have the unit, group or custom role made),"
            " choose another target, skip (leave behind), block (not decided yet). Empty it to take"
            " a decision back.",
            entry=Entry(
                "decision",
                "accept: the proposed target is right; without one, a plan makes it (units, groups, custom"
                " roles). choose: another is, name it beside. skip: leave it behind. block: nothing moves"
                " until decided.",
                20,
                DECISIONS,
            ),
        ),
        Column(
            "Chosen target",
            28,
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
            26,
            Show.TEXT,
            lambda one: one.decision.reason if one.decision else None,
            "Yours: why, for whoever asks in a year.",
            entry=Entry("reason", "Why, in a few words.", 32_000),
        ),
        Column(
            "Initials",
            12,
            Show.TEXT,
            lambda one: one.decision.who if one.decision else None,
            "Yours: who decides. Every decision needs them.",
            entry=Entry("who", "Who decides: your initials or name.", 200),
        ),
    )


def open_points() -> Column[LineT]:
    return Column(
        "Open points",
        12,
        Show.CODE,
        lambda one: ", ".join(dict.fromkeys(found.code for found in one.findings)),
        "Codes of conflicts and drift. Leads to the first of them, as long as no sheet is sorted.",
        link=_to_finding,
    )


def rights_count() -> Column[LineT]:
    return Column(
        "Rights", 9, Show.COUNT, lambda one: one.rights, "How many rights of the source name this object."
    )


def runner_up() -> tuple[Column[LineT], ...]:
    """The next best candidate; for those who choose, on a screen."""
    return (
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
    )


def differs_tones() -> dict[str, Tone]:
    return {SAME: Tone.GOOD, DIFFERS: Tone.OPEN, WIDER: Tone.BAD, UNKNOWN: Tone.QUIET}


SAME, DIFFERS, WIDER, UNKNOWN = "✓ same", "≠ differs", "! wider", "– not compared"
"""How the source and the target compare, in a symbol and a word."""


def _to_finding(line: Line) -> Place | None:
    return line.findings[0].place if line.findings else None
