"""The demo as a newcomer sees it, twice in a row in one folder: hurried first, then for real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import CommandLine

from migrate.cli import demo
from migrate.lab import serve
from migrate.lab.serve import LabThread


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def hurried(arguments: list[str], engagement: Path, secrets: dict[str, str]) -> int:
    """Runs a step of the demo in this process, where no time passes while it waits."""
    return CommandLine(Path.cwd(), secrets)(f"{' '.join(arguments)} --engagement {engagement}").code


class Unthrottled(LabThread):
    """A lab that lets everything through: where no time passes, a throttle would never relent."""

    def start(self) -> LabThread:
        started = super().start()
        self.throttle(enabled=False)
        return started


@pytest.fixture
def said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the first demo said, and an odd file that the second has to clear away."""
    monkeypatch.setattr(demo, "_type", hurried)
    monkeypatch.setattr(serve, "LabThread", Unthrottled)
    result = CommandLine(folder)("demo")
    assert result.code == 0, result
    (folder / "state" / "demo" / "left over.txt").write_text("x", encoding="utf-8")
    return result.out


def check_summary(out: str) -> None:
    told = out.split("What happened")[1]
    assert re.search(r"moved +[1-9]\d* rights into Fabrikam", told)
    assert re.search(r"made +1 administrative unit, 1 group, 1 custom role$", told, re.MULTILINE)
    assert re.search(r"members +[1-9]\d* members of units", told)
    assert re.search(r"rules +[1-9]\d* rules of policies$", told, re.MULTILINE)
    assert re.search(r"kept +[1-9]\d* that were already there", told)
    assert re.search(r"refused +[1-9]\d*", told) and "C01" in told
    assert re.search(r"verified +every write as it should be", told)
    assert "mapping.xlsx" in told
    assert "the target equals, in canonical form, what it was before" in told


def test_twice_in_a_row(said: str, folder: Path) -> None:
    check_summary(said)
    result = CommandLine(folder).apart("demo", timeout=300)
    assert result.code == 0, result.err
    check_summary(result.out)
    verbs = re.findall(r"^\[(\d)/9\] \$ pim-migrate (\w+)", result.out, re.MULTILINE)
    assert [verb for _, verb in verbs] == [step.split()[0] for step, _ in demo.STEPS]
    assert "\x1b" not in result.out
    # Nothing that nobody may take back is made, and the plan says what is left alone for that.
    irreversible = [line for line in result.out.splitlines() if line.startswith("cannot be undone")]
    assert all("stays among the deleted groups for 30 days" in line for line in irreversible)
    assert "note: D07, policy of Security Administrator: activation: authentication context" in result.out
    assert (folder / "state" / "demo" / "mapping.xlsx").stat().st_size > 10_000
    assert not (folder / "state" / "demo" / "left over.txt").exists()


def test_a_folder_that_is_not_a_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    result = CommandLine(tmp_path)("demo --folder .")
    assert (result.code, (tmp_path / "mine.txt").exists()) == (2, True)
    assert "code: demo_folder" in result.err
