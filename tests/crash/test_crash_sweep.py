"""Seeded crashes at any point, one after the other, under faults of the lab: ``pytest -m sweep``.

PIM_SWEEP_CASES (default 400) says how many; each case is its number, so that one can be run again by itself
with PIM_SWEEP_ONLY.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from crash_driver import KILLED
from killable import Killable, command, effects, output
from prepared_wave import Prepared, Wave

from migrate.replay import crash_points

CASES = int(os.environ.get("PIM_SWEEP_CASES", "400"))
ONLY = os.environ.get("PIM_SWEEP_ONLY")
PARTS = 8
"""So many tests share the cases: that is what several workers can take up side by side."""
JOURNAL = ("journal.before_append", "journal.inside_append", "journal.after_append")
POINTS = {
    "apply": (*crash_points.ASSIGN, *crash_points.SETTLE, *JOURNAL),
    "rollback": (*crash_points.REMOVE, *crash_points.SETTLE, *JOURNAL),
}
FAULTS = (
    {"do": "status", "status": 504},
    {"do": "status", "status": 504, "after": True},
    {"do": "status", "status": 503, "retry_after": 0.1},
    {"do": "cut"},
    {"do": "cut", "after": True},
    {"do": "truncate"},
    {"do": "status", "status": 429, "retry_after": 0.1},
    {"do": "failed_201"},
    {"do": "expire_token"},
    {"do": "hide_after_write", "seconds": 0.2},
    {"do": "subject_not_found"},
)


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_sweep(
    killable: Killable,
    of_both: Prepared,
    tmp_path: Path,
    part: int,
    record_property: Callable[[str, object], None],
) -> None:
    numbers = [int(ONLY)] if ONLY else range(part, CASES, PARTS)
    told: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for number in numbers:
        folder = tmp_path / str(number)
        verb, problem = _case(killable, of_both.copy(folder), random.Random(number))
        told[verb, problem or "as undisturbed"] += 1
        if problem:
            wrong.append(f"case {number} ({verb}): {problem}")
        shutil.rmtree(folder)
    # For the table at the end: properties reach it from every worker.
    record_property("sweep", [[verb, outcome, count] for (verb, outcome), count in told.items()])
    assert not wrong, "\n".join(wrong)


def _case(killable: Killable, wave: Wave, rng: random.Random) -> tuple[str, str]:
    """One verb, killed up to three times under up to four faults; what is wrong afterwards, if anything."""
    verb = rng.choice(("apply", "rollback"))
    if verb == "rollback" and killable.run(wave, command(wave, "apply")) != 0:
        return verb, f"the first apply failed: {output(wave)[-300:]}"
    for _ in range(rng.randrange(5)):
        kind, skip = rng.choice(("role", "group")), rng.randrange(3)
        wave.fault(on=kind, skip=skip, **rng.choice(FAULTS))
    for _ in range(rng.randrange(1, 4)):
        point, number = rng.choice(POINTS[verb]), rng.randrange(1, 7)
        code = killable.run(wave, command(wave, verb), point=point, number=number)
        if code not in (KILLED, 0, 3, 15):
            return verb, f"exit {code} at {point} {number}: {output(wave)[-300:]}"
    wave.lab.clear_faults()
    code = killable.carry_on(wave, verb, expect=(3, 15))
    if code != 0:
        return verb, f"exit {code}: {output(wave)[-300:]}"
    if not (wave.is_applied if verb == "apply" else wave.is_as_before):
        return verb, "the dump differs from the undisturbed run's"
    if doubled := effects(wave):
        return verb, f"took effect twice: {doubled}"
    verified = wave.verify()
    return verb, "" if verified.code == 0 else f"verify says {verified.code}: {verified.out[-300:]}"
