"""A second process answers, or its error is told here; it never outlives the block."""

from __future__ import annotations

import math
import operator
import os
import signal
import subprocess
import sys
import time
from errno import EPIPE
from multiprocessing import active_children
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from migrate.cli.second_process import beside
from migrate.errors import FileError, MigrateError


def _refused(where: str) -> None:
    raise FileError("not a number", where=where, hint="write one", code="not_a_number")


def _sees_ctrl_c() -> bool:
    return signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def _killed_half_way() -> str:
    """Of its answer all is sent but the last byte."""

    def cut_off(self: Connection, message: bytes) -> None:
        os.write(self.fileno(), message[:-1])
        os._exit(9)

    Connection._send = cut_off  # type: ignore[attr-defined]
    return "an answer"


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


def test_one_that_is_killed_is_told_though_the_pipe_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where whoever starts it holds the other end until it has come so far as to take it."""
    monkeypatch.setattr(Connection, "__exit__", lambda *_: None)
    with beside(os._exit, 3) as answer, pytest.raises(MigrateError, match=r"without an answer \(3\)"):
        answer()


@pytest.mark.skipif(os.name != "posix", reason="a message is a write of its own there")
def test_one_that_is_killed_while_it_answers_is_told() -> None:
    with beside(_killed_half_way) as answer, pytest.raises(MigrateError, match=r"\(9\)") as caught:
        answer()
    assert caught.value.code == "second_process"


def test_one_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken pipe alone would be taken for a reader of the output who has gone, and told by nobody."""

    def gone(*_: object) -> None:
        raise BrokenPipeError(EPIPE, "Broken pipe")

    monkeypatch.setattr(SpawnProcess, "_Popen", gone)
    with pytest.raises(MigrateError, match=r"did not start \(Broken pipe\)") as caught, beside(os._exit, 3):
        pass
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


FIRST = """
from test_cli_second_process import _sees_ctrl_c
from migrate.cli.second_process import beside

if __name__ == "__main__":
    with beside(_sees_ctrl_c) as answer:
        print(answer())
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows cannot put Ctrl-C off")
def test_the_very_first_one_does_not_see_ctrl_c_either(tmp_path: Path) -> None:
    """With it starts a process of multiprocessing's own, which lets Ctrl-C through again (Python 3.11)."""
    script = tmp_path / "first.py"
    script.write_text(FIRST, encoding="utf-8")
    paths = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    done = subprocess.run(
        [sys.executable, str(script)], env=os.environ | paths, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("False\n", "")
