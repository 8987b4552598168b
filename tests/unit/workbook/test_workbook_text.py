"""What may stand in a cell, and how the file spells it."""

from __future__ import annotations

import pytest
from workbook_sample import HOSTILE, SPELT

from migrate.workbook.text import LONGEST, escaped, fit, looks_like_formula, unescaped, units


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_cell_can_hold_is_left_as_it_is(text: str) -> None:
    assert fit(text) == text
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize(("text", "spelt"), SPELT.items(), ids=range(len(SPELT)))
def test_what_xml_cannot_hold_is_escaped_as_the_format_says(text: str, spelt: str) -> None:
    assert escaped(text) == spelt
    assert unescaped(spelt) == text


def test_every_character_is_spelt_in_legal_xml_and_comes_back() -> None:
    for code in range(0x110000):
        spelt = escaped(chr(code))
        assert unescaped(spelt) == chr(code)
        assert len(spelt) > 1 or (
            spelt in "\t\n"
            or 0x20 <= ord(spelt) < 0xD800
            or 0xE000 <= ord(spelt) < 0xFFFE
            or ord(spelt) > 0xFFFF
        )


def test_a_character_that_others_escaped_in_halves_is_one() -> None:
    assert unescaped("_xD83D__xDC18_ and _xD83D_") == "🐘 and \ud83d"


def test_the_longest_text_fits_and_one_more_is_cut() -> None:
    assert fit("a" * LONGEST) == "a" * LONGEST
    cut = fit("a" * (LONGEST + 1))
    assert len(cut) == LONGEST
    assert cut.endswith("… (cut, 32768 characters)")


@pytest.mark.parametrize("character", ["🐘", "\ud800", "a🐘"])
def test_length_counts_as_excel_counts_and_no_pair_is_torn(character: str) -> None:
    count = 40_000 // len(character)
    cut = fit(character * count)
    assert LONGEST - 1 <= units(cut) <= LONGEST
    assert cut.endswith(f"… (cut, {count * len(character)} characters)")
    assert set(cut.rpartition("…")[0]) == set(character)
    assert fit("🐘" * (LONGEST // 2)) == "🐘" * (LONGEST // 2)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"], ids=ord)
def test_formula_starts_are_seen(start: str) -> None:
    assert looks_like_formula(start + "1")
    assert not looks_like_formula("1" + start)
