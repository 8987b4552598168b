"""The table of a sweep: by kind of write, point and fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

RESIDUE = "left out of what is compared after a rollback, as announced by the plan: published contexts"
WRONG = ("lost", "double", "unexplained")


def sweep_table(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Of each row: kind, verb, point, fault, whether the process was killed there, and what was wrong."""
    faults = list(dict.fromkeys(row[3] for row in sorted(rows, key=lambda row: row[3])))
    wide = max(len(f"{row[0]} {row[1]}") for row in rows) + 2
    point_wide = max(len(row[2]) for row in rows) + 2
    yield f"{'':<{wide}}{'':<{point_wide}}" + "".join(f"{fault:>15}" for fault in faults)
    cases = Counter((f"{row[0]} {row[1]}", row[2], row[3]) for row in rows)
    wrong = Counter((f"{row[0]} {row[1]}", row[2], row[3]) for row in rows if row[5])
    for what, point in sorted({(one[0], one[1]) for one in cases}):
        cells = [(cases[what, point, fault], wrong[what, point, fault]) for fault in faults]
        shown = "".join(f"{(f'{bad} of {all_} wrong' if bad else all_ or '-'):>15}" for all_, bad in cells)
        yield f"{what:<{wide}}{point:<{point_wide}}{shown}"
    kinds = Counter(row[5] for row in rows)
    told = ", ".join(f"{kinds[one]} {one}" for one in WRONG)
    yield f"{len(rows)} cases, {sum(bool(row[4]) for row in rows)} killed at their point: {told}"
    yield RESIDUE
