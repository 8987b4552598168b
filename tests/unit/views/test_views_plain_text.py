"""Texts of strangers on a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from migrate.views.plain_text import visible


def test_a_plain_name_stays_as_it_is() -> None:
    assert visible("Zoë O'Brien 张伟") == "Zoë O'Brien 张伟"


def test_control_and_direction_characters_are_spelt_out() -> None:
    assert visible("a\x1b[31mb\u202ec\nd\x00") == "a<U+001B>[31mb<U+202E>c<U+000A>d<U+0000>"


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert visible("x" * 100, 10) == "x" * 9 + "…"


def test_text_that_fits_exactly_is_not_cut() -> None:
    assert visible("x" * 10, 10) == "x" * 10


@given(st.text(st.characters(), max_size=200), st.integers(1, 80))
def test_nothing_that_moves_a_cursor_gets_through(text: str, longest: int) -> None:
    shown = visible(text, longest)
    assert len(shown) <= longest
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp") for one in shown)
