"""Rights that stand where a wave writes and that no plan put there: somebody has made them since.

Looked at are the rights of the wave's principals, of its roles and in its groups, as far as ``verify`` has
read them anyway. Not foreign is what the target had when the newest plan was made, and what the journal
says to be ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from migrate.kinds.kind import Kind, Row
from migrate.kinds.rights import ACTIVE, ELIGIBLE, is_plain_member
from migrate.plan.document import Item
from migrate.replay.attribute import names_our_request
from migrate.replay.fold import WriteState
from migrate.replay.live import LiveTarget, Standing
from migrate.replay.writes import WriteLine, end_told

FOREIGN = "foreign"
KINDS: Mapping[str, Kind] = {one.name: one for one in (*ELIGIBLE, *ACTIVE)}


@dataclass(frozen=True)
class Before:
    """What the target's snapshot had: the ids and keys of its rows as PIM spells them, and the listings
    (kind, and the group in lower case) that it read whole; about others nothing can be said."""

    rows: frozenset[tuple[str, str]]
    whole: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, rows: Mapping[str, Iterable[Row]], whole: Iterable[tuple[str, str]]) -> Before:
        names = {(kind, name) for kind, found in rows.items() for row in found for name in _names(kind, row)}
        return cls(frozenset(names), frozenset((kind, parent.lower()) for kind, parent in whole))

    def had(self, kind: str, row: Row) -> bool:
        return any((kind, name) in self.rows for name in _names(kind, row))


async def foreign(
    live: LiveTarget,
    items: Collection[Item],
    ours: Collection[tuple[str, str]],
    states: Mapping[str, WriteState],
    standing: Standing,
    before: Before,
) -> tuple[list[WriteLine], set[str]]:
    """A line for each foreign right, and the listings of which nothing can be said: ``""`` for the roles,
    else the group, because the snapshot had not read them whole.

    ``ours`` are the kinds and keys of what any plan of the engagement has made.
    """
    touched = _Touched(items)
    found: dict[tuple[str, str], WriteLine] = {}
    untold: set[str] = set()
    for kind, parent, row in standing.seen:
        if is_plain_member(KINDS[kind], row):
            continue
        if before.had(kind, row) or any(names_our_request(row, state) for state in states.values()):
            continue
        key = await live.key(kind, row)
        if (kind, key) in ours or (kind, key) in touched.keys or not touched.at(kind, key):
            continue
        if (kind, parent) not in before.whole and parent not in touched.onboarded:
            untold.add(parent)
            continue
        reason = f"{touched.told(kind, key)}; it ends {end_told(row)}; no plan put it there, and it is newer"
        found[kind, key] = WriteLine(
            str(row.get("id")), "none", kind, key, FOREIGN, f"{reason} than the plan"
        )
    return [found[place] for place in sorted(found)], untold


class _Touched:
    """The keys, principals, roles and groups of a wave, with their names."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.keys: set[tuple[str, str]] = set()
        self.onboarded: set[str] = set()
        """Groups that the wave put under PIM: before, nobody can have been eligible there."""
        self._principals: dict[str, str] = {}
        self._rights: dict[tuple[str, str], str] = {}
        for item in items:
            if item.kind not in KINDS:
                continue
            principal, right, _ = item.key.split("|", 2)
            self.keys.add((item.kind, item.key))
            if (item.residue or item.needs) and item.target.get("groupId"):
                self.onboarded.add(str(item.target["groupId"]).lower())
            self._principals[principal] = item.names.get("target_principal") or principal
            self._rights[item.kind, right] = item.names.get("right") or right

    def at(self, kind: str, key: str) -> bool:
        principal, right, _ = key.split("|", 2)
        return principal in self._principals or (kind, right) in self._rights

    def told(self, kind: str, key: str) -> str:
        principal, right, where = key.split("|", 2)
        who = self._principals.get(principal, principal)
        return f"{self._rights.get((kind, right), right)} for {who} at {where}"


def _names(kind: str, row: Row) -> tuple[str, str]:
    return str(row.get("id") or "").lower(), KINDS[kind].natural_key(row).lower()
