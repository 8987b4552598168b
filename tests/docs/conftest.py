"""The labs that the documents are run against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from command_line import NOW, Pair, running

from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.small import small_pair


@pytest.fixture(scope="module")
def contoso_and_fabrikam() -> Iterator[Pair]:
    with running(contoso(NOW), fabrikam(NOW)) as pair:
        yield pair


@pytest.fixture(scope="module")
def small_tenants() -> Iterator[Pair]:
    with running(*small_pair(NOW)) as pair:
        yield pair
