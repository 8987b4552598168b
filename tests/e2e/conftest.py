"""One lab for each module that asks for it, and fresh engagements on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import NOW, CommandLine, Pair, running

from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.small import small_pair


@pytest.fixture(scope="module")
def big_lab() -> Iterator[Pair]:
    """Contoso and Fabrikam as the demo has them, with all their planted trouble."""
    with running(contoso(NOW), fabrikam(NOW)) as pair:
        yield pair


@pytest.fixture(scope="module")
def small_lab() -> Iterator[Pair]:
    """Two small tenants between which everything can be moved."""
    with running(*small_pair(NOW)) as pair:
        yield pair


@pytest.fixture
def cli(small_lab: Pair, tmp_path: Path) -> CommandLine:
    """A shell in a fresh engagement on the small lab, which is as it was loaded."""
    small_lab.fresh()
    return small_lab.engagement(tmp_path / "work")


@pytest.fixture(scope="module")
def planned(small_lab: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement with snapshots, a resolution and a plan, to be copied."""
    small_lab.fresh()
    cli = small_lab.engagement(tmp_path_factory.mktemp("planned") / "work")
    for command in ("snapshot", "resolve", "plan all"):
        assert cli(f"{command} --json").code == 0
    return cli.folder


@pytest.fixture
def ready(cli: CommandLine, planned: Path) -> CommandLine:
    """A shell in an engagement whose plan has not been applied."""
    shutil.copytree(planned / "state", cli.folder / "state")
    return cli


@pytest.fixture(scope="module")
def exported(big_lab: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement with all its planted trouble, resolved and exported, to be copied."""
    cli = big_lab.engagement(tmp_path_factory.mktemp("exported") / "work")
    assert cli("snapshot --json").code == 0
    assert cli("resolve --json").code == 4
    assert cli("report export book.xlsx --json").code == 0
    return cli.folder


@pytest.fixture
def exporter(exported: Path, tmp_path: Path) -> CommandLine:
    """A shell in a copy of it, beside its workbook ``book.xlsx``."""
    folder = tmp_path / "work"
    shutil.copytree(exported, folder)
    return CommandLine(folder)
