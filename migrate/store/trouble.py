"""What SQLite and the file system say, told as a StateError: what happened, to which file, what to do.

Every touch of the database goes through ``translated`` or ``translated_files``, so that no foreign error
leaves this room. Mistakes of our own (a broken constraint, a misspelt column) are not translated: they are
bugs and must look like bugs.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migrate.errors import StateError

_FULL, _READONLY, _DAMAGED, _BUSY, _IO = (
    "state_full",
    "state_readonly",
    "state_damaged",
    "state_busy",
    "state_io",
)

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html); an extended code has it as low byte.
_BY_RESULT_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READONLY,
    sqlite3.SQLITE_PERM: _READONLY,
    sqlite3.SQLITE_CANTOPEN: _READONLY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_IOERR: _IO,
}

# For errors that carry no result code (raised by the driver itself), their text decides.
_BY_TEXT = (
    ("disk is full", _FULL),
    ("readonly", _READONLY),
    ("unable to open", _READONLY),
    ("malformed", _DAMAGED),
    ("not a database", _DAMAGED),
    ("could not decode to utf-8", _DAMAGED),
    ("database is locked", _BUSY),
    ("disk i/o error", _IO),
)

_TOLD = {
    _FULL: (
        "the disk is full: the engagement database could not be written",
        "free some space and run the same command again; what was recorded before is safe",
    ),
    _READONLY: (
        "the engagement database cannot be opened for writing",
        "check that the folder exists, that its disk is mounted writable and that your account owns it",
    ),
    _DAMAGED: (
        "the engagement database is damaged or is not one of ours",
        "move this file aside and restore the state folder from a backup; nothing was changed in any tenant",
    ),
    _BUSY: (
        "another program keeps the engagement database locked",
        "close the database browser or the other run that has it open, then run the same command again",
    ),
    _IO: (
        "the disk reported an error while the engagement database was used",
        "check the disk and its connection (network folders are a common cause), then run the command again",
    ),
}


def state_error(code: str, path: Path, detail: str = "") -> StateError:
    """The StateError for one of the codes above; ``detail`` is added in brackets."""
    message, hint = _TOLD[code]
    error = StateError(f"{message} ({detail})" if detail else message, where=str(path), hint=hint, code=code)
    error.retry = code == _BUSY
    return error


def damaged(path: Path, detail: str) -> StateError:
    """The database cannot be trusted; ``detail`` says what was found."""
    return state_error(_DAMAGED, path, detail)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns errors of SQLite inside the block into StateError naming ``path``."""
    try:
        yield
    except sqlite3.Error as error:
        code = _code_of(error)
        if code is None:
            raise
        raise state_error(code, path, str(error)) from error


@contextmanager
def translated_files(path: Path) -> Iterator[None]:
    """Turns errors of the file system inside the block into StateError naming ``path``.

    Apart from ``translated``, because a lost network connection is an OSError too: no block that runs the
    code of others may stand under this one.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        raise state_error(_FULL if full else _READONLY, path, error.strerror or str(error)) from error


def _code_of(error: sqlite3.Error) -> str | None:
    result: int | None = getattr(error, "sqlite_errorcode", None)
    if result is not None and (result & 0xFF) in _BY_RESULT_CODE:
        return _BY_RESULT_CODE[result & 0xFF]
    text = str(error).lower()
    return next((code for words, code in _BY_TEXT if words in text), None)
