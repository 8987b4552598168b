"""Drift: where a faithful copy would mean something else in the target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.plan import rule_words
from migrate.resolve.findings import Drift
from migrate.workbook.declare import Column, Place, Show, TableSheet, Tone
from migrate.workbook.index import Index, listed
from migrate.workbook.words import meaning


@dataclass(frozen=True)
class Line:
    drift: Drift
    name: str
    target_name: str
    blocked: str
    place: Place | None


def rows(index: Index) -> Iterator[Line]:
    for one in index.drift:
        yield Line(
            one,
            index.name(one),
            index.target_name(one),
            index.rights_named(one.blocks or one.concerns),
            index.place_of(one),
        )


def _differences(detail: Mapping[str, Any]) -> str:
    """What differs, one line each; the name stands in a column of its own."""
    if "field" in detail:
        sides = [f"{side}: {_one(detail['field'], detail.get(side))}" for side in ("source", "target")]
        than = [f"the target's is {detail['direction']}"] if "direction" in detail else []
        title = str(detail["field"])
        if rule := detail.get("rule"):
            title = f"{rule_words.title(str(rule))} ({detail.get('property', '')})"
        return "\n".join([title, *sides, *than])
    lines: list[str] = []
    for key, value in detail.items():
        if key == "name" or value in (None, [], ()) or _is_count(key, detail):
            continue
        title = _TITLES.get(key, str(key).replace("_", " "))
        if isinstance(value, list | tuple):
            lines += [
                f"{title} ({detail.get(f'{key}_count', len(value))}):",
                listed(f"  {each}" for each in value),
            ]
        else:
            lines.append(f"{title}: {value}")
    return "\n".join(lines)


_TITLES = {
    "gained": "reached besides in the target",
    "lost": "reached no longer",
    "unmapped": "members without an accepted counterpart",
    "perhaps_the_same": "members of the target that may be the same",
}


def _is_count(key: str, detail: Mapping[str, Any]) -> bool:
    """Whether this only counts a list that is told as well."""
    listed_as = key.removesuffix("_count")
    return listed_as != key and listed_as in detail


def _one(field: object, value: object) -> str:
    if value is None:
        return "never" if field == "endDateTime" else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith("P"):
        return rule_words.duration(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value) or "nobody"
    return str(value)


SHEET: TableSheet[Line] = TableSheet(
    name="Drift",
    table="DriftTable",
    tab=Tone.OPEN,
    about="Scopes, roles and rights that are there but would mean something else in the target.",
    rows=rows,
    fixed=4,
    empty="No drift.",
    key=lambda one: "|".join(
        (one.drift.code, one.drift.kind, one.drift.source_id, str(one.drift.detail.get("field", "")))
    ),
    columns=(
        Column("Code", 8, Show.CODE, lambda one: one.drift.code, "The code of the drift. It never changes."),
        Column("What it means", 27, Show.TEXT, lambda one: meaning(one.drift.code), "The code in words."),
        Column("Kind", 22, Show.TEXT, lambda one: one.drift.kind, "What it is."),
        Column(
            "Source", 38, Show.TEXT, lambda one: one.name, "The object or the right in the source tenant."
        ),
        Column("Source id", 28, Show.ID, lambda one: one.drift.source_id, "Its id in the source."),
        Column("Target", 34, Show.TEXT, lambda one: one.target_name, "What stands for it in the target."),
        Column("Target id", 28, Show.ID, lambda one: one.drift.target_id, "Its id in the target."),
        Column(
            "What differs",
            46,
            Show.TEXT,
            lambda one: _differences(one.drift.detail),
            "What the source has and what the target has.",
        ),
        Column(
            "Rights held up",
            10,
            Show.COUNT,
            lambda one: len(one.drift.blocks),
            "How many rights cannot move until this is settled.",
        ),
        Column(
            "Rights concerned",
            11,
            Show.COUNT,
            lambda one: len(one.drift.concerns),
            "How many rights it is about without holding them up.",
        ),
        Column(
            "Which rights", 44, Show.TEXT, lambda one: one.blocked, "Those rights; the first few where many."
        ),
        Column("What to do", 36, Show.TEXT, lambda one: one.drift.remedy, "How to settle it."),
        Column(
            "Where",
            18,
            Show.TEXT,
            lambda one: f"→ {one.place.sheet} {one.place.row}" if one.place else None,
            "Leads to its row on the sheet that is named, as long as that sheet is not sorted.",
            link=lambda one: one.place,
            lasting=False,
        ),
    ),
)
