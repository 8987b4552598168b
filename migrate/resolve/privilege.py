"""Who holds which right in one tenant, and by which ways one comes into the groups that hold some.

Only groups that lead to a right are looked at, and each once, so that the work grows with what privilege
touches and not with the tenant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from sys import intern

from migrate.kinds import (
    group_assignment_schedule,
    group_eligibility_schedule,
    group_member,
    group_owner,
    pim_group,
)
from migrate.kinds.membership import type_of
from migrate.resolve.rights_read import Rights, ToGroup, lowered, rights_of, to_groups
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import Classifier, Tier

CANNOT_ACT = frozenset({"device", "orgContact"})
"""Members of groups that nobody can sign in as to use a right."""


class Access(StrEnum):
    """How near somebody is to a right: has it; may activate it; can add themselves to what has it."""

    STANDING = "standing"
    ELIGIBLE = "eligible"
    OWNER = "owner"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {Access.STANDING: 0, Access.ELIGIBLE: 1, Access.OWNER: 2, Access.UNKNOWN: 3}


@dataclass(frozen=True, order=True, slots=True)
class Right:
    """A directory role at a scope, or (without a scope) a group that was declared to open a tier."""

    kind: str
    id: str
    scope: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody has a right, or may activate it. ``cause`` names the planned write that will make it so."""

    right: Right
    access: Access
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One end of a way into a group: the member where it is kept by group, the group where by member."""

    other: str
    access: Access
    how: str
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """A right that a plan would make: a role at a scope, or (with ``group_id``) a way into a group."""

    cause: str
    principal_id: str
    role_id: str = ""
    scope: str = ""
    group_id: str = ""
    access_id: str = ""


@dataclass
class Privilege:
    """One tenant's rights. ``unknown`` names, by group, what of the ways into it was not read."""

    view: TenantView
    holds: dict[str, list[Hold]] = field(default_factory=lambda: defaultdict(list))
    into: dict[str, list[Way]] = field(default_factory=lambda: defaultdict(list))
    onward: dict[str, list[Way]] = field(default_factory=lambda: defaultdict(list))
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tiers: dict[Right, Tier] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def kind_of(self, object_id: str) -> str | None:
        """What an object is, as the tenant's lists or those of a group's members say; ``None`` if neither."""
        known = self.kinds.get(object_id)
        if known is None and (known := self.view.kind_of(object_id)) is not None:
            self.kinds[object_id] = known
        return known

    def can_act(self, object_id: str) -> bool:
        """Whether this is somebody who can use a right: a person, an application, or who knows what."""
        return self.kind_of(object_id) not in ("group", *CANNOT_ACT)

    def actors(self) -> Iterator[str]:
        """Everybody who can use a right and reaches one, in a fixed order."""
        return (one for one in sorted({*self.holds, *self.onward}) if self.can_act(one))


def privilege_of(
    view: TenantView,
    classifier: Classifier,
    now: datetime | None = None,
    added: Iterable[Addition] = (),
    given: Rights | None = None,
) -> Privilege:
    """Reads the rights of a tenant, or takes those that were ``given``. Rights that were over at ``now`` are
    left out; ``added`` are put in.

    Shadows (rows that mirror a right held through a group, activated sessions) are no rights of their own.
    """
    found = Privilege(view)
    read = given or rights_of(view, now)
    groups = _GroupRows(view, now, read.groups)
    holder = _Holder(found, classifier)
    for principal, role, scope, eligible in read.roles:
        if principal and role:
            holder.hold(principal, role, scope, Access.ELIGIBLE if eligible else Access.STANDING)
    for one in added:
        if one.group_id:
            groups.add(one)
        else:
            role, principal = view.role_id(one.role_id), one.principal_id.lower()
            holder.hold(principal, role, one.scope, Access.ELIGIBLE, one.cause)
    for group_id, tier in classifier.declared_groups():
        right = Right("group", group_id, "")
        found.tiers[right] = tier
        found.holds[group_id].append(Hold(right, Access.STANDING))
    _follow(found, groups)
    return found


class _Holder:
    """Notes who holds what. Of very many rights few are different: each is held in memory once."""

    def __init__(self, found: Privilege, classifier: Classifier) -> None:
        self._found, self._classifier = found, classifier
        self._known: dict[tuple[str, str, Access], Hold] = {}

    def hold(self, principal: str, role: str, scope: str, access: Access, cause: str | None = None) -> None:
        known = self._known.get((role, scope, access))
        if known is None:
            known = self._known[role, scope, access] = Hold(self._right(role, scope), access)
        hold = known if cause is None else Hold(known.right, access, cause)
        self._found.holds[principal].append(hold)

    def _right(self, role: str, scope: str) -> Right:
        right = Right("role", role, scope.lower())
        if right not in self._found.tiers:
            self._found.tiers[right] = self._classifier.of_role(role, scope)
        return right


