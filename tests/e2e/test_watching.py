"""``status --watch`` follows another process, takes no lock, and ends with its run or with Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from command_line import Result
from prepared_wave import PLAN, Wave
from test_terminal import at_a_terminal
from wave_fixtures import prepared, wave

from migrate.cli import clock
from migrate.store.database import open_state
from migrate.store.journal import Journal
from migrate.views.watch import WAITING

__all__ = ["prepared", "wave"]


def _apply(wave: Wave, *, seconds: float = 0.4) -> subprocess.Popen[str]:
    wave.fault("delay", on="role", seconds=seconds, times=9)
    return subprocess.Popen(
        [sys.executable, "-m", "migrate", "apply", PLAN, "--json", *wave.prepared.pair.confirmed.split()],
        cwd=wave.cli.folder,
        env=wave.cli.whole_environment,
        stdout=subprocess.DEVNULL,
        text=True,
    )


def _begun(wave: Wave) -> bool:
    """Whether a write has begun: the run asks much before it sends the first one."""
    (path,) = wave.cli.folder.glob("state/*/engagement.db")
    with open_state(path, create=False) as db:
        return any(Journal(db, clock.now).entries(plan_id=PLAN, events=("begin",)))


@contextmanager
def _applying(wave: Wave, *, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """A process that applies, slowly, and has begun its first write."""
    with _apply(wave, seconds=seconds) as run:
        while not _begun(wave) and run.poll() is None:
            time.sleep(0.01)
        yield run
        run.wait(timeout=60)
    wave.lab.clear_faults()


def _watched(wave: Wave, command: str) -> Result:
    """What is told of a run that begins once somebody watches for it."""
    started: list[subprocess.Popen[str]] = []
    sleep = clock.sleep

    async def and_apply(seconds: float) -> None:
        if not started:
            started.append(_apply(wave))
        assert started[0].poll() in (None, 0), "the run that is watched for has failed"
        await sleep(min(seconds, 0.002))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("migrate.cli.watching.clock", _Clock(and_apply))
        done = wave.cli(command)
    (run,) = started
    with run:
        assert run.wait(timeout=60) == 0
    wave.lab.clear_faults()
    return done


def test_it_follows_a_run_to_its_end(wave: Wave) -> None:
    done = _watched(wave, "status --watch --json")
    assert done.code == 0
    begun, ended = done.of_type("run")
    assert (begun["verb"], begun["finished_at"]) == ("apply", None)
    assert (ended["id"], ended["outcome"]) == (begun["id"], "done")
    last = {line["id"]: line["state"] for line in done.of_type("write_state")}
    assert set(last.values()) == {"done"}
    assert done.summary["watched"] == begun["id"]
    assert done.summary["next"] == "pim-migrate verify all"
    assert wave.is_applied


def test_a_pipe_gets_a_line_for_each_change_and_then_the_status(wave: Wave) -> None:
    told = _watched(wave, "status --watch --interval 0.1")
    assert told.code == 0
    assert f"apply {PLAN}, since" in told.out and f"apply {PLAN}: done" in told.out
    assert "under_way    all-1." in told.out or "done         all-1." in told.out
    assert told.out.endswith("next: pim-migrate verify all\n")


def test_a_run_that_is_killed_ends_the_watching(wave: Wave) -> None:
    with _applying(wave, seconds=30) as run:
        slept: list[float] = []
        sleep = clock.sleep

        async def and_kill(seconds: float) -> None:
            slept.append(seconds)
            if len(slept) == 3:
                run.kill()
                run.wait(timeout=60)
            await sleep(min(seconds, 0.002))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("migrate.cli.watching.clock", _Clock(and_kill))
            done = wave.cli("status --watch --json")
    assert done.code == 15, "what it had sent is in doubt"
    assert done.of_type("run")[-1]["outcome"] is None
    assert done.summary["in_doubt"] == len(done.of_type("write")) > 0
    assert done.summary["next"] == "pim-migrate doubt settle"
    assert wave.apply().code == 0
    assert wave.is_applied


class _Clock:
    """The clock with another sleep."""

    def __init__(self, sleep: Any) -> None:
        self.sleep, self.now = sleep, clock.now


def test_it_waits_for_a_run_and_ctrl_c_ends_it(wave: Wave) -> None:
    slept: list[float] = []

    async def press(seconds: float) -> None:
        slept.append(seconds)
        signal.raise_signal(signal.SIGINT)
        await clock.sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("migrate.cli.watching.clock", _Clock(press))
        done = wave.cli("status --watch --json --interval 7")
    assert slept == [7.0]
    assert (done.code, done.summary["exit"], done.summary["watched"]) == (0, 0, "")
    assert "no longer watching" in done.err


def test_at_a_terminal_it_is_drawn_in_place(wave: Wave) -> None:
    """It is there before the run, and ends with it."""
    started: list[subprocess.Popen[str]] = []
    code, seen = at_a_terminal(
        wave.cli,
        "status --watch --interval 0.1",
        after=WAITING[:20],
        do=lambda: started.append(_apply(wave)),
    )
    assert started[0].wait(timeout=60) == 0
    assert code == 0, seen
    assert "\x1b[" in seen, "the cursor goes up again"
    assert "under_way" in seen
    assert f"apply {PLAN}: done" in seen
    assert "next: pim-migrate verify all" in seen
