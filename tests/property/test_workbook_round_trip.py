"""Export, edit at random, import, export: the edits and nothing else. And damage gives no wrong answer."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_edits import Sheet, after, exported, imported, said
from workbook_sample import ident, report

from migrate.errors import FileError
from migrate.resolve.decisions import Decision
from migrate.workbook import csv_twin
from migrate.workbook.index import DECIDING
from migrate.workbook.report import Report
from migrate.workbook.text import escaped, unescaped

PEOPLE = [f"user|{ident(1, number)}" for number in (1, 2, 3, 4, 5)]
ROLE, UNIT = f"roleDefinition|{ident(5, 2)}", f"administrativeUnit|{ident(5, 3)}"
TARGETS = {
    "": ident(2, 1),
    ident(2, 2).upper(): ident(2, 2),
    "ANNA@fabrikam.example": ident(2, 1),
    "ben2@fabrikam.example": ident(2, 3),
}
ROLES = {"key reader": ident(6, 2), ident(6, 2): ident(6, 2), "Exchange Administrator": ident(5, 1)}
CHOSEN = {**TARGETS, **ROLES}
_ANY = st.characters(exclude_characters="\0", exclude_categories=("Cs",))
# What people's programs do to returns and escapes is theirs; the rest must come through.
_REASONS = st.text(_ANY, max_size=40) | st.sampled_from(
    ["=cmd|' /C calc'!A0", "+1", "-1", "@x", "\tx", "_x0041_", "a\x07b", "#N/A", "1e5", "'quoted", "営業 🐘"]
)
_SIGNED = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=8)
_LEFT = st.tuples(st.sampled_from(["skip", "block"]), st.just(""), _REASONS, _SIGNED)


def _chosen(names: list[str]) -> st.SearchStrategy[tuple[str, str, str, str] | None]:
    return st.one_of(
        st.none(), _LEFT, st.tuples(st.just("choose"), st.sampled_from(names), _REASONS, _SIGNED)
    )


# One of each deciding sheet at least: people, a role, a unit that has no counterpart to be chosen.
_EDITS = st.tuples(
    st.dictionaries(st.sampled_from(PEOPLE), _chosen(sorted(TARGETS)[1:]), max_size=5),
    st.dictionaries(st.just(ROLE), _chosen(sorted(ROLES)), max_size=1),
    st.dictionaries(st.just(UNIT), st.one_of(st.none(), _LEFT), max_size=1),
).map(lambda parts: {**parts[0], **parts[1], **parts[2]})
BEFORE = (
    Decision("user", ident(1, 4), None, "skip", "left", "M", "2026-01-01"),
    Decision("user", ident(1, 5), ident(2, 1), "choose", "=old", "M", "2026-01-01"),
)


def given_report() -> Report:
    return replace(report(), decisions=BEFORE)


@settings(max_examples=12, database=None)
@given(_EDITS, st.randoms(use_true_random=False), st.booleans())
def test_a_round_trip_gives_the_edits_and_nothing_else(
    edits: dict[str, tuple[str, str, str, str] | None], chance: random.Random, rearranged: bool
) -> None:
    def edit(sheet: Sheet) -> None:
        for key, values in edits.items():
            decision, target, reason, who = values or ("", "", "", "")
            # Typed text arrives in the file as the program spells it.
            sheet.put(
                key,
                decision=decision or None,
                target=target or None,
                reason=escaped(reason) or None,
                who=escaped(who) or None,
            )
        if rearranged:
            for name in DECIDING:
                top = sheet.on_top(name)
                rows, columns = (list(range(n)) for n in (top.max_row - 1, top.max_column))
                chance.shuffle(rows)
                chance.shuffle(columns)
                sheet.rearrange(rows, columns)

    expected = {f"{one.kind}|{one.source_id}": (one.decision, one.target_id or "", one.reason, one.who)
                for one in BEFORE}  # fmt: skip
    for key, values in edits.items():
        if values is None:
            expected.pop(key, None)
        else:
            decision, target, reason, who = values
            expected[key] = (decision, CHOSEN[target] if target else "", reason.strip(), who)
    with TemporaryDirectory() as folder:
        merged = imported(given_report(), exported(Path(folder, "one.xlsx"), given_report(), edit))
        assert merged.problems == [] and merged.warnings == []
        now = after(given_report(), merged)
        again = exported(Path(folder, "two.xlsx"), now)
        found = said(again)
        assert {one.change for one in imported(now, again).changes} <= {"kept"}
    assert found == expected


@cache
def _bytes() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.xlsx")
        sheet = Sheet(exported(path, given_report()))
        sheet.put(PEOPLE[1], decision="choose", target=ident(2, 3), who="AB")
        return sheet.save().read_bytes()


@settings(max_examples=120, database=None)
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12),
    st.floats(0.05, 1),
)
def test_damage_is_refused_or_does_no_harm(hits: list[tuple[float, int]], kept: float) -> None:
    content = bytearray(_bytes())
    for place, value in hits:
        content[int(place * len(content))] = value
    if kept < 0.5:
        del content[int(kept * len(content)) :]
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.xlsx")
        path.write_bytes(content)
        try:
            merged = imported(given_report(), path)
        except FileError as refusal:
            assert refusal.code.startswith("workbook_") and refusal.hint
            return
    assert {one.mapping.source_id: one.change for one in merged.changes} == {
        ident(1, 2): "added",
        ident(1, 4): "kept",
        ident(1, 5): "kept",
    }


@settings(max_examples=300, database=None)
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_every_text_comes_back_from_csv_and_from_the_spelling_of_a_cell(text: str) -> None:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    assert unescaped(escaped(whole)) == whole
    written = csv_twin.cell(whole)
    assert csv_twin.read(written) == whole
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    written.encode("utf-8")
