"""Benches for each test, closed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from plain_fakes import PlainBench
from replay_fakes import Bench

from migrate.plan.document import Item

Made = TypeVar("Made", bound=Bench)


@contextmanager
def _making(kind: type[Made], home: Path) -> Iterator[Callable[..., Made]]:
    made: list[Made] = []

    def make(*items: Item, window: float = 120.0) -> Made:
        folder = home / f"{kind.__name__}-{len(made)}"
        folder.mkdir()
        made.append(kind(folder, list(items), window=window))
        return made[-1]

    yield make
    for each in made:
        each.db.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    with _making(Bench, tmp_path) as make:
        yield make


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Callable[..., PlainBench]]:
    """Benches on a target that has objects, lists and policies as well."""
    with _making(PlainBench, tmp_path) as make:
        yield make
