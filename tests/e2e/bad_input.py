"""What must hold for every mistake alike: one clear error, its codes, no secret told, nothing changed."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from command_line import CommandLine, Json, Pair, Result

_TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{10,}")
_MAY_APPEAR = {"lock", "lock.holder.json"}


def state_of(folder: Path) -> dict[str, object]:
    """Every file of an engagement by its content; the database by its rows, where it has any."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name in _MAY_APPEAR or path.name.endswith(("-wal", "-shm")):
            continue
        found[path.relative_to(folder).as_posix()] = (
            _rows(path) if path.suffix == ".db" else path.read_bytes()
        )
    return found


def _rows(path: Path) -> object:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    except sqlite3.DatabaseError:
        return path.read_bytes()
    finally:
        connection.close()


def check_told(result: Result, *, exit: int, code: str) -> Json:
    """A script hears of it once, with every field filled in."""
    assert result.code == exit, result
    error = result.error
    assert list(error) == ["type", "code", "message", "where", "hint", "exit"]
    assert (error["code"], error["exit"]) == (code, exit)
    assert error["message"] and error["where"] and error["hint"], error
    assert result.lines[-1] == error
    assert "Traceback" not in result.err
    return error


def check_shown(result: Result, *, exit: int, code: str) -> None:
    """A person hears of it once, on stderr."""
    assert result.code == exit, result
    assert result.err.count("error: ") == 1, result.err
    assert f"code: {code} (exit {exit})" in result.err
    assert "what to do: " in result.err
    assert "error:" not in result.out
    assert "Traceback" not in result.err


def check_silent(result: Result, secrets: list[str]) -> None:
    """Neither a secret nor a token, whole or in part, is anywhere in what was written."""
    written = result.out + result.err
    assert not _TOKEN.search(written)
    for secret in secrets:
        assert not secret or secret not in written


def refused(
    cli: CommandLine,
    pair: Pair,
    command: str,
    *,
    exit: int,
    code: str,
    says: str = "",
    at: str = "",
    typed: str | None = None,
) -> None:
    """Runs the command for a script and for a person and holds it against all of the above."""
    before = state_of(cli.folder), pair.dumps()
    script = cli(f"{command} --json")
    error = check_told(script, exit=exit, code=code)
    person = cli(command, typed=typed)
    check_shown(person, exit=exit, code=code)
    for result in (script, person):
        check_silent(result, [*cli.environment.values(), "not-the-secret"])
    assert says in error["message"] and says in person.err, error
    assert at in error["where"], error
    assert (state_of(cli.folder), pair.dumps()) == before
