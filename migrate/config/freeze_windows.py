"""``[freeze.NAME]`` of ``waves.toml``: the hours of the week in which nothing is applied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from migrate.config.problems import suggestion
from migrate.config.toml_table import Table

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END_OF_DAY = 24 * 60
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class FreezeText:
    """``days`` are 0 (Monday) to 6; ``start`` and ``end`` minutes since midnight in that time zone. A window
    that ends before it starts runs into the next day. No ``waves`` means every wave."""

    name: str
    days: tuple[int, ...]
    start: int
    end: int
    time_zone: str
    waves: tuple[str, ...] = ()


def read_freezes(root: Table, waves: Sequence[str]) -> tuple[FreezeText, ...]:
    """The windows in the order of the file; ``waves`` are those that they may name."""
    table = root.table("freeze")
    if table is None:
        return ()
    found = ((name, table.table(name)) for name in table.keys)
    return tuple(_freeze(one, name, waves) for name, one in found if one is not None)


def _freeze(table: Table, name: str, waves: Sequence[str]) -> FreezeText:
    days = []
    for word in table.texts("days"):
        day = word.strip().lower()[:3]
        if day in DAYS and word.strip().lower() in (day, *_LONG):
            days.append(DAYS.index(day))
        else:
            table.wrong("days", "bad_value", f'names "{word}"{suggestion(word, DAYS)}')
    start = _minutes(table, "from", 0)
    end = _minutes(table, "to", END_OF_DAY)
    if start == end:
        table.wrong("to", "bad_value", "is the same time as from: leave both out for whole days")
    zone = table.text("time_zone", default="UTC") or "UTC"
    if not _is_zone(zone):
        table.wrong("time_zone", "bad_time_zone", f'"{zone}" is no time zone: write "UTC" or "Europe/Berlin"')
        zone = "UTC"
    named = table.texts("waves")
    for one in named:
        if one not in waves:
            table.wrong("waves", "bad_value", f'names "{one}"{suggestion(one, waves)}')
    table.refuse_unknown()
    return FreezeText(name, tuple(sorted(set(days))) or tuple(range(7)), start, end, zone, named)


_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _minutes(table: Table, key: str, default: int) -> int:
    value = table.text(key)
    if value is None:
        return default
    if value == "24:00" and default == END_OF_DAY:
        return END_OF_DAY
    found = _TIME.fullmatch(value)
    if found is None:
        table.wrong(key, "bad_value", 'must be a time such as "18:00"')
        return default
    return int(found[1]) * 60 + int(found[2])


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError):
        # ZoneInfoNotFoundError is a KeyError, and a folder of the database opens as an OSError.
        return False
    except KeyError:
        return False
    return True
