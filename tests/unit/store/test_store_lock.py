from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from migrate.errors import Locked, StateError
from migrate.store.lock import hold, holder_of

Clock = Callable[[], datetime]

HOLD_AND_SAY_SO = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from migrate.store.lock import hold
with hold(Path(sys.argv[1]), "apply", lambda: datetime(2026, 1, 31, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock_path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "contoso" / "lock"


def test_a_second_run_is_refused_and_told_who_holds_it(lock_path: Path, clock: Clock) -> None:
    with hold(lock_path, "apply", clock) as holder:
        assert holder.pid == os.getpid()
        with pytest.raises(Locked) as caught, hold(lock_path, "rollback", clock):
            pass
        assert holder_of(lock_path) == holder
    assert caught.value.exit == 11
    assert caught.value.retry
    for part in ("`apply`", str(os.getpid()), "2026-01-31T12:00:00"):
        assert part in caught.value.message


def test_the_next_run_gets_it(lock_path: Path, clock: Clock) -> None:
    with pytest.raises(LookupError), hold(lock_path, "apply", clock):
        raise LookupError("the run failed")
    assert holder_of(lock_path) is None
    with hold(lock_path, "rollback", clock) as holder:
        assert holder.verb == "rollback"


def test_the_lock_dies_with_its_process(lock_path: Path, clock: Clock) -> None:
    lock_path.parent.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_AND_SAY_SO, str(lock_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(Locked, match=f"process {other.pid}"), hold(lock_path, "rollback", clock):
            pass
        other.kill()
        other.wait()
    holder = holder_of(lock_path)
    assert holder is not None
    assert holder.pid == other.pid, "what a killed run left behind is only words"
    with hold(lock_path, "rollback", clock) as now:
        assert holder_of(lock_path) == now


def test_a_side_file_that_cannot_be_read_does_not_hide_the_lock(lock_path: Path, clock: Clock) -> None:
    with hold(lock_path, "apply", clock):
        lock_path.with_name("lock.holder.json").write_text("{", encoding="utf-8")
        with pytest.raises(Locked, match="did not say its name"), hold(lock_path, "rollback", clock):
            pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StateError) as caught, hold(tmp_path / "state" / "contoso" / "lock", "apply", clock):
        pass
    assert caught.value.code == "state_readonly"
