"""The policies that govern the rights of the source, rule by rule, beside those that will govern them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from migrate.kinds import policy_defaults, role_management_policy
from migrate.kinds.kind import Row
from migrate.plan import rule_words
from migrate.resolve import governing, policy_drift
from migrate.resolve.findings import Drift
from migrate.resolve.governing import Governed
from migrate.resolve.rule_differences import Direction
from migrate.workbook.report import Report

APPROVAL = "Approval_EndUser_Assignment"
NOT_READ = "not read"


class Beside(StrEnum):
    """What the target's rule is beside the source's."""

    SAME = "same"
    WEAKER = "weaker"
    STRICTER = "stricter"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


_RANKS = {
    Beside.WEAKER: 0,
    Beside.DIFFERENT: 1,
    Beside.STRICTER: 2,
    Beside.UNKNOWN: 3,
    Beside.SAME: 4,
}


@dataclass(frozen=True)
class PolicyLine:
    """One rule of one policy. ``about`` is a role, or the access to a group; ``differences`` say property by
    property what differs; ``why`` says why nothing can be said."""

    policy_id: str
    target_policy_id: str
    kind: str
    object_id: str
    access: str
    name: str
    rights: int
    rule: str
    source: str
    target: str
    default: str
    beside: Beside
    differences: str
    why: str = ""


def lines(report: Report, moved: Mapping[Governed, int]) -> Iterator[PolicyLine]:
    """Every rule of every policy that governs a right of the source that could move: first the policies that
    differ, each whole, then the others, by name. ``moved`` counts the rights that each governs."""
    source, target = report.source, report.target
    ours, theirs = governing.policies_of(source), governing.policies_of(target)
    accepted = report.resolution.accepted()
    found = _differences(report)
    groups: list[list[PolicyLine]] = []
    for governed in sorted(moved, key=lambda one: (one[0] != "roleDefinition", _name(one, report), one)):
        here = ours.get(governed)
        counterpart = accepted.get(governed[:2])
        there_by = (governed[0], counterpart, governed[2]) if counterpart else None
        there = theirs.get(there_by) or policy_drift.to_come(there_by, target) if there_by else None
        why = _why_unknown(here, there_by, there)
        groups.append(list(_rules(governed, here, there, why, found, moved[governed], report)))
    for group in sorted(groups, key=_worst):
        yield from group


def _worst(policy: list[PolicyLine]) -> int:
    """Policies that ask for less come first, then those that differ otherwise."""
    return min(_RANKS[one.beside] for one in policy)


def _name(governed: Governed, report: Report) -> str:
    return report.source.name_of(governed[0], governed[1]).casefold()


def _why_unknown(here: Row | None, there_by: Governed | None, there: Row | None) -> str:
    if here is None:
        return "the policy of the source was not read"
    if there_by is None:
        return "no accepted counterpart yet"
    return "the policy of the target was not read" if there is None else ""


def _rules(
    governed: Governed,
    here: Row | None,
    there: Row | None,
    why: str,
    found: Mapping[tuple[str, str], list[Drift]],
    count: int,
    report: Report,
) -> Iterator[PolicyLine]:
    kind, object_id, access = governed
    defaults = policy_defaults.OF_GROUPS if kind == "group" else policy_defaults.OF_ROLES
    our_rules = role_management_policy.rules(here) if here else {}
    their_rules = role_management_policy.rules(there) if there else {}
    policy_id = governing.id_of(here) if here else ""
    for rule in policy_defaults.RULE_IDS:
        ours, theirs = our_rules.get(rule), their_rules.get(rule)
        drift = found.get((policy_id, rule), [])
        unknown = why or ("" if ours and theirs else "the rule is missing in one of the policies")
        yield PolicyLine(
            policy_id,
            governing.id_of(there) if there else "",
            kind,
            object_id,
            access,
            report.source.name_of(kind, object_id),
            count,
            rule,
            rule_words.value(rule, ours, report.source) if ours else NOT_READ,
            rule_words.value(rule, theirs, report.target) if theirs else ("" if why else NOT_READ),
            rule_words.value(rule, defaults[rule], None),
            Beside.UNKNOWN if unknown else _beside(drift),
            "\n".join(_told(one) for one in drift),
            unknown,
        )


def _differences(report: Report) -> Mapping[tuple[str, str], list[Drift]]:
    """The differences that the resolution found, by policy and rule."""
    found: dict[tuple[str, str], list[Drift]] = defaultdict(list)
    for one in report.resolution.drift:
        if one.code == "D07":
            found[one.source_id, str(one.detail.get("rule", ""))].append(one)
    return found


def _beside(drift: list[Drift]) -> Beside:
    """One word for a rule: what is weaker in one point and stricter in another is different."""
    directions = {str(one.detail.get("direction", Direction.DIFFERENT)) for one in drift}
    if not directions:
        return Beside.SAME
    return Beside(directions.pop()) if len(directions) == 1 else Beside.DIFFERENT


def _told(one: Drift) -> str:
    detail = one.detail
    here, there = (_short(detail.get(side)) for side in ("source", "target"))
    return f"{detail.get('property', '')}: {here} → {there} ({detail.get('direction', '')})"


def _short(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or "nobody"
    if isinstance(value, str) and value.startswith("P"):
        return rule_words.duration(value)
    return "none" if value is None else str(value)
