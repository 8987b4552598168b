"""Values that more than one table has: GUIDs and paths of files."""

from __future__ import annotations

import re
from pathlib import Path

from migrate.config.toml_table import Table

GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
PLACEHOLDER_GUID = "00000000-0000-0000-0000-000000000000"
"""What the starter file has where a GUID belongs; no tenant and no application has this id."""


def read_client_id(table: Table, key: str, *, required: bool) -> str | None:
    """The id of an application as the tenant knows it: whether it exists is for the sign-in to say."""
    value = table.text(key, required=required)
    if value == PLACEHOLDER_GUID:
        table.wrong(key, "bad_guid", "is still the placeholder; write the real id")
        return None
    return value


def read_guid(table: Table, key: str, *, required: bool) -> str | None:
    """A GUID in lower case."""
    value = table.text(key, required=required)
    if value is None:
        return None
    if value == PLACEHOLDER_GUID:
        table.wrong(key, "bad_guid", "is still the placeholder; write the real id")
        return None
    if not GUID.fullmatch(value):
        table.wrong(key, "bad_guid", "must be a GUID, for example 11111111-1111-1111-1111-111111111111")
        return None
    return value.lower()


def read_file_path(table: Table, key: str, folder: Path, *, required: bool = False) -> Path | None:
    """A file that exists, by a path relative to ``folder``."""
    value = table.text(key, required=required)
    if value is None:
        return None
    path = folder / value
    if not path.is_file():
        table.wrong(key, "file_missing", f"names {path}, and there is no such file")
        return None
    return path
