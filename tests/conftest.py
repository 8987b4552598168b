"""What all tests share: golden files that may be written anew, and generated cases that stay the same."""

from __future__ import annotations

import pytest
from hypothesis import settings

# No run draws new cases: what fails once fails for everyone, and a slow machine fails nothing.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh-golden",
        action="store_true",
        help="write the golden files anew; read the difference before you keep it",
    )


@pytest.fixture
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--refresh-golden"))
