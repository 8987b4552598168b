"""Reads the documents as a test can run them.

A fenced block ``console`` holds commands (``$ pim-migrate …``), each followed by lines of its output. A
command may end in ``# exit N: why``; without it the exit code is 0. An output line that ends in ``…`` is cut,
a line ``…`` stands for lines left out. Before a block, ``<!-- test: words -->`` puts the lab into a state
that a person would have to have met; readers do not see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNBOOKS = sorted(path for path in (ROOT / "runbooks").rglob("*.md") if path.name != "reference.md")
DOCUMENTS = [ROOT / "README.md", *RUNBOOKS]

_TEST = re.compile(r"<!-- test: (.+?) -->")
_EXIT = re.compile(r"\s+# exit (\d+)(?::.*)?$")
_MOVES = re.compile(
    r"[0-9a-f]{12,}|[0-9a-f]{8}-[0-9a-f-]{27}"  # hashes and ids
    r"|\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?"  # times
    r"|\d+(?:\.\d+)? s\b|:\d{4,5}\b"  # durations and ports
    r"|process \d+"
)


@dataclass
class Command:
    """One command of a document, with where it stands and what it should do."""

    text: str
    line: int
    exit: int = 0
    output: list[str] = field(default_factory=list)


@dataclass
class Arrange:
    """A state that the test has to bring about first."""

    words: str
    line: int


def steps(path: Path) -> Iterator[Command | Arrange]:
    """What a document does, in its order."""
    command: Command | None = None
    inside = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("```"):
            if command is not None:
                yield command
            inside, command = ("" if inside else line[3:].strip() or "plain"), None
        elif not inside:
            for words in _TEST.findall(line):
                yield Arrange(words, number)
        elif inside == "console":
            if line.startswith("$ "):
                if command is not None:
                    yield command
                found = _EXIT.search(line)
                command = Command(_EXIT.sub("", line[2:]).strip(), number, int(found[1]) if found else 0)
            elif command is not None and line.strip():
                command.output.append(line)


def commands(path: Path) -> list[Command]:
    return [step for step in steps(path) if isinstance(step, Command)]


def settled(line: str) -> str:
    """A line without what differs from run to run: times, ids, hashes, ports and the width of columns."""
    return " ".join(_MOVES.sub("~", line).split())


def missing_lines(expected: list[str], out: str) -> list[str]:
    """The lines of a document that the command did not write, in the document's order."""
    written = iter([settled(line) for line in out.splitlines()])
    return [line for line in expected if line.strip() != "…" and not _appears(line, written)]


def _appears(line: str, written: Iterator[str]) -> bool:
    wanted = settled(line)
    cut = wanted.endswith("…")
    wanted = wanted.removesuffix("…").rstrip()
    return any(each.startswith(wanted) if cut else each == wanted for each in written)
