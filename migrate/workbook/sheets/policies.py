"""Policies: what governs each right here and there, rule by rule, beside what Microsoft ships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.plan import rule_words
from migrate.workbook.declare import Column, Place, Show, TableSheet, Tone
from migrate.workbook.index import Finding, Index
from migrate.workbook.policy_lines import NOT_READ, Beside, PolicyLine

BESIDE = {
    Beside.SAME: "✓ same",
    Beside.WEAKER: "▼ weaker",
    Beside.STRICTER: "▲ stricter",
    Beside.DIFFERENT: "≠ different",
    Beside.UNKNOWN: "– unknown",
}
MEANINGS = {
    Beside.SAME: "The rule asks for the same.",
    Beside.WEAKER: "The target asks for less: a right is easier to use there.",
    Beside.STRICTER: "The target asks for more: a right is harder to use there.",
    Beside.DIFFERENT: "They ask for different things; which is more cannot be said.",
    Beside.UNKNOWN: "One of the two is not known yet; Policies says why.",
}
TONES = {
    Beside.SAME: Tone.GOOD,
    Beside.WEAKER: Tone.BAD,
    Beside.STRICTER: Tone.OPEN,
    Beside.DIFFERENT: Tone.OPEN,
    Beside.UNKNOWN: Tone.QUIET,
}


@dataclass(frozen=True)
class Line:
    policy: PolicyLine
    tier: str
    finding: Finding | None


def rows(index: Index) -> Iterator[Line]:
    found: dict[tuple[str, str], Finding] = {}
    for row, drift in enumerate(index.drift, 2):
        if drift.code == "D07":
            found.setdefault(
                (drift.source_id, str(drift.detail.get("rule", ""))), Finding("D07", "Drift", row)
            )
    for one in index.policies:
        of_group = one.kind == "group"
        tier = index.tiers.of_group(one.object_id) if of_group else index.tiers.of_role(one.object_id)
        yield Line(one, tier, found.get((one.policy_id, one.rule)))


def _changed(line: Line) -> str:
    """Which sides somebody moved away from what Microsoft ships."""
    one = line.policy
    if one.source == NOT_READ or not one.target or one.target == NOT_READ:
        return ""
    sides = [side for side, said in (("source", one.source), ("target", one.target)) if said != one.default]
    return {0: "neither", 1: "".join(sides), 2: "both"}[len(sides)]


def _to_drift(line: Line) -> Place | None:
    return line.finding.place if line.finding else None


SHEET: TableSheet[Line] = TableSheet(
    name="Policies",
    table="PoliciesTable",
    tab=Tone.OPEN,
    about="The rules under which rights are given and activated, here, there and as Microsoft ships them.",
    rows=rows,
    fixed=3,
    empty="No policies: the source has no rights that could move.",
    key=lambda one: "|".join((one.policy.kind, one.policy.object_id, one.policy.access, one.policy.rule)),
    columns=(
        Column(
            "Role or group",
            34,
            Show.TEXT,
            lambda one: one.policy.name,
            "What the policy governs: only roles and groups of rights that could move are listed.",
        ),
        Column(
            "Access",
            9,
            Show.TEXT,
            lambda one: one.policy.access or "role",
            "role, or member or owner of the group.",
        ),
        Column(
            "Rule",
            38,
            Show.TEXT,
            lambda one: rule_words.title(one.policy.rule),
            "One of the 17 rules that every policy has, in words.",
        ),
        Column(
            "Beside the source",
            17,
            Show.TAG,
            lambda one: BESIDE[one.policy.beside],
            "What the target's rule is beside the source's. From the move on the target's rules decide, as"
            " they stand or as a plan changes them (mappings/move.toml).",
            tones={BESIDE[one]: tone for one, tone in TONES.items()},
        ),
        Column(
            "Source", 34, Show.TEXT, lambda one: one.policy.source, "What the rule asks for in the source."
        ),
        Column(
            "Target", 34, Show.TEXT, lambda one: one.policy.target, "What the rule asks for in the target."
        ),
        Column(
            "Microsoft's default",
            30,
            Show.TEXT,
            lambda one: one.policy.default,
            "What it asks for where nobody has changed it; Microsoft ships some roles with fewer demands.",
        ),
        Column(
            "Changed from default",
            13,
            Show.TEXT,
            _changed,
            "Which of the two tenants has something else than the default.",
        ),
        Column(
            "Differs how",
            44,
            Show.TEXT,
            lambda one: one.policy.differences or one.policy.why,
            "Property by property: source → target; or why nothing can be said.",
        ),
        Column(
            "Rights",
            9,
            Show.COUNT,
            lambda one: one.policy.rights,
            "How many rights of the source the policy governs.",
        ),
        Column(
            "Tier",
            24,
            Show.TEXT,
            lambda one: one.tier,
            "How powerful the role or group is, 0 being the most.",
        ),
        Column(
            "Drift",
            11,
            Show.CODE,
            lambda one: f"{one.finding.code} → {one.finding.row}" if one.finding else None,
            "Leads to its row on Drift, as long as that sheet is not sorted.",
            link=_to_drift,
            lasting=False,
        ),
        Column(
            "Rule id",
            36,
            Show.ID,
            lambda one: one.policy.rule,
            "The rule as Graph calls it.",
            on_paper=False,
        ),
        Column(
            "Role or group id",
            28,
            Show.ID,
            lambda one: one.policy.object_id,
            "The id in the source.",
            on_paper=False,
        ),
        Column(
            "Source policy id",
            92,
            Show.ID,
            lambda one: one.policy.policy_id,
            "The id of the policy's assignment in the source.",
            on_paper=False,
        ),
        Column(
            "Target policy id",
            92,
            Show.ID,
            lambda one: one.policy.target_policy_id,
            "The same in the target; empty where PIM does not manage the group yet.",
            on_paper=False,
        ),
    ),
)
