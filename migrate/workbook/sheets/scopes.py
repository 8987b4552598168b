"""Scopes: every administrative unit (or other object) at which a right holds, and whom it reaches there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from migrate.resolve.findings import Drift
from migrate.workbook.declare import Column, Show, TableSheet, Tone
from migrate.workbook.index import SCOPES, Index, listed
from migrate.workbook.sheets import deciding

_NAMED = 12
_FIELDS = {
    "membershipType": "membership",
    "membershipRule": "membership rule",
    "isMemberManagementRestricted": "restricted management",
}


@dataclass(frozen=True)
class Reach:
    """Whom a right at the counterpart reaches besides, and whom no longer; ``None`` where that is unknown."""

    verdict: str
    gained: int | None = None
    who_gains: str = ""
    lost: int | None = None
    who_loses: str = ""
    unclear: int | None = None
    who_is_unclear: str = ""
    rules: str = ""


@dataclass(frozen=True)
class Line(deciding.Line):
    reach: Reach


def rows(index: Index) -> Iterator[Line]:
    about: dict[tuple[str, str], list[Drift]] = {}
    for found in index.drift:
        about.setdefault((found.kind, found.source_id), []).append(found)
    for one in deciding.lines(index, SCOPES):
        node = (one.mapping.kind, one.mapping.source_id)
        compared = bool(one.mapping.target_id) and node[0] == "administrativeUnit"
        yield Line(**vars(one), reach=_reach(about.get(node, []), compared=compared))


def _reach(drift: list[Drift], *, compared: bool) -> Reach:
    if not compared:
        return Reach(deciding.UNKNOWN)
    codes = {one.code for one in drift}
    members = next((one.detail for one in drift if one.code == "D03"), None)
    rules = "\n".join(_rule(one.detail) for one in drift if one.code == "D04")
    if members is not None and "unread" in members:
        unread = ", ".join(str(one) for one in members["unread"])
        return Reach(deciding.UNKNOWN, who_is_unclear=f"not read: {unread}", rules=rules)
    found = _population(members or {})
    verdict = deciding.WIDER if "D02" in codes else deciding.DIFFERS if members or rules else deciding.SAME
    return replace(found, verdict=verdict, rules=rules)


def _population(detail: Mapping[str, Any]) -> Reach:
    def names(field: str) -> str:
        return _told(int(detail.get(f"{field}_count", 0)), detail.get(field, ()))

    # Somebody who is proposed for a member that is not settled yet neither gains nor is sure to be the same.
    perhaps = names("perhaps_the_same")
    unclear = [
        names("unmapped"),
        f"perhaps the same:\n{perhaps}" if perhaps else "",
        detail.get("devices", ""),
    ]
    return Reach(
        deciding.SAME,
        int(detail.get("gained_count", 0)),
        names("gained"),
        int(detail.get("lost_count", 0)),
        names("lost"),
        int(detail.get("unmapped_count", 0)),
        "\n".join(one for one in unclear if one),
    )


def _told(count: int, named: Any) -> str:
    """Names with ids, one a line; of many, the first few and how many there are besides."""
    some = [str(one) for one in named][:_NAMED]
    more = count - len(some)
    return "\n".join([*some, *([f"… and {more} more"] if more > 0 else [])])


def _rule(detail: Mapping[str, Any]) -> str:
    sides = (_one(detail.get(side)) for side in ("source", "target"))
    field = str(detail.get("field", ""))
    return "\n".join([f"{_FIELDS.get(field, field)}:", listed(sides_of(*sides))])


def sides_of(here: str, there: str) -> tuple[str, str]:
    return f"  source: {here}", f"  target: {there}"


def _one(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value else "none"


SHEET: TableSheet[Line] = TableSheet(
    name=SCOPES,
    table="ScopesTable",
    tab=Tone.GOOD,
    about="Every administrative unit or object at which rights hold: who gains, who loses. Decide here.",
    rows=rows,
    fixed=2,
    empty="No scopes: every right that could move holds in the whole tenant or in a group.",
    key=deciding.key_of,
    basis=deciding.basis_of,
    columns=(
        deciding.kind(),
        *deciding.source("The administrative unit, or the other object at which a right holds."),
        deciding.state(),
        *deciding.target(),
        Column(
            "Reach",
            16,
            Show.TAG,
            lambda one: one.reach.verdict,
            "Whether a right at the counterpart reaches the same people and groups, under the same rules."
            " wider: it would reach everybody.",
            tones=deciding.differs_tones(),
        ),
        Column(
            "Gained",
            9,
            Show.COUNT,
            lambda one: one.reach.gained,
            "How many people and groups are reached there and not here.",
        ),
        Column(
            "Who is reached besides",
            30,
            Show.TEXT,
            lambda one: one.reach.who_gains,
            "Their names and ids in the target; the first few where many.",
        ),
        Column(
            "Lost",
            9,
            Show.COUNT,
            lambda one: one.reach.lost,
            "How many people and groups are reached here and not there.",
        ),
        Column(
            "Who is reached no longer",
            30,
            Show.TEXT,
            lambda one: one.reach.who_loses,
            "Their names and ids in the source; the first few where many.",
        ),
        Column(
            "Not settled",
            10,
            Show.COUNT,
            lambda one: one.reach.unclear,
            "Members of the source without an accepted counterpart: of them it cannot be said.",
        ),
        Column(
            "Who is not settled",
            30,
            Show.TEXT,
            lambda one: one.reach.who_is_unclear,
            "Their names and ids in the source, and members of the target that may be the same; devices are"
            " only counted.",
        ),
        Column(
            "Rule and restriction",
            28,
            Show.TEXT,
            lambda one: one.reach.rules,
            "How people get into the unit and who may manage them, where the two differ.",
        ),
        deciding.reason(),
        *deciding.entries(),
        deciding.open_points(),
        deciding.rights_count(),
        deciding.source_details(on_paper=False),
        deciding.target_details(on_paper=False),
        deciding.rule(on_paper=False),
        *deciding.runner_up(),
    ),
)
