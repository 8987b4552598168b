"""What can be activated in a tenant: each role and each access to a group that somebody is eligible for, with
the tier that it leads to and the policy that governs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migrate.audit.finding import Subject, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import role_management_policy
from migrate.kinds.kind import Row
from migrate.resolve.governing import Governed
from migrate.resolve.tiers import Tier

GROUP_POLICIES = role_management_policy.GROUP_POLICIES
ROLE_POLICIES = role_management_policy.ROLE_POLICIES


@dataclass(frozen=True, slots=True)
class Activatable:
    """``policy`` is None where its rules were not read; ``tier`` where nothing that it opens is tiered."""

    governed: Governed
    subject: Subject
    tier: Tier | None
    policy: Row | None
    who: tuple[str, ...]
    """The principals that are eligible, by id."""


def activatable(posture: Posture) -> Iterator[Activatable]:
    """In a fixed order, roles before groups."""
    for role_id, (holders, tier) in posture.eligible_for_roles.items():
        governed = ("roleDefinition", role_id, "")
        yield _one(posture, governed, posture.role(role_id), tier, holders)
    groups: dict[tuple[str, str], set[str]] = {}
    for each in posture.group_holdings:
        if not each.over:
            groups.setdefault((each.group_id, each.access), set()).add(each.principal_id)
    for (group_id, access), who in sorted(groups.items()):
        opens = _most_powerful(posture, group_id)
        subject = posture.subject("group", group_id)
        named = Subject("group", group_id, f"{subject.name} ({access})")
        yield _one(posture, ("group", group_id, access), named, opens, who)


def _most_powerful(posture: Posture, group_id: str) -> Tier | None:
    tiers = posture.privilege.tiers
    rights = (hold.right for hold in posture.reached(group_id))
    highest = min(rights, key=lambda right: (tiers[right].number, right), default=None)
    return None if highest is None else tiers[highest]


def _one(
    posture: Posture, governed: Governed, subject: Subject, tier: Tier | None, who: Iterable[str]
) -> Activatable:
    return Activatable(governed, subject, tier, posture.policies.get(governed), tuple(sorted(who)))


def eligibility_read(posture: Posture) -> Iterator[Unknown]:
    """What must have been read to know what can be activated, and under which rules."""
    yield from posture.needs("roleEligibilitySchedules", "roleDefinitions", ROLE_POLICIES, "pimGroups")
    yield from groups_read(posture)


def groups_read(posture: Posture) -> Iterator[Unknown]:
    """Each group that PIM manages and whose eligibility or rules were not read."""
    for collection in ("groupEligibilitySchedules", GROUP_POLICIES):
        if not posture.view.saw(collection):
            yield Unknown(f"{collection} was not read")
            continue
        for group_id in sorted(posture.view.of_kind("pimGroup")):
            if not posture.view.saw(collection, group_id):
                yield Unknown(f"{collection} was not read", posture.subject("group", group_id))


def no_policy(one: Activatable) -> Unknown:
    return Unknown("its policy was not read", one.subject)


def policies_of_roles_read(posture: Posture, *, groups: bool) -> Iterator[Unknown]:
    """What must have been read for ``policies_of_roles``."""
    yield from posture.needs("roleDefinitions", ROLE_POLICIES)
    if groups:
        yield from posture.needs("roleAssignmentSchedules", "roleEligibilitySchedules", "pimGroups")
        yield from posture.needs(GROUP_POLICIES)


def policies_of_roles(
    posture: Posture, role_ids: frozenset[str], *, groups: bool
) -> Iterator[tuple[Subject, Governed, Row | None]]:
    """The policy of each role, and with ``groups`` of each group managed by PIM that holds one of them."""
    for role_id in sorted(role_ids):
        governed = ("roleDefinition", role_id, "")
        yield posture.role(role_id), governed, posture.policies.get(governed)
    if not groups:
        return
    for group_id in posture.groups_with(role_ids):
        governed = ("group", group_id, "member")
        if group_id in posture.view.of_kind("pimGroup") or governed in posture.policies:
            yield posture.subject("group", group_id), governed, posture.policies.get(governed)
