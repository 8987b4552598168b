"""One run at a time per engagement: a lock that dies with its process.

The system holds the lock on an open file, so that a killed run leaves none behind. Who holds it is told by a
side file, which is only read by people: a side file that a killed run left says nothing and is written over.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from migrate.errors import Locked
from migrate.store.canonical import canonical
from migrate.store.database import prepare_folder
from migrate.store.times import Clock, utc_text
from migrate.store.trouble import translated_files


@dataclass(frozen=True)
class Holder:
    """The run that holds an engagement."""

    verb: str
    pid: int
    since: str
    host: str


@contextmanager
def hold(path: Path, verb: str, clock: Clock) -> Iterator[Holder]:
    """Holds the lock file ``path`` during the block; does not wait.

    Raises Locked, which names the verb, the process and the moment of the run that holds it.
    """
    prepare_folder(path.parent)
    lock = FileLock(path, timeout=0)
    with translated_files(path):
        try:
            lock.acquire()
        except Timeout:
            raise _locked(path) from None
    try:
        holder = Holder(verb, os.getpid(), utc_text(clock()), socket.gethostname())
        with translated_files(path):
            _side_file(path).write_text(canonical(asdict(holder)), encoding="utf-8")
        yield holder
    finally:
        with suppress(OSError):
            _side_file(path).unlink()
        lock.release()


def holder_of(path: Path) -> Holder | None:
    """Who wrote the side file of the lock last; None when nobody did or it cannot be read."""
    try:
        return Holder(**orjson.loads(_side_file(path).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _side_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.holder.json")


def _locked(path: Path) -> Locked:
    holder = holder_of(path)
    who = (
        f"`{holder.verb}` since {holder.since}, process {holder.pid} on {holder.host}"
        if holder
        else "a run that did not say its name"
    )
    return Locked(
        f"the engagement is held by {who}",
        where=str(path),
        hint="wait until it ends or stop it; the lock goes with its process",
    )
