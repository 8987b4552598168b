"""What may stand in a cell."""

from __future__ import annotations

import pytest
from workbook_sample import HOSTILE, SHOWN

from migrate.workbook.text import LONGEST, fit, looks_like_formula, runs


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_cell_can_hold_is_left_as_it_is(text: str) -> None:
    assert fit(text) == text


@pytest.mark.parametrize(("text", "shown"), SHOWN.items())
def test_what_xml_cannot_hold_has_a_visible_stand_in(text: str, shown: str) -> None:
    assert fit(text) == shown


def test_every_character_that_fit_lets_through_is_legal_xml() -> None:
    for code in range(0x110000):
        shown = fit(chr(code))
        assert len(shown) == 1
        assert (
            shown in "\t\n\r"
            or 0x20 <= ord(shown) < 0xD800
            or 0xE000 <= ord(shown) < 0xFFFE
            or ord(shown) > 0xFFFF
        )


def test_the_longest_text_fits_and_one_more_is_cut() -> None:
    assert fit("a" * LONGEST) == "a" * LONGEST
    cut = fit("a" * (LONGEST + 1))
    assert len(cut) == LONGEST
    assert cut.endswith("… (cut, 32768 characters)")


def test_length_counts_as_excel_counts_and_no_pair_is_torn() -> None:
    text = "🐘" * 20_000
    cut = fit(text)
    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST
    assert cut.endswith("🐘… (cut, 20000 characters)")
    assert fit("🐘" * (LONGEST // 2)) == "🐘" * (LONGEST // 2)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formula_starts_are_seen(start: str) -> None:
    assert looks_like_formula(start + "1")
    assert not looks_like_formula("1" + start)


@pytest.mark.parametrize("text", ["_x0041_", "a_x000D_b_x005F_", "_x_x0041_", "plain", "", "_x004_"])
def test_runs_join_to_the_text_and_none_holds_an_escape(text: str) -> None:
    pieces = runs(text)
    assert "".join(pieces) == text
    assert not any("_x0041_" in piece or "_x000D_" in piece or "_x005F_" in piece for piece in pieces)
