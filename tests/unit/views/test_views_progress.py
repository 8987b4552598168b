"""The progress line, without a terminal."""

from __future__ import annotations

import pytest

from migrate.views.progress import Counted, ProgressLine


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_outside_a_terminal_a_line_comes_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    line = ProgressLine(quiet=False, clock=clock)
    line.tell("users", 1, 10)
    clock.now += 4
    line.tell("users", 2, 10)
    clock.now += 2
    line.tell("users", 5, 10)
    clock.now += 1
    line.tell("users", 6, 10)
    line.end()
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "users 5/10, about 6 s left\n"


def test_a_script_sees_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    line = ProgressLine(quiet=True, clock=clock)
    clock.now += 60
    line.tell("users", 1, 2)
    line.end()
    assert capsys.readouterr() == ("", "")


def test_each_going_through_is_told_as_something_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    rows = Counted(ProgressLine(quiet=False, clock=clock), range(1_000), ("ordering", "writing"))
    for _ in range(3):
        taken = []
        for row in rows:
            clock.now += 0.02
            taken.append(row)
        assert taken == list(range(1_000))
    assert len(rows) == 1_000 and 999 in rows and 1_000 not in rows
    told = capsys.readouterr().err
    ordering, writing = (f"{one} 500/1000, about 10 s left" for one in ("ordering", "writing"))
    assert told.splitlines() == [ordering, "writing", writing, "writing", writing]
