"""Puts a file of a report into its place: the whole file, or nothing and one clear line."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from migrate.errors import UsageError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to be written in the block, which takes its place at the end, in one step.

    Only its owner may read it: it says who can become an administrator.

    Raises UsageError ``workbook_folder_missing`` or ``workbook_unwritable``.
    """
    _check(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem[:40]}-", suffix=".part", dir=path.parent)
        os.close(handle)
        part = Path(name)
        try:
            yield part
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except PermissionError as error:
        raise UsageError(
            f"{path.name} cannot be written: permission denied",
            where=str(path),
            hint="close it where it is open (Excel holds its files), or give another name",
            code="workbook_unwritable",
        ) from error
    except OSError as error:
        raise UsageError(
            f"{path.name} cannot be written: {error.strerror or error}",
            where=str(path),
            hint="make room, or give a file in another folder",
            code="workbook_unwritable",
        ) from error


def _check(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(
            "the folder for the workbook does not exist",
            where=str(path.parent),
            hint="make the folder first, or give a file in one that exists",
            code="workbook_folder_missing",
        )
    if path.is_dir():
        raise UsageError(
            "there is a folder of this name",
            where=str(path),
            hint="give the name of a file",
            code="workbook_unwritable",
        )
