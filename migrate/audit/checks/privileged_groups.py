"""Groups that lead to privilege: who else could change who is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from migrate.audit.check import Check, Parameters
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import group, pim_group
from migrate.kinds.kind import Row
from migrate.resolve.group_population import MEMBERS
from migrate.resolve.privilege import Access

_TIERS = {"up_to_tier": 1}


def _groups(posture: Posture, parameters: Parameters) -> Iterator[tuple[str, int]]:
    """The groups that lead to a tier up to the one asked for, with that tier."""
    privilege, most = posture.privilege, parameters.number("up_to_tier")
    for one in sorted({*privilege.holds, *privilege.onward}):
        if privilege.kind_of(one) == "group":
            tier = posture.tier_of(one)
            if tier is not None and tier <= most:
                yield one, tier


def _each_row(problem: Callable[[Row], str | None]) -> Callable[[Posture, Parameters], Iterator[Told]]:
    """``problem`` tells what is wrong with a group's row, and ``None`` where the row does not say."""

    def judge(posture: Posture, parameters: Parameters) -> Iterator[Told]:
        yield from posture.rights_read()
        for group_id, tier in _groups(posture, parameters):
            row, subject = posture.view.row("group", group_id), posture.subject("group", group_id)
            told = problem(row) if row is not None else None
            if row is None and posture.is_absent("group", group_id):
                continue
            if told is None:
                yield Unknown("what kind of group it is was not read", subject)
            elif told:
                yield Finding(subject, f"leads to tier {tier} and {told}")

    return judge


def _not_assignable(row: Row) -> str | None:
    if "isAssignableToRole" not in row:
        return None
    return (
        "" if group.can_hold_roles(row) else "is not role-assignable: any administrator of groups can join it"
    )


def _dynamic(row: Row) -> str | None:
    if "groupTypes" not in row:
        return None
    types = {str(one).lower() for one in row.get("groupTypes") or ()}
    return "is dynamic: whoever can change an attribute can join it" if "dynamicmembership" in types else ""


NOT_ASSIGNABLE = Check(
    "privileged-groups-not-role-assignable",
    "Groups that lead to privilege are role-assignable",
    "make a role-assignable group in its place: an existing one cannot be changed",
    _each_row(_not_assignable),
    _TIERS,
)
DYNAMIC = Check(
    "privileged-groups-dynamic",
    "No group that leads to privilege is dynamic",
    "make a group with assigned members in its place",
    _each_row(_dynamic),
    _TIERS,
)


def _nested(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.rights_read()
    for group_id, tier in _groups(posture, parameters):
        subject = posture.subject("group", group_id)
        if posture.view.listed(MEMBERS, group_id) is None:
            yield Unknown("its members were not read", subject)
        inner = {
            way.other
            for way in posture.privilege.into.get(group_id, ())
            if way.access is not Access.OWNER and posture.privilege.kind_of(way.other) == "group"
        }
        if inner:
            who = tuple(posture.subject("group", one) for one in sorted(inner))
            yield Finding(subject, f"leads to tier {tier} and has {len(inner)} groups in it", who)


NESTED = Check(
    "privileged-groups-nested",
    "No group stands inside a group that leads to privilege",
    "put the people into the group themselves",
    _nested,
    _TIERS,
)


def _owners(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.rights_read()
    for group_id, tier in _groups(posture, parameters):
        subject = posture.subject("group", group_id)
        if "owners" in posture.privilege.unknown.get(group_id, ()):
            yield Unknown("its owners were not read", subject)
        outside: list[Subject] = []
        for way in posture.privilege.into.get(group_id, ()):
            if way.access is not Access.OWNER:
                continue
            own = posture.tier_of(way.other)
            if own is None or own > tier:
                outside.append(posture.principal(way.other))
        if outside:
            told = f"leads to tier {tier}, and {len(outside)} owners do not reach that tier themselves"
            yield Finding(subject, told, tuple(dict.fromkeys(outside)))


OWNERS = Check(
    "privileged-groups-owners-outside-tier",
    "Owners of a group that leads to privilege reach its tier themselves",
    "take the owner out, or give the group to owners of the same tier: owners can add themselves",
    _owners,
    _TIERS,
)


def _standing_members(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs(pim_group.KIND.collection, "groupAssignmentSchedules")
    eligible = posture.eligible_members
    for group_id in sorted(posture.view.of_kind(pim_group.KIND.name)):
        subject = posture.subject("group", group_id)
        rows = posture.view.listed(MEMBERS, group_id)
        if rows is None:
            yield Unknown("its members were not read", subject)
            continue
        if not posture.view.saw("groupAssignmentSchedules", group_id):
            yield Unknown("who has only activated membership was not read", subject)
            continue
        members = frozenset(str(row.get("id") or "").lower() for row in rows)
        standing = sorted(eligible.standing(group_id, members))
        if standing:
            who = tuple(posture.principal(one) for one in standing)
            yield Finding(subject, f"is managed by PIM and has {len(standing)} standing members", who)


STANDING_MEMBERS = Check(
    "pim-groups-standing-members",
    "Members of a group that PIM manages activate their membership",
    "make the members eligible instead",
    _standing_members,
)

CHECKS = (NOT_ASSIGNABLE, NESTED, DYNAMIC, OWNERS, STANDING_MEMBERS)
