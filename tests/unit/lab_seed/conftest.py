"""The two seed documents, made once for all tests of this folder."""

from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.draft import Seed
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.truth import Counterpart, counterparts

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


class Pair(NamedTuple):
    """Source, target, and the truth about both."""

    source: Seed
    target: Seed
    truth: dict[tuple[str, str], Counterpart]


@pytest.fixture(scope="module")
def pair() -> Pair:
    source, target = contoso(NOW), fabrikam(NOW)
    return Pair(source, target, counterparts(source, target))


@pytest.fixture
def now() -> datetime:
    return NOW
