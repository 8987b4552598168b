"""Runs command lines in processes that may be killed, and carries a wave on after each death."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crash_driver import FORKS, KILLED, KILLED_CODE
from prepared_wave import PLAN, WAVE, Wave

DRIVER = Path(__file__).with_name("crash_driver.py")
MOST_RUNS = 6


class Killable:
    """A warmed-up driver process."""

    def __init__(self, process: subprocess.Popen[str] | None) -> None:
        self._process = process

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Killable]:
        if not FORKS:
            yield cls(None)
            return
        process = subprocess.Popen(
            [sys.executable, str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            yield cls(process)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=30)

    def run(
        self,
        wave: Wave,
        command: str,
        *,
        point: str = "",
        number: int = 1,
        write: str = "",
        warm: bool = False,
    ) -> int:
        """The exit code, or ``KILLED`` for a process that died at the point; ``write`` is the id of the one
        that must be there, of whichever write it is without it."""
        order = {
            "arguments": shlex.split(command),
            "folder": str(wave.cli.folder),
            "environment": wave.cli.environment,
            "output": str(wave.cli.folder / "output.txt"),
            "point": point,
            "number": number,
            "write": write,
            "warm": warm,
        }
        if self._process is None:
            done = subprocess.run([sys.executable, str(DRIVER), json.dumps(order)], check=False, timeout=120)
            return KILLED if done.returncode in (KILLED, KILLED_CODE) else done.returncode
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(json.loads(self._process.stdout.readline())["code"])

    def carry_on(self, wave: Wave, verb: str, *, expect: tuple[int, ...] = (15,), line: str = "") -> int:
        """Runs a verb again and again while it ends with one of the exit codes that mean "not yet"; ``line``
        is the whole command line, where it is another than that of a whole wave."""
        for _ in range(MOST_RUNS):
            code = self.run(wave, line or command(wave, verb))
            if code not in expect:
                return code
        raise AssertionError(f"{verb} still ends with {code}: {output(wave)}")


def command(wave: Wave, verb: str) -> str:
    what = PLAN if verb == "apply" else WAVE
    return f"{verb} {what} --json {wave.prepared.pair.confirmed}"


def output(wave: Wave) -> str:
    return (wave.cli.folder / "output.txt").read_text(encoding="utf-8")


def effects(wave: Wave) -> dict[Any, int]:
    """Writes that took effect more than once since the lab was loaded, by action and write."""
    return {key: count for key, count in wave.effects_per_write().items() if count > 1}
