"""Two processes on one engagement never interleave: one works, the other is told who does."""

from __future__ import annotations

import shlex
import subprocess
import sys
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

from prepared_wave import PLAN, Wave
from wave_fixtures import prepared, wave

__all__ = ["prepared", "wave"]


def _start(wave: Wave, command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "migrate", *shlex.split(command)],
        cwd=wave.cli.folder,
        env=wave.cli.whole_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def test_of_three_at_the_same_time_one_works(wave: Wave) -> None:
    """Whichever comes first: the answers of the lab are slow, so that they meet. One that comes so late that
    the work is done finds nothing to do."""
    wave.fault("delay", on="role", seconds=1, times=9)
    confirmed = wave.prepared.pair.confirmed
    with ExitStack() as stack:
        runs = [stack.enter_context(_start(wave, f"apply {PLAN} --json {confirmed}")) for _ in range(3)]
        ended = [(run.communicate(timeout=120)[0], run.returncode) for run in runs]
    assert {0} <= {code for _, code in ended} <= {0, 11}, ended
    for out, code in ended:
        if code == 11:
            assert '"code": "locked"' in out and "`apply` since" in out
    wave.lab.clear_faults()
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1
    assert wave.cli("log verify --json").code == 0
    worked = wave.cli("status --json").of_type("run")
    assert worked, "one has worked"
    assert all(one["finished_at"] <= other["started_at"] for one, other in pairwise(worked))


def test_the_lock_goes_with_its_process(wave: Wave) -> None:
    wave.fault("delay", on="role", seconds=30, times=9)
    confirmed = wave.prepared.pair.confirmed
    with _start(wave, f"apply {PLAN} --json {confirmed}") as run:
        holder = next((wave.cli.folder / "state").glob("*")) / "lock.holder.json"
        _wait_for(holder, run)
        for verb in ("apply all-1", "rollback all", "doubt settle", "snapshot"):
            confirmed_too = confirmed if verb.split()[0] in ("apply", "rollback") else ""
            refused = wave.cli(f"{verb} --json {confirmed_too}")
            assert (refused.code, refused.error["code"]) == (11, "locked")
            assert f"process {run.pid} on" in refused.error["message"]
        assert wave.cli("status --json").code in (0, 15), "looking needs no lock"
        run.kill()
        run.communicate(timeout=60)
    wave.lab.clear_faults()
    again = wave.apply()
    assert again.code == 0, again.out
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1


def _wait_for(file: Path, run: subprocess.Popen[str]) -> None:
    while not file.exists():
        assert run.poll() is None, run.communicate()
