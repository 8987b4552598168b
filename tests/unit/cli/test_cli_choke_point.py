"""Every way out of a verb is an exit code and one clear line."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import NoReturn

import pytest
import typer

from migrate.cli.choke_point import leave_with
from migrate.errors import Locked, PlanStale
from migrate.views.screen import Screen


def leaving(error: BaseException) -> int:
    def work() -> NoReturn:
        raise error

    return code_of(work)


def code_of(work: Callable[[], int]) -> int:
    with pytest.raises(typer.Exit) as caught:
        leave_with(Screen(as_json=False), work)
    return int(caught.value.exit_code)


def test_the_verb_has_the_last_word_on_its_exit_code() -> None:
    assert code_of(lambda: 4) == 4


@pytest.mark.parametrize(
    ("error", "exit", "code"),
    [
        (PlanStale("stale"), 13, "plan_stale"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(errno.ENOSPC, "No space left on device", "x"), 20, "state_full"),
        (PermissionError(errno.EACCES, "Permission denied", "x"), 20, "state_readonly"),
        (OSError(errno.EMFILE, "Too many open files"), 1, "system"),
        (ExceptionGroup("g", [ValueError(), ExceptionGroup("g", [Locked("held")])]), 11, "locked"),
        (ExceptionGroup("g", [ValueError("secret")]), 1, "internal"),
        (ValueError("secret"), 1, "internal"),
    ],
)
def test_each_error_ends_in_its_code(
    error: BaseException, exit: int, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leaving(error) == exit
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("error: ") == 1
    assert f"code: {code} (exit {exit})" in told.err
    assert "secret" not in told.err, "the text of a defect may hold anything"
