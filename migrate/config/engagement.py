"""``engagement.toml``: one migration, from which tenant to which, and what no plan may touch."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from migrate.config.problems import Problems, suggestion
from migrate.config.tenant_settings import TenantSettings, read_tenant
from migrate.config.toml_table import Table, read_toml
from migrate.errors import FileError
from migrate.kinds.request import Lane

ENGAGEMENT_FILE = "engagement.toml"
IRREVERSIBLE = ("onboard-group", "authentication-context")
"""What a plan can do that nothing takes back: a group that comes under PIM, a context that is published."""
LANES = tuple(lane.value for lane in Lane)
REPLICATION_WINDOW = 120.0
"""Seconds after which a read that still does not find a write proves its absence: Graph's reads lag behind
its writes by up to two minutes."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Names that Windows keeps for devices, with or without an extension.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Guard:
    """What no plan may touch, whatever the sheets say."""

    protected_principals: tuple[str, ...] = ()
    """User principal names or ids, of either tenant."""
    max_writes: int | None = None
    """None means no limit."""
    min_break_glass: int = 0
    """How many standing Global Administrators the target must keep."""
    allow_irreversible: tuple[str, ...] = ()
    """Some of ``IRREVERSIBLE``."""
    min_approvals: int | None = None
    """How many people must approve any plan; None means one as soon as somebody is named who may."""
    allow_broader_roles: tuple[str, ...] = ()
    """Roles of the target, by id or name, that may take the place of a narrower one of the source."""
    allow_relaxing: bool = False
    """Whether a rule of the target may be loosened for the length of a run."""


@dataclass(frozen=True)
class Throttle:
    """Ceilings in requests per second by lane; a lane that is not named has none of its own."""

    lanes: Mapping[str, float] = field(default_factory=dict)
    replication_window: float = REPLICATION_WINDOW


@dataclass(frozen=True)
class Answers:
    """What people know of the target and Graph does not show; None where nobody has answered."""

    task_level_control: bool | None = None
    """Whether Purview privileged access management guards tasks of Exchange Online there."""


@dataclass(frozen=True)
class Engagement:
    """One migration; ``path`` is the file, absolute, and every other path hangs on its folder."""

    path: Path
    name: str
    source: TenantSettings
    target: TenantSettings
    guard: Guard
    approvers: Mapping[str, str]
    """Public keys (Ed25519) of those who may approve plans, by name."""
    throttle: Throttle
    answers: Answers = Answers()

    @property
    def folder(self) -> Path:
        return self.path.parent

    @property
    def state_folder(self) -> Path:
        return self.folder / "state" / self.name

    @property
    def database_path(self) -> Path:
        return self.state_folder / "engagement.db"

    @property
    def lock_path(self) -> Path:
        return self.state_folder / "lock"

    @property
    def plans_folder(self) -> Path:
        return self.state_folder / "plans"

    @property
    def mappings_folder(self) -> Path:
        return self.folder / "mappings"


def read_engagement(path: Path) -> Engagement:
    """The engagement of that file.

    Raises FileError ``engagement_missing`` when there is no such file; else one that names every problem of
    the file, with the problems' own code where they share one and ``engagement_invalid`` where they do not.
    """
    problems = Problems(path, mixed_code="engagement_invalid")
    try:
        root = read_toml(problems)
    except FileNotFoundError:
        raise FileError(
            f"there is no {path.name} here",
            where=str(path),
            hint="run `pim-migrate init` to write one, or name another with --engagement PATH",
            code="engagement_missing",
        ) from None
    path = path.absolute()
    name = _name(root)
    source_table, target_table = root.table("source", required=True), root.table("target", required=True)
    source = None if source_table is None else read_tenant(source_table, path.parent)
    target = None if target_table is None else read_tenant(target_table, path.parent)
    guard, approvers, throttle = _guard(root), _approvers(root), _throttle(root)
    answers = _answers(root)
    root.refuse_unknown()
    if source and target and target_table and source.tenant_id == target.tenant_id:
        target_table.wrong(
            "tenant_id", "same_tenant", "is the tenant of [source] too; they must be two tenants"
        )
    problems.raise_if_any()
    if name is None or source is None or target is None:
        raise AssertionError("a value is missing though no problem was recorded")
    return Engagement(path, name, source, target, guard, approvers, throttle, answers)


def _name(root: Table) -> str | None:
    name = root.text("name", required=True)
    if name is None:
        return None
    if not _NAME.fullmatch(name) or name.endswith(".") or _DEVICE.fullmatch(name):
        root.wrong(
            "name",
            "bad_name",
            "must serve as the name of a folder on any system: letters, digits, '-', '_' and '.', at most 64,"
            " beginning with a letter or digit, not ending with '.', and no device name of Windows",
        )
    return name


def _guard(root: Table) -> Guard:
    table = root.table("guard")
    if table is None:
        return Guard()
    guard = Guard(
        table.texts("protected_principals"),
        table.count("max_writes"),
        table.count("min_break_glass") or 0,
        _irreversible(table),
        table.count("min_approvals"),
        table.texts("allow_broader_roles"),
        table.flag("allow_relaxing") or False,
    )
    table.refuse_unknown()
    return guard


def _irreversible(table: Table) -> tuple[str, ...]:
    """A word that is not known would allow nothing, and whoever wrote it would learn so from the plan."""
    words = table.texts("allow_irreversible")
    for word in words:
        if word not in IRREVERSIBLE:
            said = f'names "{word}"{suggestion(word, IRREVERSIBLE)}'
            table.wrong("allow_irreversible", "bad_value", said)
    return words


def _answers(root: Table) -> Answers:
    table = root.table("answers")
    if table is None:
        return Answers()
    answer = table.flag("task_level_control")
    table.refuse_unknown()
    return Answers(answer)


def _approvers(root: Table) -> dict[str, str]:
    table = root.table("approvers")
    if table is None:
        return {}
    keys = {}
    for who in table.keys:
        key = table.text(who)
        if key is None:
            continue
        if "PRIVATE KEY" in key:
            table.wrong(who, "secret_in_file", "is a private key; write the public one, and make a new pair")
            continue
        keys[who] = key.strip()
    return keys


def _throttle(root: Table) -> Throttle:
    table = root.table("throttle")
    if table is None:
        return Throttle()
    lanes = {}
    for lane in LANES:
        rate = _seconds_or_rate(table, lane)
        if rate is not None and rate <= 0:
            table.wrong(lane, "bad_number", "must be more than 0 (requests per second)")
        elif rate is not None:
            lanes[lane] = rate
    window = _seconds_or_rate(table, "replication_window")
    if window is not None and window < 0:
        table.wrong("replication_window", "bad_number", "must be 0 or more (seconds)")
    table.refuse_unknown()
    return Throttle(lanes, REPLICATION_WINDOW if window is None else window)


def _seconds_or_rate(table: Table, key: str) -> float | None:
    value = table.raw(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        table.wrong(key, "bad_number", "must be a number")
        return None
    return float(value)
