"""Asking for objects by what they say of themselves, where listing all of them would cost more.

A plain filter of the directory takes at most 15 alternatives (microsoft-graph-docs issue 21098).
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migrate.kinds.kind import Row
from migrate.kinds.request import Request, get, quoted

MOST_ALTERNATIVES = 15
_ANY = frozenset({"proxyAddresses"})
"""Properties that hold several values, of which one must be equal."""
_PLACES: dict[str, tuple[str, tuple[str, ...]]] = {
    "user": ("/users", ("User.Read.All", "Directory.Read.All")),
    "group": ("/groups", ("Group.Read.All", "Directory.Read.All")),
    "servicePrincipal": ("/servicePrincipals", ("Application.Read.All", "Directory.Read.All")),
}


@dataclass(frozen=True, order=True)
class LookUp:
    """One question: which objects of a kind have this value in this property. Graph compares without case."""

    kind: str
    property: str
    value: str

    @builtins.property
    def key(self) -> tuple[str, str]:
        """Property and value as they are compared."""
        return self.property, self.value.casefold()


def values_of(row: Row) -> Iterator[tuple[str, str]]:
    """Every text of a row by its property, as questions are compared: the ``key`` of a question that this
    row answers is among them."""
    for name, value in row.items():
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, str):
                yield name, one.casefold()


def requests(look_ups: Iterable[LookUp], properties: str) -> Iterator[tuple[Request, tuple[LookUp, ...]]]:
    """As few requests as the filter allows, each with the questions that it answers.

    ``properties`` is what to select of each object found. The order is fixed: the same questions give the
    same requests.
    """
    by_property: dict[tuple[str, str], dict[str, LookUp]] = defaultdict(dict)
    for one in sorted(look_ups):
        by_property[one.kind, one.property].setdefault(one.value.casefold(), one)
    for (kind, name), wanted in sorted(by_property.items()):
        path, permissions = _PLACES[kind]
        questions = list(wanted.values())
        for start in range(0, len(questions), MOST_ALTERNATIVES):
            part = tuple(questions[start : start + MOST_ALTERNATIVES])
            yield (
                get(path, permissions=permissions, filter=_filter(name, part), select=properties, top="999"),
                part,
            )


def _filter(name: str, look_ups: tuple[LookUp, ...]) -> str:
    values = [quoted(one.value) for one in look_ups]
    if name in _ANY:
        return " or ".join(f"{name}/any(x:x eq {value})" for value in values)
    return f"{name} in ({','.join(values)})"
