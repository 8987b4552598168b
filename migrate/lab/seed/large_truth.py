"""The truth about a large pair: looked up or walked through, never held whole."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.lab.seed.crowd import (
    ABSENT,
    ANCHORED,
    CLAIMED,
    DUPLICATE,
    GUEST,
    HOSTILE,
    MAIL,
    NAME_ONLY,
    NAMESAKE,
    NUMBER,
    REHIRED,
    RENAMED,
    SWAPPED,
    TWIN,
)
from migrate.lab.seed.crowd_groups import DOUBLED, MISSING, GroupPlan, MadeGroups
from migrate.lab.seed.crowd_groups import RENAMED as RENAMED_GROUP
from migrate.lab.seed.crowd_layout import Layout
from migrate.lab.seed.crowd_rows import MadeUsers
from migrate.lab.seed.draft import Seed
from migrate.lab.seed.truth import Counterpart, counterparts

_EVIDENCE = {
    ANCHORED: "onPremisesImmutableId",
    NUMBER: "employeeId",
    RENAMED: "userPrincipalName",
    MAIL: "mail",
    GUEST: "mail",
    NAME_ONLY: "name",
    REHIRED: "userPrincipalName",
    SWAPPED: "userPrincipalName",
    DUPLICATE: "onPremisesImmutableId",
    HOSTILE: "onPremisesImmutableId",
}


class LargeTruth:
    """What is true of each object of the source, as ``counterparts`` says it of a small pair."""

    def __init__(
        self,
        documents: tuple[Seed, Seed],
        users: tuple[MadeUsers, MadeUsers],
        groups: tuple[MadeGroups, MadeGroups],
        layout: Layout,
        plan: GroupPlan,
    ) -> None:
        self._few = counterparts(*documents)
        self._users, self._their_users = users
        self._groups, self._their_groups = groups
        self._layout, self._plan = layout, plan

    def __len__(self) -> int:
        return len(self._few) + self._layout.people + self._plan.count

    def __iter__(self) -> Iterator[tuple[tuple[str, str], Counterpart]]:
        yield from self._few.items()
        for number in range(self._layout.people):
            yield ("user", self._users.ids[number]), self._user(number)
        for number in range(self._plan.count):
            yield ("group", self._groups.ids[number]), self._group(number)

    def of(self, kind: str, source_id: str) -> Counterpart:
        """The counterpart of one object; KeyError when the source has no such object."""
        found = self._few.get((kind, source_id))
        if found is not None:
            return found
        ids = {"user": self._users.ids, "group": self._groups.ids}.get(kind)
        number = None if ids is None else ids.number_of(source_id.lower())
        if number is None:
            raise KeyError((kind, source_id))
        return self._user(number) if kind == "user" else self._group(number)

    def _user(self, number: int) -> Counterpart:
        layout = self._layout
        case = layout.case(number)
        if case in ABSENT:
            strangers = [layout.stranger_of(number)] if case == NAMESAKE else []
            candidates = tuple(self._their_users.id_at(layout.place(each)) for each in strangers)
            return Counterpart(None, "no counterpart", "none", candidates)
        right = self._their_users.id_at(layout.place(number & ~1 if case == CLAIMED else number))
        if case == CLAIMED:
            return Counterpart(None, "claimed twice", "none", (right,))
        if case == SWAPPED:
            other = self._their_users.id_at(layout.place(number ^ 1))
            return Counterpart(right, None, _EVIDENCE[case], (other,))
        if case in (TWIN, REHIRED, DUPLICATE):
            other = self._their_users.id_at(layout.second_place(number))
            if case == TWIN:
                return Counterpart(None, "two candidates", "none", (right, other))
            return Counterpart(right, None, _EVIDENCE[case], (other,))
        return Counterpart(right, None, _EVIDENCE[case])

    def _group(self, number: int) -> Counterpart:
        plan, ids = self._plan, self._their_groups.ids
        case = plan.case(number)
        if case == MISSING:
            return Counterpart(None, "no counterpart", "none")
        right = ids[plan.place(number)]
        synced = plan.form(number) == "synced"
        others = (ids[plan.second_place(number)],) if case == DOUBLED else ()
        if synced:
            return Counterpart(right, None, "onPremisesSecurityIdentifier", others)
        if case == DOUBLED:
            return Counterpart(None, "two candidates", "none", (right, *others))
        return Counterpart(right, None, "mailNickname" if case == RENAMED_GROUP else "name")
