"""``mappings/baselines/``: one file a baseline, with its controls, their thresholds, and its version.

Which checks there are and what can be set on them is told by the caller: this room knows files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from migrate.config.problems import Problems, suggestion
from migrate.config.toml_table import Table, read_toml
from migrate.config.toml_values import GUID

BASELINES_FOLDER = "baselines"
SEVERITIES = ("critical", "high", "medium", "low")
Known = Mapping[str, Mapping[str, Any]]
"""The checks by id, each with its parameters and the values that hold where a control sets none."""


@dataclass(frozen=True)
class ControlText:
    """One control. ``checks`` have the parameters that the control sets; ``manual`` says instead why no
    snapshot can tell. ``line`` is where it stands."""

    id: str
    title: str
    severity: str
    checks: Mapping[str, Mapping[str, Any]]
    manual: str
    line: int


@dataclass(frozen=True)
class Baseline:
    """``name`` is the file's; ``by_default`` whether an audit asks it when none is named."""

    name: str
    title: str
    version: str
    by_default: bool
    controls: tuple[ControlText, ...]


def default_baselines() -> dict[str, str]:
    """The packaged files: text by file name."""
    folder = files("migrate.config").joinpath("defaults", BASELINES_FOLDER)
    return {
        one.name: one.read_text(encoding="utf-8")
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith(".toml")
    }


def read_baselines(folder: Path, known: Known) -> list[Baseline]:
    """The baselines of the folder, and the packaged ones that have no file of their name there, by name.

    Raises FileError for the first file that has mistakes, each named by its line, ``baseline_invalid`` where
    they are of several classes.
    """
    packaged = Path(str(files("migrate.config").joinpath("defaults", BASELINES_FOLDER)))
    paths = {path.stem: path for path in sorted(packaged.glob("*.toml"))}
    if folder.is_dir():
        paths |= {path.stem: path for path in sorted(folder.glob("*.toml"))}
    return [_read(path, known) for _, path in sorted(paths.items())]


def _read(path: Path, known: Known) -> Baseline:
    problems = Problems(path, mixed_code="baseline_invalid")
    root = read_toml(problems)
    title = root.text("title", required=True) or ""
    version = root.text("version", required=True) or ""
    by_default = _flag(root, "by_default")
    sets = _role_sets(root)
    controls = []
    table = root.table("controls", required=True)
    for key in table.keys if table else ():
        control = table.table(key) if table else None
        if control is not None:
            controls.append(_control(key, control, known, sets))
    root.refuse_unknown()
    problems.raise_if_any()
    return Baseline(path.stem, title, version, by_default, tuple(controls))


def _flag(table: Table, key: str) -> bool:
    value = table.raw(key)
    if value is not None and not isinstance(value, bool):
        table.wrong(key, "wrong_type", "must be true or false")
    return value is True


def _role_sets(root: Table) -> dict[str, tuple[str, ...]]:
    """Sets of built-in roles by template id; the display names beside them are for people."""
    found: dict[str, tuple[str, ...]] = {}
    table = root.table("role_sets")
    for name in table.keys if table else ():
        roles = table.table(name) if table else None
        if roles is None:
            continue
        for key in roles.keys:
            if not GUID.fullmatch(key):
                roles.wrong(key, "bad_guid", "must be the template id of a built-in role")
            roles.text(key)
        found[name] = tuple(sorted(key.lower() for key in roles.keys))
    return found


def _control(key: str, table: Table, known: Known, sets: Mapping[str, tuple[str, ...]]) -> ControlText:
    title = table.text("title", required=True) or ""
    severity = table.text("severity", required=True) or ""
    if severity and severity not in SEVERITIES:
        table.wrong("severity", "bad_value", f"is not known{suggestion(severity, SEVERITIES)}")
    manual = table.text("manual", default="") or ""
    named = _checks(table, known)
    if not named and not manual and "checks" not in table.keys:
        table.problems.add(
            table.line(), "missing_key", f"{table.title} has no checks, and no manual that says why"
        )
    checks: dict[str, dict[str, Any]] = {one: {} for one in named}
    parameters = {name for one in named for name in known[one]}
    for name in table.keys:
        if name in ("title", "severity", "manual", "checks") or name not in parameters:
            continue
        value = _value(table, name, next(known[one][name] for one in named if name in known[one]), sets)
        if value is not None:
            for one in named:
                if name in known[one]:
                    checks[one][name] = value
    table.refuse_unknown()
    return ControlText(key, title, severity, checks, manual, table.line())


def _checks(table: Table, known: Known) -> tuple[str, ...]:
    named = table.texts("checks")
    for one in named:
        if one not in known:
            table.wrong("checks", "bad_value", f'names "{one}", no check{suggestion(one, known)}')
    return tuple(one for one in named if one in known)


def _value(table: Table, name: str, default: Any, sets: Mapping[str, tuple[str, ...]]) -> Any:
    """The value of a parameter, of the type that its default has; ``roles`` names a role set."""
    if name == "roles":
        value = table.text(name)
        if value is not None and value not in sets:
            table.wrong(name, "bad_value", f'names "{value}", no role set{suggestion(value, sets)}')
            return None
        return sets[value] if value is not None else None
    if isinstance(default, bool):
        return _flag(table, name)
    if isinstance(default, int):
        return table.count(name)
    if isinstance(default, str):
        return table.text(name)
    return table.texts(name)
