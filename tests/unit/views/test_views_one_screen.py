"""Sections that share one screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.views.one_screen import COLUMNS, LINES, Section, fit, fit_line


def test_everything_is_shown_where_there_is_room() -> None:
    lines = fit(["head"], [Section("a:", [["1"], ["2", "2b"]]), Section("empty:", [])], ["foot"])
    assert lines == ["head", "a:", "  1", "  2", "  2b", "foot"]


def test_what_is_left_out_is_counted_and_the_short_section_is_whole() -> None:
    long, short = Section("long:", [[str(one)] for one in range(500)]), Section("short:", [["x"], ["y"]])
    lines = fit(["head"], [long, short], ["foot"])
    assert len(lines) == LINES
    assert lines[-4:] == ["short:", "  x", "  y", "foot"]
    shown = sum(line.strip().isdigit() for line in lines)
    assert f"  + {500 - shown} more" in lines


@given(st.lists(st.lists(st.integers(1, 3), max_size=60), max_size=6))
def test_it_never_grows_beyond_the_screen(heights: list[list[int]]) -> None:
    sections = [Section("t", [["line"] * height for height in entries]) for entries in heights]
    assert len(fit(["head"] * 9, sections, ["foot"] * 3)) <= LINES


def test_wide_and_hostile_characters_do_not_break_the_line() -> None:
    assert fit_line("张" * 80) == "张" * 49 + "…"
    assert len(fit_line("x" * 500)) == COLUMNS
    assert "\n" not in fit_line("a\nb\x1b[31m")
