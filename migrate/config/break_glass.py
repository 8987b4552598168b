"""``mappings/break-glass.toml``: the emergency accounts of either tenant, and when each was last tried."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

from migrate.config.problems import Problems
from migrate.config.toml_table import Table, read_toml

BREAK_GLASS_FILE = "break-glass.toml"


@dataclass(frozen=True)
class BreakGlassAccount:
    """``name`` is a user principal name or an id, in lower case; ``tested`` when somebody last signed in."""

    name: str
    tested: date | None


@dataclass(frozen=True)
class BreakGlass:
    source: tuple[BreakGlassAccount, ...] = ()
    target: tuple[BreakGlassAccount, ...] = ()

    def of(self, side: str) -> tuple[BreakGlassAccount, ...]:
        return self.source if side == "source" else self.target


def default_break_glass_text() -> str:
    return files("migrate.config").joinpath("defaults", BREAK_GLASS_FILE).read_text(encoding="utf-8")


def read_break_glass(path: Path) -> BreakGlass:
    """The accounts of the file; one that is not there declares none.

    Raises one FileError that names every problem of the file by line, ``break_glass_invalid`` where they are
    of several classes.
    """
    problems = Problems(path, mixed_code="break_glass_invalid")
    try:
        root = read_toml(problems)
    except FileNotFoundError:
        return BreakGlass()
    found = BreakGlass(_side(root, "source"), _side(root, "target"))
    root.refuse_unknown()
    problems.raise_if_any()
    return found


def _side(root: Table, side: str) -> tuple[BreakGlassAccount, ...]:
    table = root.table(side)
    accounts = []
    for name in table.keys if table else ():
        account = table.table(name) if table else None
        if account is None:
            continue
        tested = account.raw("tested")
        if isinstance(tested, datetime) or not isinstance(tested, date | None):
            account.wrong("tested", "bad_date", "must be a date without quotes, for example 2026-01-31")
            tested = None
        account.text("note")
        account.refuse_unknown()
        accounts.append(BreakGlassAccount(name.strip().lower(), tested))
    return tuple(accounts)
