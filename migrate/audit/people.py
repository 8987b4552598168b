"""What checks ask of very many people, held so that it is little for each of them."""

from __future__ import annotations

from collections.abc import Container
from sys import intern
from typing import NamedTuple

from migrate.kinds.kind import Row
from migrate.resolve.tenant_view import TenantView

_ASKED = (
    "userType", "accountEnabled", "onPremisesSyncEnabled", "onPremisesImmutableId", "assignedLicenses",
    "deletedDateTime",
)  # fmt: skip
_WHETHER = "onPremisesImmutableId"
"""Of this it is asked only whether there is one."""


class Person(NamedTuple):
    """``name`` as one knows the person by, empty where there is none; ``account`` the state of the account as
    Graph tells it."""

    name: str
    account: Row


def people_of(view: TenantView, wanted: Container[str]) -> dict[str, Person]:
    """The people with these ids that the tenant has. Most accounts are in one of a few states: each state is
    held in memory once."""
    states: dict[str, Row] = {}
    found: dict[str, Person] = {}
    for one, row in view.of_kind("user").items():
        if one in wanted:
            state = {name: row[name] for name in _ASKED if name in row}
            if _WHETHER in state:
                state[_WHETHER] = bool(state[_WHETHER])
            name = str(row.get("userPrincipalName") or row.get("displayName") or "")
            found[intern(one)] = Person(name, states.setdefault(repr(state), state))
    return found
