"""The fixtures of those tests that carry a small wave out, for modules to import."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Pair
from prepared_wave import Prepared, Wave


@pytest.fixture(scope="module")
def prepared(small_lab: Pair, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared.make(small_lab, tmp_path_factory.mktemp("wave"))


@pytest.fixture
def wave(prepared: Prepared, tmp_path: Path) -> Wave:
    return prepared.copy(tmp_path / "work")
