"""A CSV file of ``mappings/`` as Excel leaves it: with or without a byte order mark, any line end, commas,
semicolons or tabs. Every row comes with the line where it begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from migrate.config.problems import Problems, suggestion
from migrate.config.text_file import read_text


def read_rows(
    problems: Problems, columns: Sequence[str], optional: Sequence[str] = ()
) -> list[tuple[int, dict[str, str]]]:
    """Each row with its first line, as text by column; columns that are optional and absent are empty.

    Problems of the header end the reading, those of a row skip it. Lets FileNotFoundError through.
    """
    text = read_text(problems)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise problems.stop(line, "bad_encoding", "the file holds binary data; save it as CSV in UTF-8")
    return list(_rows(text, problems, columns, optional))


def header_text(columns: Sequence[str], optional: Sequence[str] = ()) -> str:
    """The content of a file without rows."""
    return ",".join((*columns, *optional)) + "\n"


def _rows(
    text: str, problems: Problems, columns: Sequence[str], optional: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    # Excel writes and honours a first line such as "sep=;".
    skipped = 1 if text[:4].lower() == "sep=" else 0
    body = text.split("\n", 1)[1] if skipped and "\n" in text else "" if skipped else text
    header_line = body.split("\n", 1)[0]
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    line = 1 + skipped
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            problems.add(line, "csv_syntax", f"the row cannot be read: {error} (a quotation mark too many?)")
            return
        if row is None:
            break
        first, line = line, reader.line_num + 1 + skipped
        if not any(cell.strip() for cell in row):
            continue
        if header is None:
            header = _header(row, first, problems, columns, optional)
            continue
        names = [*header, *[""] * len(row)]
        if any(cell.strip() for name, cell in zip(names, row, strict=False) if not name):
            problems.add(
                first, "wrong_columns", "the row has text beyond the columns; quote text with commas"
            )
            continue
        cells = [*row, *[""] * len(header)]
        found = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        yield first, {**dict.fromkeys(optional, ""), **found}
    if header is None:
        raise problems.stop(1, "missing_column", f"the file has no header; it must be {','.join(columns)}")


def _header(
    row: list[str], line: int, problems: Problems, columns: Sequence[str], optional: Sequence[str]
) -> list[str]:
    names = [cell.strip().lower() for cell in row]
    missing = [name for name in columns if name not in names]
    for name in missing:
        problems.add(line, "missing_column", f"column {name} is missing")
    known = (*columns, *optional)
    for name in names:
        # Spreadsheets leave nameless empty columns behind; text in one is refused row by row.
        if name and name not in known:
            problems.add(line, "unknown_column", f"column {name} is not known{suggestion(name, known)}")
        elif name and names.count(name) > 1:
            problems.add(line, "unknown_column", f"column {name} is there more than once")
    if missing:
        raise problems.error()
    return names
