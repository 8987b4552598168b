"""What all tests share: golden files that may be written anew, and generated cases that stay the same."""

from __future__ import annotations

import os
import sys

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


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where Python was told to leave no bytecode behind, each process that a test starts would compile the
    whole SDK for itself: all of a run share a folder of the run instead."""
    if not sys.dont_write_bytecode:
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    folder = tmp_path_factory.getbasetemp()
    shared = (folder.parent if worker else folder) / "bytecode"
    sys.pycache_prefix, sys.dont_write_bytecode = str(shared), False
    os.environ["PYTHONPYCACHEPREFIX"] = str(shared)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
