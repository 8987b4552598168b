"""Every command in README and runbooks is run, in its order, and does and says what the document says."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine, Pair, Result
from console_blocks import DOCUMENTS, ROOT, Arrange, Command, missing_lines, steps
from situations import SITUATIONS

RUNNABLE = [path for path in DOCUMENTS if path.name != "README.md" and list(steps(path))]
ELSEWHERE = {"pim-migrate demo": "tests/e2e/test_demo.py"}
"""Commands that another test runs."""


def check(command: Command, result: Result, document: Path) -> None:
    place = f"{document.name}:{command.line}: {command.text}"
    assert result.code == command.exit, f"{place}\n{result.out}\n{result.err}"
    missing = missing_lines(command.output, result.out + result.err)
    assert not missing, f"{place} no longer says {missing}\nbut\n{result.out}\n{result.err}"


def test_the_readme(contoso_and_fabrikam: Pair, tmp_path: Path) -> None:
    cli = contoso_and_fabrikam.engagement(tmp_path)
    run = 0
    for step in steps(ROOT / "README.md"):
        if isinstance(step, Command) and step.text not in ELSEWHERE and _is_ours(step):
            check(step, cli(_arguments(step)), ROOT / "README.md")
            run += 1
    assert run >= 8


@pytest.mark.parametrize("document", RUNNABLE, ids=lambda path: path.stem)
def test_a_runbook(document: Path, small_tenants: Pair, tmp_path: Path) -> None:
    cli: CommandLine | None = None
    for number, step in enumerate(steps(document)):
        if isinstance(step, Arrange) and step.words == "later":
            small_tenants.lab.advance(900)
        elif isinstance(step, Arrange):
            cli = SITUATIONS[step.words](small_tenants, tmp_path / str(number))
        elif _is_ours(step):
            assert cli is not None, f"{document.name}:{step.line}: no situation was set up"
            check(step, cli(_arguments(step)), document)


def test_every_command_block_is_of_a_kind_that_is_run() -> None:
    """A command in any other fence would be run by nobody."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            if language != "console":
                assert not re.search(r"^(\$ )?pim-migrate ", block, re.MULTILINE), (document.name, block)


def test_the_lab_serves_until_ctrl_c(tmp_path: Path) -> None:
    """The one command of the README that does not end by itself."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "migrate", "lab", "serve"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    ) as lab:
        assert lab.stdout is not None
        said = []
        for line in lab.stdout:
            said.append(line)
            if line.startswith("Ctrl-C stops the lab"):
                break
        exports = dict(re.findall(r"export (\w+)=(\S+)", "".join(said)))
        try:
            # On the real clock: this lab lets as many requests through as Graph would.
            assert CommandLine(tmp_path / "state" / "lab", exports).apart("snapshot source").code == 0
        finally:
            lab.send_signal(signal.SIGINT)
        assert lab.wait(timeout=30) == 0


def _is_ours(command: Command) -> bool:
    return command.text.startswith("pim-migrate ") and not command.text.startswith("pim-migrate lab serve")


def _arguments(command: Command) -> str:
    return command.text.removeprefix("pim-migrate ")
