"""Labs, planned waves and a killable process for the crash tests; the big sweep runs only when asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import NOW, running
from killable import Killable
from moving_pair import moving_pair
from moving_wave import Moving
from prepared_wave import Prepared
from sweep_table import sweep_table

from migrate.lab.seed.small import small_pair

SWEEP = "sweep"
WINDOW = 0.3
"""Seconds: the lab shows every write at once."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{SWEEP}: thousands of seeded crashes; run them with -m {SWEEP}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if SWEEP in str(config.getoption("-m") or ""):
        return
    left_out = [item for item in items if item.get_closest_marker(SWEEP)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table of a sweep: how many cases ended how."""
    counts: Counter[tuple[str, str]] = Counter()
    for report in (*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())):
        for name, rows in getattr(report, "user_properties", ()):
            if name == SWEEP:
                counts.update({(verb, outcome): count for verb, outcome, count in rows})
    moving = [
        row
        for report in (*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ()))
        for name, rows in getattr(report, "user_properties", ())
        if name == "moving"
        for row in rows
    ]
    if moving:
        terminalreporter.section("crash sweep of every kind of write")
        for line in sweep_table(moving):
            terminalreporter.write_line(line)
    if counts:
        terminalreporter.section("crash sweep")
        for (verb, outcome), count in sorted(counts.items()):
            terminalreporter.write_line(f"{verb:<10}{count:>7}  {outcome}")
        terminalreporter.write_line(f"{'all':<10}{counts.total():>7}")


def _prepared(folder: Path, kind: str) -> Iterator[Prepared]:
    source, target = small_pair(NOW)
    for book, of in (("roleEligibilitySchedules", "role"), ("groupEligibilitySchedules", "group")):
        if kind not in (of, "both"):
            source[book] = []
    with running(source, target) as pair:
        made = Prepared.make(pair, folder / kind, window=WINDOW)
        yield made


@pytest.fixture(scope="session")
def of_roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    yield from _prepared(tmp_path_factory.mktemp("crash"), "role")


@pytest.fixture(scope="session")
def of_groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    yield from _prepared(tmp_path_factory.mktemp("crash"), "group")


@pytest.fixture(scope="session")
def of_both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    yield from _prepared(tmp_path_factory.mktemp("crash"), "both")


@pytest.fixture(scope="session")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moving]:
    with running(*moving_pair(NOW)) as pair:
        yield Moving.make(pair, tmp_path_factory.mktemp("moving"), window=WINDOW)


@pytest.fixture(scope="session")
def killable(of_both: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killable]:
    with Killable.started() as made:
        wave = of_both.copy(tmp_path_factory.mktemp("warm") / "work")
        made.run(wave, "doctor --json", warm=True)
        yield made


@pytest.fixture
def prepared(request: pytest.FixtureRequest, kind: str) -> Any:
    return request.getfixturevalue({"role": "of_roles", "group": "of_groups", "both": "of_both"}[kind])
