"""A process that can be killed: runs one command line and ends itself at the n-th reach of a named point.

A process start with the SDK costs more than a whole small wave. Where the system can fork, one warmed-up
process therefore forks a fresh one for each command line; elsewhere each gets a process of its own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

KILLED = -9
"""What the driver answers for a process that was killed at its point."""
KILLED_CODE = 137
FORKS = hasattr(os, "fork")


def die() -> None:
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(KILLED_CODE)


def run_here(order: dict[str, Any]) -> int:
    """Runs the command line of ``order`` in this process, without waiting for real."""
    from hurry import Hurry

    from migrate.cli import clock
    from migrate.cli.main import run
    from migrate.replay import crash_points
    from migrate.store import journal

    hurried = Hurry()
    clock.sleep, clock.monotonic = hurried.sleep, hurried.monotonic
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    left = {"times": int(order.get("number", 1))}

    def _write(point: str) -> str:
        """The write that is at the point; of the journal's own points nobody says it."""
        item = crash_points.item
        return order["write"] if point.startswith("journal.") or item is None else item.id

    def on_reach(point: str) -> None:
        if point == order.get("point") and order.get("write", "") in ("", _write(point)):
            left["times"] -= 1
            if left["times"] == 0:
                die()

    if order.get("point"):
        crash_points.on_reach = on_reach
        journal._no_crash = on_reach
    with Path(order["output"]).open("w", encoding="utf-8") as output:
        sys.stdout = sys.stderr = output
        return run(order["arguments"])


def _forked(order: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = run_here(order)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def serve() -> None:
    """Answers orders, one JSON line each, until the input ends. An order to ``warm`` is run in this process,
    so that all its children have what it loads."""
    import_module("migrate.replay.rollback")
    import_module("migrate.plan.guard")
    orders, answers = sys.stdin, sys.stdout
    for line in orders:
        order = json.loads(line)
        before, folder = (sys.stdout, sys.stderr), Path.cwd()
        code = run_here(order) if order.get("warm") else _forked(order)
        sys.stdout, sys.stderr = before
        os.chdir(folder)
        answers.write(json.dumps({"code": code}) + "\n")
        answers.flush()


if __name__ == "__main__":
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    if FORKS and len(sys.argv) == 1:
        serve()
    else:
        sys.exit(run_here(json.loads(sys.argv[1])))
