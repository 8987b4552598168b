"""``mappings/move.toml``: what moves along with rights, and how far a plan goes for one that does not fit."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from migrate.config.problems import Problems, suggestion
from migrate.config.toml_table import Table, read_toml

MOVE_FILE = "move.toml"
POLICIES = ("leave", "strengthen", "copy")
"""What becomes of the target's policies, from nothing to everything."""
BEYOND_POLICY = ("skip", "clamp", "relax")
"""What becomes of a right that the target's rules refuse as it is."""
EXISTING = ("leave", "update")
"""What becomes of a right that the target has with another end."""

_CREATED_BY = {
    "administrativeUnit": "create_administrative_units",
    "group": "create_groups",
    "roleDefinition": "create_custom_roles",
    "authenticationContext": "create_authentication_contexts",
}


@dataclass(frozen=True)
class Move:
    """What a plan takes along. ``minimum_approvers`` is how many a copied policy must have at least where its
    source asks for approval."""

    create_administrative_units: bool
    create_groups: bool
    create_custom_roles: bool
    create_authentication_contexts: bool
    members_of_new: bool
    members_of_existing: bool
    policies: str
    """One of ``POLICIES``."""
    minimum_approvers: int
    active: bool
    """Whether standing and timed active assignments move too."""
    beyond_policy: str
    """One of ``BEYOND_POLICY``."""
    existing: str
    """One of ``EXISTING``."""
    access_reviews: bool
    conditional_access: bool

    @property
    def hash(self) -> str:
        """The SHA-256 over what is said, whatever the layout of the file."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def creates(self, kind: str) -> bool:
        """Whether every object of the kind that a moved right needs and the target lacks is made there; of a
        kind that is never made, no."""
        field = _CREATED_BY.get(kind)
        return field is not None and bool(getattr(self, field))


_NOTHING = Move(
    create_administrative_units=False,
    create_groups=False,
    create_custom_roles=False,
    create_authentication_contexts=False,
    members_of_new=False,
    members_of_existing=False,
    policies="leave",
    minimum_approvers=1,
    active=False,
    beyond_policy="skip",
    existing="leave",
    access_reviews=False,
    conditional_access=False,
)
"""Under the packaged default, which names every key."""


def default_move_text() -> str:
    """The packaged ``move.toml``, comments included."""
    return files("migrate.config").joinpath("defaults", MOVE_FILE).read_text(encoding="utf-8")


def read_move(path: Path) -> Move:
    """What the file says over the packaged default; a file that is not there changes nothing.

    Raises one FileError that names every problem of the file by line, ``move_invalid`` where they are of
    several classes.
    """
    default_path = Path(str(files("migrate.config").joinpath("defaults", MOVE_FILE)))
    defaults = _read(default_path, _NOTHING)
    try:
        return _read(path, defaults)
    except FileNotFoundError:
        return defaults


def _read(path: Path, defaults: Move) -> Move:
    problems = Problems(path, mixed_code="move_invalid")
    root = read_toml(problems)
    create, members = _Section(root, "create"), _Section(root, "members")
    policies, rights = _Section(root, "policies"), _Section(root, "rights")
    guards = _Section(root, "guards_of_privilege")
    move = Move(
        create_administrative_units=create.flag("administrative_units", defaults.create_administrative_units),
        create_groups=create.flag("groups", defaults.create_groups),
        create_custom_roles=create.flag("custom_roles", defaults.create_custom_roles),
        create_authentication_contexts=create.flag(
            "authentication_contexts", defaults.create_authentication_contexts
        ),
        members_of_new=members.flag("of_new", defaults.members_of_new),
        members_of_existing=members.flag("of_existing", defaults.members_of_existing),
        policies=policies.word("mode", POLICIES, defaults.policies),
        minimum_approvers=policies.positive("minimum_approvers", defaults.minimum_approvers),
        active=rights.flag("active", defaults.active),
        beyond_policy=rights.word("beyond_policy", BEYOND_POLICY, defaults.beyond_policy),
        existing=rights.word("existing", EXISTING, defaults.existing),
        access_reviews=guards.flag("access_reviews", defaults.access_reviews),
        conditional_access=guards.flag("conditional_access", defaults.conditional_access),
    )
    for section in (create, members, policies, rights, guards):
        section.refuse_unknown()
    root.refuse_unknown()
    problems.raise_if_any()
    return move


class _Section:
    """One table of the file; where it or a key is absent or wrong, the default stands."""

    def __init__(self, root: Table, name: str) -> None:
        self._table = root.table(name)

    def flag(self, key: str, default: bool) -> bool:
        value = None if self._table is None else self._table.flag(key)
        return default if value is None else value

    def word(self, key: str, known: tuple[str, ...], default: str) -> str:
        value = None if self._table is None else self._table.text(key)
        if self._table is None or value is None:
            return default
        if value not in known:
            said = f"must be one of {', '.join(known)}{suggestion(value, known)}"
            self._table.wrong(key, "bad_value", said)
        return value

    def positive(self, key: str, default: int) -> int:
        value = None if self._table is None else self._table.count(key)
        if self._table is not None and value == 0:
            self._table.wrong(key, "bad_number", "must be 1 or more")
        return value or default

    def refuse_unknown(self) -> None:
        if self._table is not None:
            self._table.refuse_unknown()
