"""The secret under which names are replaced in reports that others may see.

It lies beside the database and is made when it is first needed. Whoever has it can find out, by trying
names, whose stand-in one is; without it the stand-ins of two exports would differ.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from migrate.errors import StateError
from migrate.store.trouble import translated_files

NAME = "redaction.key"
_LENGTH = 32


def redaction_key(folder: Path, make: Callable[[], bytes]) -> bytes:
    """The key of the engagement whose state folder this is; ``make`` gives 32 random bytes.

    Raises StateError ``state_damaged`` where the file is there and holds something else.
    """
    path = folder / NAME
    with translated_files(path):
        try:
            # Only its owner may read it, from the first moment on.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(make())
        except FileExistsError:
            pass
        found = path.read_bytes()
    if len(found) != _LENGTH:
        raise StateError(
            f"the key for redacted reports holds {len(found)} bytes, not {_LENGTH}",
            where=str(path),
            hint="move it aside: the next report gets a new one, and other stand-ins than those before",
            code="state_damaged",
        )
    return found
