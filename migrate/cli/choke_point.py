"""The one place where errors become exit codes, and the one way out of every verb."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import typer

from migrate.errors import Interrupted, MigrateError, StateError, first_of
from migrate.views.screen import Screen

GOES_ON = "nothing is lost: run the same command again and it carries on; `pim-migrate status` shows where"


def leave_with(screen: Screen, work: Callable[[], int]) -> NoReturn:
    """Runs a verb and ends the process with its exit code; every error becomes one clear line."""
    try:
        code = work()
    except typer.Exit:
        raise
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        code = 1
    except (Exception, BaseExceptionGroup, KeyboardInterrupt) as error:  # noqa: BLE001 - the last door
        told = as_told(error)
        screen.error(told)
        code = told.exit
    raise typer.Exit(code)


def as_told(error: BaseException) -> MigrateError:
    """What people are told of an error: our own as they are; of a defect no text, which may hold a secret."""
    if isinstance(error, MigrateError):
        return error
    if isinstance(error, BaseExceptionGroup):
        first = first_of(error)
        return first if isinstance(first, MigrateError) else _defect(first)
    if isinstance(error, KeyboardInterrupt):
        return Interrupted("interrupted", where="Ctrl-C", hint=GOES_ON)
    return _of_the_system(error) if isinstance(error, OSError) else _defect(error)


def _of_the_system(error: OSError) -> MigrateError:
    where = str(error.filename or "")
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return StateError(
            "the disk is full", where=where, hint="make room and run the command again", code="state_full"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StateError(
            f"not allowed: {error.strerror}", where=where, hint="check who owns it", code="state_readonly"
        )
    return MigrateError(
        f"the system refused: {error.strerror or type(error).__name__}",
        where=where,
        hint="check the file or the device that is named, then run the command again",
        code="system",
    )


def _defect(error: BaseException) -> MigrateError:
    """A defect of this program: its kind and place, not its text, which may hold a secret."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return MigrateError(
        f"a defect of pim-migrate: {type(error).__name__}",
        where=place,
        hint="please report it with this line; what was journalled is safe, and the command can be repeated",
        code="internal",
    )
