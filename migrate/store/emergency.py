"""The emergency file: outcomes that the database would not take, one JSON line each, flushed to the disk.

Each line carries a checksum over its content, its place in the file and the journal's last known hash. The
checksum is its id: it tells a torn or altered line, and it keeps a line from being folded twice.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from migrate.store.canonical import canonical, sha256_hex
from migrate.store.journal_entries import Draft, content_of, draft_of
from migrate.store.trouble import translated_files


@dataclass(frozen=True)
class Line:
    """One outcome that waits to be folded into the journal."""

    id: str
    at: str
    draft: Draft


@dataclass(frozen=True)
class Recovered:
    """What became of an emergency file: lines folded now, folded before, not readable, and its new place."""

    folded: int = 0
    already: int = 0
    unreadable: int = 0
    kept: Path | None = None


class EmergencyFile:
    """One file beside the database; absent as long as all goes well."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        return self.path.exists()

    def line(self, draft: Draft, *, at: str, after: str = "", number: int = 0) -> str:
        """The line as it is written, without its end."""
        content = {"after": after, "at": at, "entry": content_of(draft), "number": number}
        return canonical({**content, "id": sha256_hex(canonical(content))})

    def add(self, draft: Draft, *, at: str, after: str) -> None:
        """Adds one line and returns when it is on disk; raises OSError when that cannot be."""
        existing = self.path.read_bytes() if self.path.exists() else b""
        # A torn last line stays torn: the new one starts on a line of its own.
        start = b"" if not existing or existing.endswith(b"\n") else b"\n"
        number = existing.count(b"\n") + len(start) + 1
        text = start + self.line(draft, at=at, after=after, number=number).encode() + b"\n"
        handle = os.open(
            self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600
        )
        try:
            written = 0
            while written < len(text):
                written += os.write(handle, text[written:])
            os.fsync(handle)
        finally:
            os.close(handle)
        _sync_folder(self.path.parent)

    def read(self) -> tuple[list[Line], int]:
        """The lines that are whole, in order, and how many are not."""
        with translated_files(self.path):
            raw = self.path.read_bytes()
        lines, unreadable = [], 0
        for each in raw.split(b"\n"):
            if not each:
                continue
            line = _believed(each)
            if line is None:
                unreadable += 1
            else:
                lines.append(line)
        return lines, unreadable

    def remove(self) -> None:
        """Removes the file: everything in it is in the journal."""
        with translated_files(self.path):
            self.path.unlink()

    def set_aside(self) -> Path:
        """Gives the file a name under which it is never read again, and returns it."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.damaged-{number}.jsonl")).exists():
            number += 1
        with translated_files(self.path):
            self.path.replace(aside)
        return aside


def _believed(raw: bytes) -> Line | None:
    try:
        found: Mapping[str, Any] = orjson.loads(raw)
        content = {name: found[name] for name in ("after", "at", "entry", "number")}
        if found["id"] != sha256_hex(canonical(content)):
            return None
        return Line(found["id"], found["at"], draft_of(found["entry"]))
    except (ValueError, KeyError, TypeError):
        return None


def _sync_folder(folder: Path) -> None:
    """Makes the name of a new file durable; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some network file systems refuse it; the line itself is on disk
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