def _follow(found: Privilege, groups: _GroupRows) -> None:
    """From those who hold rights back to everybody who can come into them; a circle is walked once."""
    waiting = list(found.holds)
    seen = set(waiting)
    while waiting:
        group_id = waiting.pop()
        if not groups.is_group(group_id, found):
            continue
        found.kinds[group_id] = "group"
        if unknown := groups.unknown(group_id):
            found.unknown[group_id] = unknown
        for way in groups.ways_into(group_id, found.kinds):
            if found.kind_of(way.other) in CANNOT_ACT:
                continue
            found.into[group_id].append(way)
            found.onward[way.other].append(Way(group_id, way.access, way.how, way.cause))
            if way.other not in seen:
                seen.add(way.other)
                waiting.append(way.other)


class _GroupRows:
    """The rows about groups, by group."""

    def __init__(self, view: TenantView, now: datetime | None, eligible: Iterable[ToGroup]) -> None:
        self._view = view
        self._eligible = _by_group(eligible)
        self._activated: dict[str, set[tuple[str, str]]] = defaultdict(set)
        assigned = view.of_kind(group_assignment_schedule.KIND.name).values()
        self._assigned = _by_group(to_groups(assigned, now))
        for row in assigned:
            if str(row.get("assignmentType") or "").lower() == "activated":
                who = (group_eligibility_schedule.access_of(row), lowered(row, "principalId"))
                self._activated[lowered(row, "groupId")].add(who)
        self._added: dict[str, list[Addition]] = defaultdict(list)

    def add(self, one: Addition) -> None:
        self._added[one.group_id.lower()].append(one)

    def is_group(self, object_id: str, found: Privilege) -> bool:
        known = found.kind_of(object_id)
        if known is not None:
            return known == "group"
        named = object_id in self._eligible or object_id in self._assigned or object_id in self._added
        # An id that nothing explains may be a group while not all groups were read.
        return named or not self._view.answers_id("group", object_id)

    def unknown(self, group_id: str) -> tuple[str, ...]:
        """What was not read of the ways into a group: ``members``, ``owners``, ``eligibility``."""
        view = self._view
        missing = [
            what
            for what, kind in (("members", group_member.KIND), ("owners", group_owner.KIND))
            if view.listed(kind.name, group_id) is None
        ]
        managed = group_id in view.of_kind(pim_group.KIND.name)
        asked = managed or view.saw(pim_group.KIND.collection)
        if not asked or not view.saw(group_eligibility_schedule.KIND.collection, group_id):
            missing.append("eligibility")
        return tuple(missing)

    def ways_into(self, group_id: str, kinds: dict[str, str]) -> list[Way]:
        """Every way into a group, the nearest access first, each member and kind of way once."""
        ways: dict[tuple[str, str, str | None], Way] = {}

        def add(member: str, access: Access, how: str, cause: str | None = None) -> None:
            if member:
                ways.setdefault((member, how, cause), Way(member, access, how, cause))

        activated = self._activated.get(group_id, set()) - set(self._assigned.get(group_id, ()))
        for listed, word in ((group_member.KIND.name, "member"), (group_owner.KIND.name, "owner")):
            for row in self._view.listed(listed, group_id) or ():
                member = lowered(row, "id")
                if kind := type_of(row):
                    kinds.setdefault(member, kind)
                # An activated session shows in the list of members like a standing membership.
                if (word, member) in activated:
                    add(member, _access(word, eligible=True), f"eligible {word}")
                else:
                    add(member, _access(word, eligible=False), word)
        for rows, eligible in ((self._assigned, False), (self._eligible, True)):
            for word, principal in rows.get(group_id, ()):
                how = f"eligible {word}" if eligible else word
                add(principal, _access(word, eligible=eligible), how)
        for one in self._added.get(group_id, ()):
            word = one.access_id.lower()
            access = _access(word, eligible=True)
            add(one.principal_id.lower(), access, f"eligible {word}", one.cause)
        return sorted(ways.values(), key=lambda way: (way.access.rank, way.other, way.how, way.cause or ""))


def _access(word: str, *, eligible: bool) -> Access:
    if word == "owner":
        return Access.OWNER
    return Access.ELIGIBLE if eligible else Access.STANDING


def _by_group(rights: Iterable[ToGroup]) -> dict[str, list[tuple[str, str]]]:
    """Access and principal of the rights to each group; of very many rows no more than that is held."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for group_id, access, principal in rights:
        found[group_id].append((intern(access), principal))
    return found


def membership_was_asked(view: TenantView) -> bool:
    """Whether this snapshot read members of groups at all, well or badly; older ones did not."""
    collection = group_member.KIND.collection
    tried = any(one.partition(":")[0] == collection for one in view.unread)
    return tried or bool(view.lists.get(group_member.KIND.name))
