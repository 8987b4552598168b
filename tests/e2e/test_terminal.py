"""What only a real terminal, or a reader that leaves, can show."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from command_line import CommandLine

from migrate.lab.seed.tenants import FABRIKAM

COLOUR = re.compile(r"\x1b\[[\d;]*3[0-7]")
SECONDS = 60.0


@pytest.fixture
def ready(cli: CommandLine) -> CommandLine:
    for command in ("snapshot", "resolve", "plan all"):
        assert cli(f"{command} --json").code == 0
    return cli


def at_a_terminal(
    cli: CommandLine,
    command: str,
    *,
    after: str = "",
    type_: str = "",
    do: Callable[[], object] | None = None,
) -> tuple[int, str]:
    """Runs the command at a terminal of its own, and types or does something once the text ``after`` has
    appeared."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo terminals")
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "migrate", *command.split()],
        cwd=cli.folder,
        env={**cli.whole_environment, "TERM": "xterm-256color", "NO_COLOR": "1", "COLUMNS": "120"},
        stdin=its,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    seen, typed, until = b"", not after, time.monotonic() + SECONDS
    while time.monotonic() < until:
        if not select.select([ours], [], [], 0.2)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            read = os.read(ours, 65536)
        except OSError:
            break
        if not read:
            break
        seen += read
        if not typed and after.encode() in seen:
            os.write(ours, type_.encode())
            typed = True
            if do is not None:
                do()
    os.close(ours)
    return process.wait(timeout=SECONDS), seen.decode("utf-8")


def test_a_person_is_asked_and_may_decline(ready: CommandLine) -> None:
    question = f"Type {FABRIKAM.domain} to go on: "
    code, seen = at_a_terminal(ready, "apply all-1", after=question, type_="never\n")
    assert (code, seen.count("error: ")) == (17, 1)
    assert seen.index("Exchange Administrator") < seen.index(question), "it shows before it asks"


def test_no_colour_is_respected(ready: CommandLine) -> None:
    code, seen = at_a_terminal(ready, "plans show all-1")
    assert code == 0
    assert "all-1.00006" in seen
    assert not COLOUR.search(seen)


def test_a_script_at_a_terminal_is_not_asked(ready: CommandLine) -> None:
    code, seen = at_a_terminal(ready, "apply all-1 --json")
    assert code == 2
    assert "confirmation_missing" in seen
    assert "Type " not in seen


def test_a_reader_that_leaves_is_no_error(ready: CommandLine) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "migrate", "plans", "show", "all-1", "--json"],
        cwd=ready.folder,
        env=ready.whole_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.wait(timeout=SECONDS) == 0
        assert process.stderr.read() == b""


@pytest.mark.parametrize("command", ["", "report"])
def test_a_command_without_a_verb_shows_the_verbs(cli: CommandLine, command: str) -> None:
    result = cli(command)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: pim-migrate")
    assert "export" in result.err or "snapshot" in result.err
