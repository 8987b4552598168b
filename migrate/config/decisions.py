"""``mappings/decisions.csv``: what people decided about single objects.

Read as Excel leaves it: with or without a byte order mark, with any line end, commas, semicolons or tabs.
Written in one way only: UTF-8, ``\\n``, commas, sorted, so that version control shows what changed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

from migrate.config.csv_table import read_rows
from migrate.config.problems import Problems, suggestion
from migrate.config.toml_values import GUID
from migrate.errors import StateError

DECISIONS_FILE = "decisions.csv"
COLUMNS = ("kind", "source_id", "target_id", "decision", "reason", "who", "when")
UNKNOWN_KINDS = ("directoryObject", "application")
"""Things of which only the id is known: they can be skipped or blocked."""
KINDS = ("user", "group", "servicePrincipal", "administrativeUnit", "roleDefinition", *UNKNOWN_KINDS)
DECISIONS = ("accept", "choose", "skip", "block")


@dataclass(frozen=True)
class Decision:
    """One row. Ids are in lower case; ``when`` is what the person wrote; ``line`` is 0 if from no file."""

    kind: str
    source_id: str
    target_id: str | None
    decision: str
    reason: str = ""
    who: str = ""
    when: str = ""
    line: int = 0


def read_decisions(path: Path) -> list[Decision]:
    """The decisions, sorted by kind and source id; a file that is not there holds none.

    Raises one FileError that names every problem of the file by line, ``decisions_invalid`` where they are of
    several classes. Rows that say the same of one object count once, the last of them.
    """
    return sorted(read_in_order(path), key=lambda one: (one.kind, one.source_id))


def read_in_order(path: Path) -> list[Decision]:
    """As ``read_decisions``, in the order of the file."""
    problems = Problems(path, mixed_code="decisions_invalid")
    try:
        rows = read_rows(problems, COLUMNS)
    except FileNotFoundError:
        return []
    found: dict[tuple[str, str], Decision] = {}
    for line, row in rows:
        decision = _decision(row, line, problems)
        if decision is None:
            continue
        key = (decision.kind, decision.source_id)
        before = found.get(key)
        if before and (before.decision, before.target_id) != (decision.decision, decision.target_id):
            problems.add(
                line,
                "contradiction",
                f"{decision.kind} {decision.source_id} is decided otherwise in line {before.line}; keep one",
            )
        found[key] = decision
    problems.raise_if_any()
    return sorted(found.values(), key=lambda one: one.line)


def write_decisions(path: Path, decisions: Iterable[Decision], *, in_order: bool = False) -> None:
    """Writes the file anew: all of it or, where that fails (StateError ``mappings_unwritable``), nothing.

    ``in_order`` keeps the order in which the decisions are given, for a file that a person has arranged.
    """
    text = decisions_text(decisions, in_order=in_order)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            # Unlike the database this file is for the whole team: it gets the mode of any other file.
            draft = Path(name)
            draft.chmod(path.stat().st_mode if path.exists() else 0o644)
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise StateError(
            f"the decisions cannot be written: {error.strerror or error}",
            where=str(path),
            hint="close the file in Excel, check that the folder is writable, then run the command again",
            code="mappings_unwritable",
        ) from error


def decisions_text(decisions: Iterable[Decision], *, in_order: bool = False) -> str:
    """The content of the file for these decisions."""
    out = io.StringIO()
    plain = csv.writer(out, lineterminator="\n")
    # A return is not quoted by itself (the line ends in "\n" alone), and unquoted it would end the line.
    quoted = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain.writerow(COLUMNS)
    rows = [[value or "" for value in astuple(each)[:-1]] for each in decisions]
    for row in rows if in_order else sorted(rows):
        (quoted if any("\r" in value for value in row) else plain).writerow(row)
    return out.getvalue()


def is_sorted(decisions: Sequence[Decision]) -> bool:
    """Whether they stand in the order in which ``write_decisions`` puts them by itself."""
    return decisions_text(decisions) == decisions_text(decisions, in_order=True)


def decisions_hash(decisions: Iterable[Decision]) -> str:
    """The SHA-256 over what the decisions say, whatever the layout of the file and their lines."""
    return hashlib.sha256(decisions_text(decisions).encode()).hexdigest()


def _decision(row: dict[str, str], line: int, problems: Problems) -> Decision | None:
    sound = True

    def wrong(code: str, text: str) -> None:
        nonlocal sound
        sound = False
        problems.add(line, code, text)

    kind, decision = row["kind"], row["decision"]
    source_id, target_id = row["source_id"].lower(), row["target_id"].lower() or None
    if kind not in KINDS:
        wrong("bad_kind", f'kind "{kind}" cannot be decided{suggestion(kind, KINDS)}')
    if decision not in DECISIONS:
        wrong("bad_decision", f'decision "{decision}" is not known{suggestion(decision, DECISIONS)}')
    if not source_id:
        wrong("bad_guid", "source_id is empty")
    elif not GUID.fullmatch(source_id):
        wrong("bad_guid", f'source_id "{row["source_id"]}" is no GUID')
    if target_id is not None and not GUID.fullmatch(target_id):
        wrong("bad_guid", f'target_id "{row["target_id"]}" is no GUID')
    if decision == "choose" and target_id is None:
        wrong("missing_target", "choose needs a target_id: which object of the target is it?")
    if not sound:
        return None
    return Decision(kind, source_id, target_id, decision, row["reason"], row["who"], row["when"], line)
