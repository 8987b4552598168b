"""A pair of tenants of any size, with the truth about every object of the source.

Nothing is stored that can be made from a number: 500,000 users cost a few megabytes, and a tenant of them
starts in seconds. Ids, names, apps and secrets of the tenants are those of Contoso and Fabrikam.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from random import Random
from typing import NamedTuple

from migrate.lab.seed import special_accounts, trouble
from migrate.lab.seed.crowd import ABSENT, CLAIMED, GUEST, GUEST_HERE, TWIN
from migrate.lab.seed.crowd_access import GONE, Right, Rights, gone_holder, group_holder, spread
from migrate.lab.seed.crowd_groups import MISSING, SAME, GroupPlan, MadeGroups
from migrate.lab.seed.crowd_layout import Layout
from migrate.lab.seed.crowd_rows import MadeUsers, SourceUsers, TargetUsers
from migrate.lab.seed.draft import Draft, Seed
from migrate.lab.seed.large_truth import LargeTruth
from migrate.lab.seed.objects import UnitSpec
from migrate.lab.seed.roles import Row, catalogue
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, Tenant, object_id
from migrate.lab.seed.world import APPLICATIONS, CUSTOM_ROLES, READER_PERMISSIONS, WRITER_PERMISSIONS

FRONT = 2
UNITS, UNITS_IN_BOTH, UNIT_MEMBERS = 40, 36, 20
GONE_PEOPLE = 20
_ROLES = tuple(str(row["displayName"]) for row in catalogue()[:40])
_CUSTOM = tuple(role.name for role in CUSTOM_ROLES if role.contoso and role.fabrikam)
_ONLY_HERE = tuple(role.name for role in CUSTOM_ROLES if role.contoso and not role.fabrikam and role.enabled)
_MAY_BE_PERMANENT = {"Expiration_Admin_Eligibility": {"isExpirationRequired": False}}
_ACCESS = ("member", "owner")


class LargePair(NamedTuple):
    """Two seed documents and the truth about them."""

    source: Seed
    target: Seed
    truth: LargeTruth


def large_pair(
    seed: int, *, users: int = 10_000, groups: int = 1_000, eligibilities: int = 2_000, now: datetime
) -> LargePair:
    """A source and a target with so many users, groups and eligibilities each; the same for the same seed.

    One eligibility in five is for a group that PIM manages. A quarter of the target's are the source's, there
    already. ValueError for a tenant too small to hold every case (500 users, 50 groups).
    """
    layout = Layout(Random(f"{seed}/people"), users, FRONT)
    plan = GroupPlan(Random(f"{seed}/groups"), groups)
    source, target = _Side(CONTOSO, layout, plan, seed, now), _Side(FABRIKAM, layout, plan, seed, now)
    here = _source_rights(Random(f"{seed}/rights"), layout, plan, eligibilities)
    there = _target_rights(Random(f"{seed}/target rights"), layout, plan, eligibilities, here)
    documents = source.document(*here), target.document(*there)
    truth = LargeTruth(documents, (source.users, target.users), (source.groups, target.groups), layout, plan)
    return LargePair(*documents, truth)


class _Side:
    """One tenant of the pair while it is being written down."""

    def __init__(self, tenant: Tenant, layout: Layout, plan: GroupPlan, seed: int, now: datetime) -> None:
        self.tenant, self.layout, self.plan, self.now = tenant, layout, plan, now
        self.here = tenant is CONTOSO
        self.draft = Draft(tenant, now)
        for account in special_accounts.break_glass(tenant):
            self.draft.add_user(account, "none")
        front = self.draft.build()["users"]
        rng = Random(f"{seed}/{tenant.tenant_id}")
        made = SourceUsers if self.here else TargetUsers
        self.users: MadeUsers = made(tenant, layout, rng, now, front)
        self.groups = MadeGroups(tenant, plan, rng, now, theirs=not self.here)

    def document(self, roles: list[Right], pim: list[Right]) -> Seed:
        self._fill_small()
        document = self.draft.build()
        document["users"], document["groups"] = self.users, self.groups
        document["roleEligibilitySchedules"] = Rights(roles, self._role_row, self.now)
        document["groupEligibilitySchedules"] = Rights(pim, self._group_row, self.now)
        managed = [number for number in self._pim_groups() if self.here or number % 10]
        document["onboardedGroups"] = [self.groups.id_of(number) for number in managed]
        rules = dict.fromkeys(_ACCESS, _MAY_BE_PERMANENT)
        document["groupPolicies"] = dict.fromkeys(document["onboardedGroups"], rules)
        with_roles = self._there(range(self.plan.with_roles))
        document["groupMembers"] = {
            self.groups.id_of(number): self._members(number) for number in (*with_roles, *managed)
        }
        for at in range(UNITS if self.here else UNITS_IN_BOTH):
            unit = self.draft.id_of(f"administrativeUnit/{_unit(at)}")
            people = self._present(range(at * 7, at * 7 + UNIT_MEMBERS))
            document["administrativeUnitMembers"][unit] = [self._person(number) for number in people]
        return document

    def _fill_small(self) -> None:
        """What every company has a handful of: units, custom roles, applications, standing access."""
        draft = self.draft
        for at in range(UNITS if self.here else UNITS_IN_BOTH):
            draft.add_unit(UnitSpec(_unit(at)))
        for role in CUSTOM_ROLES:
            blocks = role.contoso if self.here else role.fabrikam
            if blocks is not None:
                kept = object_id(CONTOSO, "roleDefinition", role.name) if role.keeps_id else None
                draft.add_custom_role(
                    role.name, blocks, identity=kept, enabled=role.enabled, alias=role.aliased
                )
        for name, app_id, owner in APPLICATIONS:
            draft.add_service_principal(name, app_id, owner=owner or CONTOSO.tenant_id)
        if self.here:
            draft.add_app("Contoso PIM reader", READER_PERMISSIONS)
            for at in range(GONE_PEOPLE):
                draft.add_deleted(f"deleted/user/{_gone(at)}")
            self._tell_the_truth()
        else:
            draft.add_app("Fabrikam PIM writer", WRITER_PERMISSIONS)
        for holder in trouble.BREAK_GLASS:
            draft.active(holder, "Global Administrator", start=-1000)
        draft.add_sku(len(self.users))

    def _tell_the_truth(self) -> None:
        for reference, candidate in zip(
            trouble.BREAK_GLASS, trouble.ids(FABRIKAM, trouble.BREAK_GLASS), strict=True
        ):
            self.draft.no_counterpart(self.draft.id_of(reference), "every tenant has its own", [candidate])
        planted = trouble.OTHER_PERMISSIONS
        for reference in planted.source:
            found = trouble.ids(FABRIKAM, planted.target)
            self.draft.no_counterpart(self.draft.id_of(reference), "other permissions", found)

    def _pim_groups(self) -> list[int]:
        first = self.plan.with_roles
        return self._there(range(first, first + self.plan.with_pim))

    def _there(self, numbers: Iterable[int]) -> list[int]:
        """Those of the groups that this tenant has."""
        return [number for number in numbers if self.here or self.plan.case(number) != MISSING]

    def _members(self, number: int) -> list[str]:
        first = number * 11 % (self.layout.people - 10)
        return [self._person(each) for each in self._present(range(first, first + 5))]

    def _present(self, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if self.here or arrived(self.layout, number)]

    def _person(self, number: int) -> str:
        if self.here:
            return self.users.ids[number]
        return self.users.id_at(self.layout.place(number))

    def _holder(self, holder: int) -> str:
        if holder <= GONE:
            return self.draft.id_of(f"user/{_gone(GONE - holder)}")
        return self._person(holder) if holder >= 0 else self.groups.id_of(-1 - holder)

    def _role_row(self, right: Right) -> Row:
        names = (*_ROLES, *_CUSTOM, *_ONLY_HERE)
        return {
            "principalId": self._holder(right.holder),
            "roleDefinitionId": self.draft.role(names[right.what]),
            "directoryScopeId": self.draft.scope(None if right.where < 0 else _unit(right.where)),
            "memberType": "Direct",
        }

    def _group_row(self, right: Right) -> Row:
        return {
            "groupId": self.groups.id_of(right.what),
            "accessId": _ACCESS[right.where],
            "principalId": self._holder(right.holder),
        }


def arrived(layout: Layout, number: int) -> bool:
    """Whether a person of the source has an account in the target."""
    case = layout.case(number)
    return case not in ABSENT and not (case == CLAIMED and number & 1)


def _source_rights(
    rng: Random, layout: Layout, plan: GroupPlan, count: int
) -> tuple[list[Right], list[Right]]:
    def holder(at: int) -> int:
        if at % 300 == 299:
            return gone_holder(rng.randrange(GONE_PEOPLE))
        if at % 20 == 19 and plan.with_roles:
            return group_holder(rng.randrange(plan.with_roles))
        return _member(rng, layout)

    pim = count // 5 if plan.with_pim else 0
    roles = len(_ROLES) + len(_CUSTOM) + len(_ONLY_HERE)
    scopes = [-1] * 80 + list(range(UNITS))
    return (
        spread(rng, count - pim, holder, roles, scopes),
        _in_groups(plan, spread(rng, pim, lambda _: _member(rng, layout), max(1, plan.with_pim), [0, 0, 1])),
    )


def _target_rights(
    rng: Random,
    layout: Layout,
    plan: GroupPlan,
    count: int,
    here: tuple[list[Right], list[Right]],
) -> tuple[list[Right], list[Right]]:
    """A quarter of what the source has, every tenth of it with another end; the rest for the target's own."""

    def known(right: Right) -> bool:
        if right.holder <= GONE:
            return False
        if right.holder < 0:
            return plan.case(-1 - right.holder) == SAME
        return arrived(layout, right.holder) and layout.case(right.holder) not in (CLAIMED, TWIN)

    def kept(rights: list[Right]) -> list[Right]:
        found = [right for at, right in enumerate(rights) if at % 4 == 0 and known(right)]
        return [
            Right(right.holder, right.what, right.where, right.start, 333) if at % 10 == 9 else right
            for at, right in enumerate(found)
        ]

    def native(_at: int) -> int:
        return layout.people + rng.randrange(layout.natives)

    both = len(_ROLES) + len(_CUSTOM)
    roles = [right for right in here[0] if right.what < both and right.where < UNITS_IN_BOTH]
    there = [right for right in here[1] if plan.case(right.what) == SAME and right.what % 10]
    pim = min(count // 5, 4 * len(there))
    scopes = [-1] * 80 + list(range(UNITS_IN_BOTH))
    whats = sorted({right.what for right in there})
    again = [Right(r.holder, whats.index(r.what), r.where, r.start, r.end) for r in kept(there)]
    in_groups = spread(rng, pim, native, max(1, len(whats)), [0, 0, 1], again) if whats else []
    return (
        spread(rng, count - pim, native, both, scopes, kept(roles)),
        [Right(r.holder, whats[r.what], r.where, r.start, r.end) for r in in_groups],
    )


def _in_groups(plan: GroupPlan, rights: list[Right]) -> list[Right]:
    """Numbers of PIM groups begin behind those of the groups that carry roles."""
    return [Right(r.holder, r.what + plan.with_roles, r.where, r.start, r.end) for r in rights]


def _member(rng: Random, layout: Layout) -> int:
    """Somebody who is no guest."""
    while True:
        number = rng.randrange(layout.people)
        if layout.case(number) not in (GUEST, GUEST_HERE):
            return number


def _unit(at: int) -> str:
    return f"Region {at:02d}"


def _gone(at: int) -> str:
    return f"gone-{at:03d}"
