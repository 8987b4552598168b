"""The top of the repository, and the files of ``mappings/`` that a newcomer finds there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from console_blocks import DOCUMENTS, ROOT
from reference import PAGE

from migrate.config.decisions import decisions_text
from migrate.config.match_rules import default_match_text
from migrate.config.move import default_move_text
from migrate.config.starter import write_starter
from migrate.config.tiers import default_tiers_text
from migrate.config.waves import default_waves_text

TOP = {
    "LICENSE",
    "Makefile",
    "README.md",
    "mappings",
    "migrate",
    "pyproject.toml",
    "requirements.lock",
    "runbooks",
    "state",
    "tests",
}


def test_the_top_holds_nothing_else() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    command = [git, "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    top = {line.split("/")[0] for line in listed.splitlines() if not line.startswith(".")}
    assert top <= TOP


def test_the_readme_has_a_line_for_every_folder() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in TOP:
        if (ROOT / name).is_dir():
            assert f"| `{name}/` |" in text


def test_mappings_holds_the_packaged_defaults(tmp_path: Path) -> None:
    mappings = ROOT / "mappings"
    assert (mappings / "match.toml").read_text(encoding="utf-8") == default_match_text()
    assert (mappings / "tiers.toml").read_text(encoding="utf-8") == default_tiers_text()
    assert (mappings / "waves.toml").read_text(encoding="utf-8") == default_waves_text()
    assert (mappings / "move.toml").read_text(encoding="utf-8") == default_move_text()
    assert (mappings / "decisions.csv").read_text(encoding="utf-8") == decisions_text([])
    write_starter(tmp_path)
    for path in (one for one in (tmp_path / "mappings").rglob("*") if one.is_file()):
        assert (mappings / path.relative_to(tmp_path / "mappings")).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "document", [*DOCUMENTS, PAGE, ROOT / "state" / "README.md"], ids=lambda path: path.name
)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)]+)\)", text):
        path, _, heading = link.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), link
        if heading:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {each.lower().replace(" ", "-") for each in headings}, link
