"""The audit trail of a wave that was applied and taken back, in each form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import CommandLine, Json, Pair

FORMS = ("jsonl", "cef", "ocsf")


@pytest.fixture(scope="module")
def exported(small_lab: Pair, planned: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A shell where the wave was applied and rolled back, with ``trail.<form>`` for each form."""
    small_lab.fresh()
    cli = small_lab.engagement(tmp_path_factory.mktemp("trail") / "work")
    import shutil

    shutil.copytree(planned / "state", cli.folder / "state")
    assert cli(f"apply all-1 {small_lab.confirmed} --json").code == 0
    assert cli("log export --moved csv --output moved.csv --json").code == 0
    assert cli(f"rollback all {small_lab.confirmed} --json").code == 0
    for form in FORMS:
        done = cli(f"log export --format {form} --output trail.{form} --json")
        assert done.code == 0, done.out
    return cli


def test_print(exported: CommandLine) -> None:
    for form in FORMS:
        print((exported.folder / f"trail.{form}").read_text(encoding="utf-8")[:3500])
    print((exported.folder / "moved.csv").read_text(encoding="utf-8")[:1500])
