"""Which look-ups a match needs."""

from __future__ import annotations

from migrate.kinds.kind import Row
from migrate.kinds.look_up import LookUp
from migrate.resolve.evidence import Ladder


def forward(kind: str, row: Row, ladder: Ladder) -> frozenset[LookUp]:
    found = set()
    for name in ("onPremisesImmutableId", "employeeId", "userPrincipalName", "mail", "appId", "displayName"):
        if row.get(name):
            found.add(LookUp(kind, name, str(row[name])))
    return frozenset(found)


def backward(kind: str, row: Row, ladder: Ladder) -> frozenset[LookUp]:
    return forward(kind, row, ladder)
