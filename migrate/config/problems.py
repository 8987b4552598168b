"""Collects everything that is wrong with one file and tells it in one error."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from migrate.errors import FileError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: the line where it stands, a stable code, and what to do about it."""

    line: int
    code: str
    text: str


class Problems:
    """The problems of one file; ``mixed_code`` is the error's code where they are of several classes."""

    def __init__(self, path: Path, *, mixed_code: str) -> None:
        self.path = path
        self._mixed_code = mixed_code
        self._found: list[Problem] = []

    def add(self, line: int, code: str, text: str) -> None:
        self._found.append(Problem(line, code, text))

    def error(self) -> FileError:
        """One error that names every problem on a line of its own, in the order of the file."""
        found = sorted(self._found, key=lambda problem: problem.line)
        codes = {problem.code for problem in found}
        return FileError(
            "\n".join(f"{self.path}:{problem.line}: {problem.text}" for problem in found),
            where=f"{self.path}:{found[0].line}",
            hint="correct the file and run the same command again",
            code=codes.pop() if len(codes) == 1 else self._mixed_code,
        )

    def raise_if_any(self) -> None:
        if self._found:
            raise self.error()

    def stop(self, line: int, code: str, text: str) -> FileError:
        """The error for a problem that makes reading on pointless."""
        self.add(line, code, text)
        return self.error()


def suggestion(word: str, known: Iterable[str]) -> str:
    """`` (did you mean "…"?)`` where a known word is near, else the known words."""
    words = list(known)
    lowered = {each.lower(): each for each in words}
    near = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=0.6)
    if near:
        return f' (did you mean "{lowered[near[0]]}"?)'
    return f" (known: {', '.join(words)})" if words else ""
