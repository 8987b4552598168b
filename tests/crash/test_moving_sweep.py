"""Every kind of write, killed at every named point under every fault: a part of it here, all of it with
``pytest -m sweep``.

PIM_SWEEP_CASES says how many cases at most (all without it), PIM_SWEEP_ONLY names a single one, as it is
told."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from crash_case import Case, all_cases, run_case
from killable import Killable
from moving_wave import Moving

SAMPLE = 24
ONLY = os.environ.get("PIM_SWEEP_ONLY")
MOST = int(os.environ.get("PIM_SWEEP_CASES", "1000000"))
PARTS = 8
"""So many tests share the cases: that is what several workers can take up side by side."""

Told = Callable[[str, object], None]


def test_a_sample_of_the_sweep(
    killable: Killable, moving: Moving, tmp_path: Path, record_property: Told
) -> None:
    """Seeded: another sample is another seed."""
    cases = random.Random(8).sample(list(all_cases(list(moving.kinds))), SAMPLE)
    _run(killable, moving, tmp_path, cases, record_property)


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_the_whole_sweep(
    killable: Killable, moving: Moving, tmp_path: Path, part: int, record_property: Told
) -> None:
    cases = list(all_cases(list(moving.kinds)))
    random.Random(8).shuffle(cases)
    chosen = [case for case in cases if case.name == ONLY] if ONLY else cases[:MOST][part::PARTS]
    _run(killable, moving, tmp_path, chosen, record_property)


def _run(killable: Killable, moving: Moving, folder: Path, cases: list[Case], record_property: Told) -> None:
    rows, wrong = [], []
    # Kind by kind: where undisturbed writes of a kind lead is found out once.
    for number, case in enumerate(sorted(cases, key=lambda one: one.kind)):
        place = folder / str(number)
        place.mkdir()
        told = run_case(killable, moving, place, case)
        rows.append([case.kind, case.verb, case.point, case.fault, told.killed, told.wrong.partition(":")[0]])
        if told.wrong:
            wrong.append(f"{case.name}: {told.wrong}")
        shutil.rmtree(place)
    # For the table at the end: properties reach it from every worker.
    record_property("moving", rows)
    assert not wrong, "\n".join(wrong)
