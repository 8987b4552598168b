"""``mappings/waves.toml``: which rights move together, in which order, how carefully, and when not."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path

from migrate.config.freeze_windows import FreezeText, read_freezes
from migrate.config.principal_list import read_principal_list
from migrate.config.problems import Problems, suggestion
from migrate.config.toml_table import Table, read_toml
from migrate.errors import FileError

WAVES_FILE = "waves.toml"
ALL = "all"
"""The wave that is built in: every right there is."""
STOP_CLASSES = ("refused", "drift", "not_done", "in_doubt", "widened")
"""What may come of a write that somebody may want to stop at. A right that came out wider than asked stops
every run, whether it is named or not."""
MOST_APPROVALS = 2
HIGHEST_TIER = 99

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class StopText:
    """When a run ends itself: after so many failures, at such a percentage of a batch, at the first of a
    class."""

    failures: int | None = None
    share: float | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WaveText:
    """One wave as it is written. Selectors that are empty select nothing away; of one selector any value
    suffices, and all selectors must agree. ``listed`` is ``None`` where no list is named. Texts are in lower
    case."""

    name: str
    tiers: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    not_roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    listed: tuple[str, ...] | None = None
    percent: float | None = None
    count: int | None = None
    batch_size: int | None = None
    approvals: int = 0
    stop: StopText = field(default_factory=StopText)


@dataclass(frozen=True)
class Waves:
    """The waves in their order, the windows in which nothing is applied, and how many people must approve a
    plan that writes a right of a tier."""

    waves: tuple[WaveText, ...] = ()
    freezes: tuple[FreezeText, ...] = ()
    tier_approvals: Mapping[int, int] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """The SHA-256 over what the waves say, lists included, whatever the layout of the files."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def of(self, name: str) -> WaveText:
        """The wave of that name; the built-in one selects everything."""
        return next((wave for wave in self.waves if wave.name == name), WaveText(name))


def default_waves_text() -> str:
    """The packaged ``waves.toml``: comments, and no wave."""
    return files("migrate.config").joinpath("defaults", WAVES_FILE).read_text(encoding="utf-8")


def read_waves(path: Path) -> Waves:
    """The waves of the file; one that is not there has none but the built-in ``all``.

    Raises one FileError that names every problem of the file by line, ``waves_invalid`` where they are of
    several classes.
    """
    problems = Problems(path, mixed_code="waves_invalid")
    try:
        root = read_toml(problems)
    except FileNotFoundError:
        return Waves()
    waves: list[WaveText] = []
    table = root.table("waves")
    if table is not None:
        for name in table.keys:
            one = table.table(name)
            if name == ALL:
                table.wrong(name, "bad_name", "is built in: give the wave another name")
            elif not _NAME.fullmatch(name):
                table.wrong(name, "bad_name", "must be lower-case letters, digits and '-', at most 40")
            if one is not None:
                waves.append(_wave(one, name, path.parent))
    freezes = read_freezes(root, (*(wave.name for wave in waves), ALL))
    tier_approvals = _tier_approvals(root)
    root.refuse_unknown()
    problems.raise_if_any()
    return Waves(tuple(waves), freezes, tier_approvals)


def _wave(table: Table, name: str, folder: Path) -> WaveText:
    wave = WaveText(
        name,
        tiers=_tiers(table),
        roles=_words(table, "roles"),
        not_roles=_words(table, "not_roles"),
        scopes=_words(table, "scopes"),
        departments=_words(table, "departments"),
        groups=_words(table, "groups"),
        listed=_list(table, folder),
        percent=_percent(table, "percent"),
        count=_positive(table, "count"),
        batch_size=_positive(table, "batch_size"),
        approvals=_approvals(table, "approvals"),
        stop=_stop(table),
    )
    if wave.percent is not None and wave.count is not None:
        table.wrong("count", "contradiction", "stands beside percent: keep one of them")
    table.refuse_unknown()
    return wave


def _tiers(table: Table) -> tuple[int, ...]:
    value = table.raw("tiers")
    if value is None:
        return ()
    if not isinstance(value, list) or not value or not all(_is_tier(one) for one in value):
        table.wrong("tiers", "bad_number", f"must be a list of tiers, 0 to {HIGHEST_TIER}, like [2, 3]")
        return ()
    return tuple(sorted(set(value)))


def _is_tier(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_TIER


def _words(table: Table, key: str) -> tuple[str, ...]:
    found = tuple(" ".join(one.split()).casefold() for one in table.texts(key))
    if table.raw(key) == []:
        # An empty list would read as "no matter which", which nobody means who writes one.
        table.wrong(key, "empty_value", "is empty: name something, or take the line out")
    return found


def _list(table: Table, folder: Path) -> tuple[str, ...] | None:
    name = table.text("list")
    if name is None:
        return None
    path = folder / name
    if not path.is_file():
        table.wrong("list", "file_missing", f"names {path}, and there is no such file")
        return ()
    try:
        return read_principal_list(path)
    except FileError as error:
        table.wrong("list", error.code, f"names a list that is wrong:\n{error.message}")
        return ()


def _percent(table: Table, key: str) -> float | None:
    value = table.raw(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
        table.wrong(key, "bad_number", "must be more than 0 and at most 100 (percent)")
        return None
    return float(value)


def _positive(table: Table, key: str) -> int | None:
    value = table.count(key)
    if value == 0:
        table.wrong(key, "bad_number", "must be 1 or more")
        return None
    return value


def _approvals(table: Table, key: str) -> int:
    value = table.count(key) or 0
    if value > MOST_APPROVALS:
        table.wrong(key, "bad_number", f"must be 0, 1 or {MOST_APPROVALS} (people who must approve)")
        return 0
    return value


def _stop(table: Table) -> StopText:
    stop = table.table("stop")
    if stop is None:
        return StopText()
    classes = stop.texts("classes")
    for one in classes:
        if one not in STOP_CLASSES:
            stop.wrong("classes", "bad_value", f'names "{one}"{suggestion(one, STOP_CLASSES)}')
    found = StopText(_positive(stop, "failures"), _percent(stop, "share"), classes)
    stop.refuse_unknown()
    return found


def _tier_approvals(root: Table) -> dict[int, int]:
    table = root.table("approvals")
    if table is None:
        return {}
    tiers = table.table("tiers")
    table.refuse_unknown()
    found: dict[int, int] = {}
    if tiers is None:
        return found
    for key in tiers.keys:
        number = int(key) if key.isascii() and key.isdecimal() else HIGHEST_TIER + 1
        if number > HIGHEST_TIER or str(number) != key:
            tiers.wrong(key, "bad_number", f"must be a tier's number, 0 to {HIGHEST_TIER}")
        else:
            found[number] = _approvals(tiers, key)
    return found
