"""What `pim-migrate report export` and `report import` cost as whole verbs, from the database to the workbook
and its CSV twin and back, over few and many rights of equally many people.

The engagement is written through the store and resolved once; each verb runs in a process of its own, whose
seconds and peak memory are told. Nothing is asserted: run it with `make bench`, or with other sizes as
`python tests/bench/bench_export.py RIGHTS…`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bench_resolve import resolved, write_engagement

SIZES = (20_000, 100_000)
USERS = 40_000
"""On each side: what is told should differ by the rights alone."""


def main(sizes: Iterable[int]) -> None:
    for rights in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_engagement(folder, USERS, eligibilities=rights)
            resolved(folder, USERS)
            for verb in (["export", "book.xlsx"], ["import", "book.xlsx", "--dry-run"]):
                seconds, cpu, peak = ran(folder, verb)
                print(
                    f"report {verb[0]:<6} {rights:>8,} rights  {seconds:6.1f} s  {cpu:6.1f} s CPU"
                    f"  peak {peak:5.0f} MB",
                    flush=True,
                )


def ran(folder: Path, verb: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of the processor, and megabytes at the peak."""
    began = time.perf_counter()
    with (folder / "out.jsonl").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "migrate", "report", *verb, "--json", "--engagement", "engagement.toml"],
            cwd=folder,
            stdout=out,
        )
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit((folder / "out.jsonl").read_text(encoding="utf-8")[-2000:])
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, peak


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or SIZES)
