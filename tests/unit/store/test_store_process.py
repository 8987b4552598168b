"""Whether somebody works on an engagement, told without the lock."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from migrate.store.lock import hold
from migrate.store.process import is_alive, working


def test_this_process_is_there_and_one_that_ended_is_not() -> None:
    assert is_alive(os.getpid())
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait(timeout=60)
    assert not is_alive(ended.pid)
    assert not is_alive(0)
    assert not is_alive(-1)


def test_who_works_is_whoever_holds_the_lock_and_has_not_died(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert working(lock) is None
    with hold(lock, "apply", lambda: datetime(2026, 6, 1, tzinfo=UTC)) as holder:
        assert working(lock) == holder
        side = tmp_path / "lock.holder.json"
        told = orjson.loads(side.read_bytes())
        with subprocess.Popen([sys.executable, "-c", ""]) as ended:
            ended.wait(timeout=60)
        side.write_bytes(orjson.dumps({**told, "pid": ended.pid}))
        assert working(lock) is None, "killed: its side file says nothing"
        side.write_bytes(orjson.dumps({**told, "pid": ended.pid, "host": "another-machine"}))
        assert working(lock) is not None, "of another machine nothing is known"
    assert working(lock) is None


@pytest.mark.skipif(os.name != "posix" or not Path("/proc/1").exists(), reason="needs a process of root")
def test_a_process_of_somebody_else_is_there() -> None:
    assert is_alive(1)
