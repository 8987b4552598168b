"""Lines sorted in runs come as they would from memory."""

from __future__ import annotations

from random import Random

import pytest

from migrate.workbook.sorted_runs import SortedRuns


@pytest.mark.parametrize("run", [1, 3, 40, 100])
def test_runs_are_merged_as_if_sorted_at_once(run: int) -> None:
    chance = Random(7)
    lines = [(chance.choice(["a", "é", "\ud800", "😀", "b\n"]), str(number)) for number in range(40)]
    with SortedRuns(run) as runs:
        for line in lines:
            runs.add(line)
        assert list(runs.sorted()) == sorted(lines, key=lambda one: one[0])
