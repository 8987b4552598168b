"""What `pim-migrate report export` and `report import` cost as whole verbs, from the database to the workbook
and its CSV twin and back, over few and many rights of equally many people.

The engagement is written through the store and resolved once; each verb runs in a process of its own, whose
seconds and peak memory are told, and at the end how they grew with the rights. A verb that has a second
process work beside it counts with both: the seconds of the processor, and the two peaks together, though they
need not fall into one moment. Nothing is asserted: run it with `make bench`, or with other sizes as `python
tests/bench/bench_export.py RIGHTS…`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bench_resolve import resolved, write_engagement

SIZES = (20_000, 100_000)
USERS = 40_000
"""On each side: what is told should differ by the rights alone."""
MEASURED = """
import resource, sys
from migrate.cli.main import run
code = run(sys.argv[1:])
for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
    print(resource.getrusage(who).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Runs a command line and tells the peaks of its own process and of the largest that it started."""
VERBS = {"export": ["export", "book.xlsx"], "import": ["import", "book.xlsx", "--dry-run"]}


class Took(NamedTuple):
    """Seconds, seconds of the processor, and megabytes at the peaks of the verb and of what it started."""

    seconds: float
    cpu: float
    own: float
    beside: float

    @property
    def peak(self) -> float:
        return self.own + self.beside


def main(sizes: Iterable[int]) -> None:
    found: dict[str, dict[int, Took]] = {verb: {} for verb in VERBS}
    for rights in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _written(folder, rights)
            resolved(folder, USERS)
            for verb, words in VERBS.items():
                took = found[verb][rights] = ran(folder, words)
                print(
                    f"report {verb:<6} {rights:>8,} rights  {took.seconds:6.1f} s  {took.cpu:6.1f} s CPU"
                    f"  peak {took.peak:5.0f} MB ({took.own:.0f} and {took.beside:.0f})",
                    flush=True,
                )
    for verb, each in found.items():
        if len(each) > 1:
            few, many = min(each), max(each)
            cpu, peak = each[many].cpu / each[few].cpu, each[many].peak / each[few].peak
            print(
                f"report {verb:<6} {many / few:.0f} times the rights: {cpu:.1f} times the CPU,"
                f" {peak:.2f} times the memory"
            )


def _written(folder: Path, rights: int) -> None:
    """Writes the engagement in a process of its own: Linux counts the memory of whoever starts a process into
    the peak of that process, so that this one must stay small."""
    writer = get_context("spawn").Process(
        target=write_engagement, args=(folder, USERS), kwargs={"eligibilities": rights}
    )
    writer.start()
    writer.join()
    if writer.exitcode:
        raise SystemExit(f"the engagement could not be written: {writer.exitcode}")


def ran(folder: Path, words: list[str]) -> Took:
    """Runs one verb of ``report`` in a process of its own."""
    out, peaks = folder / "out.jsonl", folder / "peaks.txt"
    began = time.perf_counter()
    with out.open("wb") as file, peaks.open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", MEASURED, "report", *words, "--json", "--engagement", "engagement.toml"],
            cwd=folder,
            stdout=file,
            stderr=told,
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(out.read_text(encoding="utf-8")[-2000:])
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    own, beside = (int(one) / unit for one in peaks.read_text(encoding="utf-8").split()[-2:])
    return Took(seconds, usage.ru_utime + usage.ru_stime, own, beside)


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or SIZES)
