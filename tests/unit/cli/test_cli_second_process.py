"""A second process answers, or its error is told here; it never outlives the block."""

from __future__ import annotations

import math
import operator
import os
import signal
import time
from multiprocessing import active_children

import pytest

from migrate.cli.second_process import beside
from migrate.errors import FileError, MigrateError


def _refused(where: str) -> None:
    raise FileError("not a number", where=where, hint="write one", code="not_a_number")


def _interrupted() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "worked on"


def test_it_answers() -> None:
    with beside(operator.add, 20, 22) as answer:
        assert answer() == 42
    assert not active_children()


def test_its_error_is_told_as_if_it_had_happened_here() -> None:
    with beside(_refused, "waivers.csv:3") as answer, pytest.raises(FileError) as caught:
        answer()
    told = caught.value
    assert (str(told), told.where, told.hint) == ("not a number", "waivers.csv:3", "write one")
    assert (told.code, told.exit) == ("not_a_number", 2)


def test_of_a_defect_no_text_is_told() -> None:
    with beside(math.sqrt, "a secret") as answer, pytest.raises(MigrateError) as caught:  # type: ignore[arg-type]
        answer()
    assert caught.value.code == "internal"
    assert "TypeError" in str(caught.value) and "secret" not in str(caught.value)


def test_one_that_is_killed_is_told() -> None:
    with (
        beside(os._exit, 3) as answer,
        pytest.raises(MigrateError, match=r"without an answer \(3\)") as caught,
    ):
        answer()
    assert caught.value.code == "second_process"


def test_it_is_gone_when_the_block_is_left_for_another_reason() -> None:
    with pytest.raises(LookupError), beside(time.sleep, 600):
        raise LookupError("the verb failed")
    assert not active_children()


@pytest.mark.skipif(os.name != "posix", reason="Windows sends Ctrl-C to a console, not to a process")
def test_ctrl_c_is_answered_by_the_first_process_alone() -> None:
    with beside(_interrupted) as answer:
        assert answer() == "worked on"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
