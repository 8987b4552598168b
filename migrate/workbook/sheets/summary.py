"""Summary: the counts, and what waits for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from migrate.kinds.catalogue import MAPPED
from migrate.plan.document import Action
from migrate.resolve.findings import Conflict, Drift, State
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView
from migrate.workbook import words
from migrate.workbook.audit_lines import Verdict
from migrate.workbook.declare import (
    Bars,
    Block,
    Grid,
    Heading,
    Page,
    Paragraph,
    Place,
    Show,
    Title,
    Tone,
    Value,
)
from migrate.workbook.held_rights import (
    ACTIVATED,
    ACTIVE,
    ELIGIBLE,
    THROUGH_GROUP,
)
from migrate.workbook.index import DECIDING, FIRST_ROW, PRINCIPALS, Index, deciding_sheet
from migrate.workbook.policy_lines import Beside
from migrate.workbook.report import age
from migrate.workbook.sheets import coverage, findings, policies
from migrate.workbook.tier_names import NO_ROLE

_STATES = (State.ACCEPTED, State.PROPOSED, State.CREATE, State.BLOCKED, State.SKIPPED)
_BY_ACTION = (Show.COUNT,) * (len(Action) + 1)
_BY_STATE = (Show.COUNT,) * (len(_STATES) + 1)


def tenant_name(view: TenantView) -> str:
    """The display name of the tenant, or its id where the organization was not read."""
    rows = sorted(view.of_kind("organization").items())
    return next((str(row["displayName"]) for _, row in rows if row.get("displayName")), view.tenant_id)


def _blocks(index: Index) -> Iterator[Block]:
    report = index.report
    yield Title(f"{tenant_name(report.source)} → {tenant_name(report.target)}")
    yield from coverage.blocks(index)
    ages = ", ".join(f"{side} {age(snapshot, report.made_at)}" for side, _, snapshot in report.sides())
    yield Paragraph(f"Age of the snapshots when this workbook was made: {ages}.")
    yield Heading("What waits for a person")
    yield _to_do(index)
    yield Heading("Rights of the source: what will happen")
    yield _rights(index)
    yield Heading("Eligibility by tier: what will happen")
    yield _by_tier(index)
    yield Heading("Eligibility by wave: what will happen")
    yield _by_wave(index)
    yield Heading("Everything that is held, by how it is held")
    yield _by_holding(index)
    yield Heading("Mapping: objects by kind and state")
    yield _by_state(index)
    yield Heading("Mapping: objects by rule that matched, and state")
    yield _by_rule(index)
    yield Heading("Policies: the target's rules beside the source's")
    yield _by_rule_of_policy(index)
    yield Heading("Conflicts by code")
    yield _by_code(index.conflicts, "Conflicts", Tone.BAD, "No conflicts.")
    yield Heading("Drift by code")
    yield _by_code(index.drift, "Drift", Tone.OPEN, "No drift.")
    yield from findings.summary(index)


def _to_do(index: Index) -> Grid:
    proposed = {(one.kind, one.source_id) for one in index.mappings if one.state is State.PROPOSED}
    failing = sum(one.stands_for for one in index.audit if one.verdict is Verdict.FAILS)
    unread, residue = index.tally.unread, index.tally.residue
    rows: list[tuple[Value, ...]] = [
        (
            "Conflicts to settle",
            len(index.conflicts),
            _held(index.conflicts),
            "see Conflicts, column What to do",
        ),
        ("Drift to judge", len(index.drift), _held(index.drift), "see Drift, column What to do"),
        (
            "Proposals to accept or not",
            len(proposed),
            index.named.undecided,
            "Principals, Roles, Scopes: '? proposed'",
        ),
        ("Findings of the audit to remedy or waive", failing, None, "see Findings, column Remedy"),
        ("Effects that cannot be undone", residue, residue, "Assignments, column Cannot be undone"),
        ("Rights that need a complete snapshot", unread, unread, "Assignments, filter Codes by 'coverage'"),
    ]
    first = next((deciding_sheet(kind) for kind, _ in sorted(proposed, key=_sheet_order)), PRINCIPALS)
    links = [
        Place(name, 1) for name in ("Conflicts", "Drift", first, findings.NAME, "Assignments", "Assignments")
    ]
    return Grid(
        ("What", "How many", "Rights that wait", "Where"),
        (Show.TEXT, Show.COUNT, Show.COUNT, Show.TEXT),
        rows,
        links=links,
    )


def _sheet_order(node: Node) -> int:
    return DECIDING.index(deciding_sheet(node[0]))


def _held(findings: Sequence[Conflict | Drift]) -> int:
    """How many different rights wait for these findings."""
    return len({right for one in findings for right in one.blocks})


def _rights(index: Index) -> Grid:
    counts = index.tally.actions
    rows: list[tuple[Value, ...]] = [
        (words.ACTIONS[one], counts[one], words.ACTION_MEANINGS[one]) for one in Action
    ]
    rows.append(("total", index.tally.rights, ""))
    return Grid(
        ("What happens", "Rights", "What it means"),
        (Show.TAG, Show.COUNT, Show.TEXT),
        rows,
        words.action_tones(),
        bars=Bars(
            "Rights: what will happen", (1,), tuple(words.ACTION_TONES[one] for one in Action), leave_out=1
        ),
    )


def _by_action(first: str, title: str, groups: Mapping[str, Counter[Action]], nothing: str) -> Grid:
    """Rights by what will happen, one line for each group of them, in the order of ``groups``."""
    shown = list(Action)
    rows = [_matrix_row(name, [counts[one] for one in shown]) for name, counts in groups.items()]
    return Grid(
        (first, *(words.ACTIONS[one] for one in shown), "total"),
        (Show.TEXT, *_BY_ACTION),
        rows or [(nothing, *(None for _ in _BY_ACTION))],
        bars=Bars(title, tuple(range(1, len(shown) + 1)), tuple(words.ACTION_TONES[one] for one in shown))
        if rows
        else None,
    )


def _by_tier(index: Index) -> Grid:
    counts: dict[str, Counter[Action]] = {}
    for tier, found in index.tally.tiers.items():
        counts.setdefault(_tier_name(tier), Counter()).update(found)
    ordered = {
        name: counts[name] for name in sorted(counts, key=lambda one: (not one.startswith("tier"), one))
    }
    return _by_action("Tier", "Eligibility by tier", ordered, "No eligibility.")


def _tier_name(tier: str) -> str:
    if tier == NO_ROLE:
        return "groups that hold no role"
    return f"tier {tier}" if tier else "no tier known"


def _by_wave(index: Index) -> Grid:
    counts = index.tally.waves
    ordered = {name: counts[name] for name in sorted(counts, key=lambda one: (one == words.NOT_PLANNED, one))}
    return _by_action("Wave", "Eligibility by wave", ordered, "No eligibility.")


def _by_holding(index: Index) -> Grid:
    counts = index.tally.holding
    ways = (ELIGIBLE, ACTIVE, ACTIVATED, THROUGH_GROUP)
    active = "moves after eligibility" if index.report.source.moves_active else "read, not moved"
    moved = ("eligibility is what moves", active, "read, not moved", "read, not moved")
    return Grid(
        ("Held as", "Roles", "Groups", "total", "What becomes of it"),
        (Show.TEXT, Show.COUNT, Show.COUNT, Show.COUNT, Show.TEXT),
        [
            (way, counts[False, way], counts[True, way], counts[False, way] + counts[True, way], said)
            for way, said in zip(ways, moved, strict=True)
        ],
    )


def _by_rule_of_policy(index: Index) -> Grid:
    counts = Counter(one.beside for one in index.policies)
    governed = {(one.beside, one.object_id) for one in index.policies}
    objects = Counter(beside for beside, _ in governed)
    return Grid(
        ("Beside the source", "Rules", "Roles, groups", "What it means"),
        (Show.TAG, Show.COUNT, Show.COUNT, Show.TEXT),
        [(policies.BESIDE[one], counts[one], objects[one], policies.MEANINGS[one]) for one in Beside],
        {policies.BESIDE[one]: tone for one, tone in policies.TONES.items()},
        links=[Place("Policies", 1)] * len(Beside),
        bars=Bars("Policy rules beside the source's", (1,), tuple(policies.TONES[one] for one in Beside)),
    )


def _by_state(index: Index) -> Grid:
    counts = Counter((one.kind, one.state) for one in index.mappings)
    every = {one.kind for one in index.mappings}
    kinds = [*(kind for kind in MAPPED if kind in every), *sorted(every - set(MAPPED))]
    return Grid(
        ("Kind", *(words.STATES[state] for state in _STATES), "total"),
        (Show.TEXT, *_BY_STATE),
        [_matrix_row(kind, [counts[kind, state] for state in _STATES]) for kind in kinds],
        bars=Bars(
            "Objects by kind and state",
            tuple(range(1, len(_STATES) + 1)),
            tuple(words.STATE_TONES[state] for state in _STATES),
        ),
    )


def _by_rule(index: Index) -> Grid:
    counts = Counter((one.rule or "", one.state) for one in index.mappings)
    every = {one.rule or "" for one in index.mappings}
    known = [rule for rule in words.RULES if rule in every]
    rules = [*known, *sorted(every - set(known) - {""}), *([""] if "" in every else [])]
    return Grid(
        ("Rule", *(words.STATES[state] for state in _STATES), "total"),
        (Show.TEXT, *_BY_STATE),
        [_matrix_row(rule or "no rule matched", [counts[rule, one] for one in _STATES]) for rule in rules],
        bars=Bars(
            "Objects by the rule that matched",
            tuple(range(1, len(_STATES) + 1)),
            tuple(words.STATE_TONES[state] for state in _STATES),
        ),
    )


def _matrix_row(name: str, counts: Sequence[int]) -> tuple[Value, ...]:
    return (name, *counts, sum(counts))


def _by_code(findings: Sequence[Conflict | Drift], sheet: str, tone: Tone, nothing: str) -> Grid:
    counts = Counter(one.code for one in findings)
    held: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for row, one in enumerate(findings, FIRST_ROW):
        held.setdefault(one.code, set()).update(one.blocks)
        first.setdefault(one.code, row)
    rows: list[tuple[Value, ...]] = [
        (code, counts[code], len(held[code]), words.meaning(code)) for code in sorted(counts)
    ]
    return Grid(
        ("Code", "How many", "Rights held up", "What it means"),
        (Show.CODE, Show.COUNT, Show.COUNT, Show.TEXT),
        rows or [(nothing, None, None, None)],
        links=[Place(sheet, first[code]) for code in sorted(counts)],
        bars=Bars(f"{sheet} by code", (1,), (tone,) * len(rows)) if rows else None,
    )


PAGE = Page(
    name="Summary",
    tab=Tone.QUIET,
    about="The counts at a glance, and what waits for a person.",
    widths=(34, 14, 14, 14, 14, 14, 14, 12, 3, 14, 14, 14, 14, 14, 14),
    span=8,
    blocks=_blocks,
    chart_column=10,
)
