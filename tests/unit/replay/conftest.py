"""A bench for each test, closed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from plain_fakes import PlainBench
from replay_fakes import Bench

from migrate.plan.document import Item


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(*items: Item, window: float = 120.0) -> Bench:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Bench(folder, list(items), window=window))
        return made[-1]

    yield make
    for each in made:
        each.db.close()


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Callable[..., PlainBench]]:
    """Benches on a target that has objects, lists and policies as well."""
    made: list[PlainBench] = []

    def make(*items: Item, window: float = 120.0) -> PlainBench:
        folder = tmp_path / f"plain-{len(made)}"
        folder.mkdir()
        made.append(PlainBench(folder, list(items), window=window))
        return made[-1]

    yield make
    for each in made:
        each.db.close()
