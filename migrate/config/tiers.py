"""``mappings/tiers.toml``: how much a role or a group can do, as a number: 0 is the most powerful tier."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from migrate.config.problems import Problems
from migrate.config.toml_table import Table, read_toml
from migrate.config.toml_values import GUID
from migrate.kinds.schedule import parse_duration

TIERS_FILE = "tiers.toml"
HIGHEST_NUMBER = 99
_DAYS_OR_HOURS = re.compile(r"P(?=\d|T\d)(\d+D)?(T\d+H)?")
SCOPES = ("administrative_unit", "object", "application")
"""Kinds of scope narrower than the tenant, by which a role may count as lower."""


@dataclass(frozen=True)
class TierPolicy:
    """What activation of a right in the tier must ask for; ``activation_time`` is an ISO duration, empty
    where the tier sets no limit, and so is ``eligibility_time``: how long somebody stays eligible at most
    when a standing right is converted."""

    activation_time: str = ""
    mfa: bool = False
    approval: bool = False
    justification: bool = False
    ticket: bool = False
    authentication_context: bool = False
    eligibility_time: str = ""

    @property
    def longest(self) -> timedelta | None:
        return parse_duration(self.activation_time)

    @property
    def longest_eligibility(self) -> timedelta | None:
        return parse_duration(self.eligibility_time)


@dataclass(frozen=True)
class TierText:
    """What people call a tier, which actions make a custom role belong to it, and what its activation must
    ask for."""

    name: str
    meaning: str
    actions: tuple[str, ...]
    policy: TierPolicy = TierPolicy()


@dataclass(frozen=True)
class Tiers:
    """Tiers by number, and what belongs to them: roles by template id; custom roles and groups by id or
    display name. Ids and names are in lower case."""

    model: str
    tiers: Mapping[int, TierText]
    roles: Mapping[str, int]
    custom_roles: Mapping[str, int]
    groups: Mapping[str, int]
    lowered: Mapping[str, int]
    unclassified: int
    unknown_blocks_up_to: int

    @property
    def hash(self) -> str:
        """The SHA-256 over what the tiers say, whatever the layout of the file."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def default_tiers_text() -> str:
    """The packaged ``tiers.toml``, comments included."""
    return files("migrate.config").joinpath("defaults", TIERS_FILE).read_text(encoding="utf-8")


def read_tiers(path: Path) -> Tiers:
    """The tiers of the file over the packaged ones; a file that is not there changes nothing.

    Raises one FileError that names every problem of the file by line, ``tiers_invalid`` where they are of
    several classes.
    """
    default_path = Path(str(files("migrate.config").joinpath("defaults", TIERS_FILE)))
    defaults = _read(default_path, Tiers("", {}, {}, {}, {}, {}, 0, 0))
    try:
        return _read(path, defaults)
    except FileNotFoundError:
        return defaults


def _read(path: Path, defaults: Tiers) -> Tiers:
    problems = Problems(path, mixed_code="tiers_invalid")
    root = read_toml(problems)
    model = root.text("model") or defaults.model
    lowered = _lowered(root, defaults.lowered)
    unclassified = _number(root, "unclassified", "tier", defaults.unclassified)
    blocks_up_to = _number(root, "unknown", "blocks_up_to", defaults.unknown_blocks_up_to)
    texts, named = dict(defaults.tiers), _Named()
    table = root.table("tiers")
    if table is not None:
        for key in table.keys:
            tier = table.table(key)
            number = int(key) if key.isascii() and key.isdecimal() else HIGHEST_NUMBER + 1
            if number > HIGHEST_NUMBER or str(number) != key:
                table.wrong(key, "bad_number", f"must be a tier's number, 0 to {HIGHEST_NUMBER}")
            elif tier is not None:
                texts[number] = _tier(tier, texts.get(number))
                named.add(tier, number)
    root.refuse_unknown()
    problems.raise_if_any()
    return Tiers(
        model,
        dict(sorted(texts.items())),
        {**defaults.roles, **named.found["roles"]},
        {**defaults.custom_roles, **named.found["custom_roles"]},
        {**defaults.groups, **named.found["groups"]},
        lowered,
        unclassified,
        blocks_up_to,
    )


def _tier(table: Table, default: TierText | None) -> TierText:
    name = table.text("name", required=default is None)
    meaning = table.text("meaning")
    said = "actions" in table.keys
    actions = tuple(one.lower() for one in table.texts("actions"))
    rules = table.table("policy")
    policy = default.policy if default else TierPolicy()
    return TierText(
        name or (default.name if default else ""),
        meaning or (default.meaning if default else ""),
        actions if said or default is None else default.actions,
        policy if rules is None else _policy(rules, policy),
    )


def _policy(table: Table, default: TierPolicy) -> TierPolicy:
    """What the table says over the packaged rules of the tier."""
    longest = table.text("activation_time", default=default.activation_time)
    if longest and parse_duration(longest) is None:
        table.wrong("activation_time", "bad_value", 'must be a duration such as "PT4H" or "PT30M"')

    def asked(key: str, otherwise: bool) -> bool:
        value = table.raw(key)
        if value is not None and not isinstance(value, bool):
            table.wrong(key, "wrong_type", "must be true or false")
        return value if isinstance(value, bool) else otherwise

    policy = TierPolicy(
        longest or "",
        mfa=asked("mfa", default.mfa),
        approval=asked("approval", default.approval),
        justification=asked("justification", default.justification),
        ticket=asked("ticket", default.ticket),
        authentication_context=asked("authentication_context", default.authentication_context),
        eligibility_time=_eligibility_time(table, default.eligibility_time),
    )
    table.refuse_unknown()
    return policy


def _eligibility_time(table: Table, default: str) -> str:
    """Months are of many lengths, and PIM judges no eligibility by the minute."""
    text = table.text("eligibility_time", default=default) or ""
    if text and not (_DAYS_OR_HOURS.fullmatch(text) and parse_duration(text)):
        said = 'must be days, hours or both, such as "P180D", "PT12H" or "P1DT12H"'
        table.wrong("eligibility_time", "bad_value", said)
    return text


class _Named:
    """Who stands in which tier; nobody may stand in two tiers of one file."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, int]] = {"roles": {}, "custom_roles": {}, "groups": {}}

    def add(self, tier: Table, number: int) -> None:
        for what, found in self.found.items():
            table = tier.table(what)
            if table is None:
                continue
            for key in table.keys:
                if not isinstance(table.raw(key), str):
                    table.wrong(key, "wrong_type", "must be a text in quotes: a name, or why it is there")
                elif what == "roles" and not GUID.fullmatch(key):
                    table.wrong(key, "bad_guid", "must be the template id of a built-in role")
                elif not key.strip():
                    table.wrong(key, "empty_value", "is empty")
                elif found.get(key.strip().lower(), number) != number:
                    other = found[key.strip().lower()]
                    table.wrong(key, "contradiction", f"stands in tier {other} as well")
                else:
                    found[key.strip().lower()] = number
        tier.refuse_unknown()


def _lowered(root: Table, defaults: Mapping[str, int]) -> dict[str, int]:
    found = dict(defaults)
    table = root.table("scopes")
    if table is not None:
        for scope in SCOPES:
            by = table.count(scope)
            if by is not None:
                found[scope] = by
        table.refuse_unknown()
    return {scope: found.get(scope, 0) for scope in SCOPES}


def _number(root: Table, name: str, key: str, default: int) -> int:
    table = root.table(name)
    if table is None:
        return default
    found = table.count(key)
    table.refuse_unknown()
    return default if found is None else found
