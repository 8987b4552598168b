"""A list of people, groups or rights that a wave takes: a CSV file beside ``waves.toml``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from migrate.config.problems import Problems
from migrate.config.text_file import read_text
from migrate.config.toml_values import GUID

_HEADERS = ("id", "source_id", "upn", "userprincipalname", "user_principal_name", "principal")


def read_principal_list(path: Path) -> tuple[str, ...]:
    """The first column: ids or user principal names of the source, in lower case, each once, in order.

    Lines that are empty or begin with ``#`` and a header are passed over. Raises one FileError that names
    every line that is neither an id nor a name, ``list_invalid`` by itself.
    """
    problems = Problems(path, mixed_code="list_invalid")
    text = read_text(problems)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: dict[str, None] = {}
    try:
        for row in reader:
            value = row[0].strip().lower() if row else ""
            if not value or value.startswith("#") or (reader.line_num == 1 and value in _HEADERS):
                continue
            # Ids of rights in groups are no GUIDs, so that only blanks tell a sentence from an id.
            if (
                GUID.fullmatch(value)
                or "@" in value
                or (len(value) >= 20 and not any(map(str.isspace, value)))
            ):
                found[value] = None
            else:
                said = value if len(value) <= 40 else value[:40] + "…"
                problems.add(reader.line_num, "list_invalid", f'"{said}" is no id and no user principal name')
    except csv.Error as error:
        problems.add(reader.line_num, "list_invalid", f"the row cannot be read: {error}")
    problems.raise_if_any()
    return tuple(found)
