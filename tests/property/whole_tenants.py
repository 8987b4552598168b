"""Pairs of tenants with everything that can move along, made at random, and the plan that comes of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from approval_rules import approver, asked_for
from assembled_plan import assembled
from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    LADDER,
    NOW,
    SOURCE,
    TARGET,
    built_in,
    custom,
    group,
    group_right,
    ident,
    member,
    policy,
    right,
    unit,
    user,
    view,
)

from migrate.plan.along.companions import Companions
from migrate.plan.along.moving import Moving
from migrate.plan.broader_role import block_broader_roles
from migrate.plan.build import Planner
from migrate.plan.document import Draft, Plan
from migrate.plan.guard import ONBOARD_GROUP, Guard
from migrate.plan.policy_change import Mode
from migrate.plan.target_rules import Choice
from migrate.plan.tier_gate import TierGate
from migrate.resolve.decisions import Decision
from migrate.resolve.resolution import resolve
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import TierTable

Row = dict[str, Any]
CREATABLE = ("administrativeUnit", "group", "roleDefinition", "authenticationContext")
ENDS = (None, "2026-06-01T00:00:00Z", "2026-03-20T00:00:00Z", "2029-01-01T00:00:00Z")
DEMANDS = ("MultiFactorAuthentication", "Justification", "Ticketing")
UNREAD = (
    "pimGroups", "groupAssignmentSchedules", "roleAssignmentSchedules", "roleEligibilitySchedules",
    "authenticationContexts", "groups", "administrativeUnits",
)  # fmt: skip


@dataclass(frozen=True)
class Whole:
    """A plan with what it was made of; ``drafts`` are the wave's, in the order of the plan."""

    source: TenantView
    target: TenantView
    moving: Moving
    along: Companions
    drafts: list[Draft]
    told: tuple[str, ...]
    plan: Plan


def moving(dice: random.Random) -> Moving:
    return Moving(
        creates=frozenset(one for one in CREATABLE if dice.random() < 0.7),
        allows_contexts=dice.random() < 0.7,
        members_of_new=dice.random() < 0.8,
        members_of_existing=dice.random() < 0.5,
        policies=dice.choice(list(Mode)),
        minimum_approvers=dice.choice((1, 2)),
        active=dice.random() < 0.5,
        choice=dice.choice(list(Choice)),
        consent=dice.random() < 0.8,
        updates=dice.random() < 0.5,
        app_only=dice.random() < 0.8,
    )


@cache
def whole(seed: int) -> Whole:
    dice = random.Random(seed)
    settings = moving(dice)
    source, target = (replace(one, moves_active=settings.active) for one in _tenants(dice))
    made = {
        f"new:group:{row}": ident(f"made {row}") for row in source.of_kind("group") if dice.random() < 0.1
    }
    decided = tuple(
        Decision(kind, one, None, dice.choice(("accept", "skip")))
        for kind in ("group", "administrativeUnit", "roleDefinition")
        for one in source.of_kind(kind)
        if one != EXCHANGE and dice.random() < 0.2
    )
    also = [
        (kind, str(row["id"]))
        for parents in source.lists.values()
        for rows in parents.values()
        for row in rows
        if (kind := source.kind_of(str(row["id"])))
    ]
    resolution = resolve(source, target, LADDER, decided, as_of=NOW, also=also)
    consents = frozenset({ONBOARD_GROUP}) if dice.random() < 0.7 else frozenset[str]()
    protected = frozenset({ident(f"u{dice.randrange(5)}@contoso.com")} if dice.random() < 0.3 else ())
    guard = Guard(protected=protected, allow_irreversible=consents)
    along = Companions.of(source, target, resolution, settings, made=made, protected=protected, now=NOW)
    planner = Planner(source, along.target, along.resolution, guard, NOW, settings)
    rights = block_broader_roles(planner.drafts(), source, along.target, guard)
    together = [*rights, *along.links]
    table = TierTable({}, {EXCHANGE: dice.randrange(3)})
    judged = TierGate.of(together, source, along.unpeopled, along.resolution, table, NOW).let_through(
        together
    )
    along = along.with_links(judged[len(rights) :])
    wave = [one for one in judged[: len(rights)] if dice.random() < 0.9]
    drafts, told = along.brought_by(wave)
    return Whole(source, target, settings, along, drafts, told, assembled(drafts))


def _tenants(dice: random.Random) -> tuple[TenantView, TenantView]:
    """The target lacks some of what the source has, and has some of it in another shape."""
    ours = _Side(dice, "contoso.com")
    people = [
        user(f"u{one}@contoso.com", employeeId=str(one), mail=f"u{one}@contoso.com") for one in range(5)
    ]
    their_people = [
        user(f"v{one}@fabrikam.com", employeeId=str(one), mail=f"v{one}@fabrikam.com") for one in range(4)
    ]
    groups = [_group(dice, f"G{one}") for one in range(4)]
    units = [_unit(dice, f"U{one}") for one in range(2)]
    roles = [custom(f"R{one}", f"a{one}/read", display_name=f"Role {one}") for one in range(2)]
    contexts = [{"id": f"c{one}", "displayName": f"Context {one}", "isAvailable": True} for one in (1, 2)]
    source = ours.view(SOURCE, people, groups, units, roles, contexts)
    theirs = _Side(dice, "fabrikam.com")
    target = theirs.view(
        TARGET,
        their_people,
        [
            {**_group(dice, f"T{one['displayName']}"), "displayName": one["displayName"]}
            for one in _some(dice, groups)
        ],
        [
            {**_unit(dice, f"T{one['displayName']}"), "displayName": one["displayName"]}
            for one in _some(dice, units)
        ],
        [{**one, "id": ident(f"T{one['displayName']}")} for one in _some(dice, roles)],
        [{**one, "id": f"c{dice.randrange(1, 5)}"} for one in _some(dice, contexts)[:1]],
    )
    return source, target


def _some(dice: random.Random, rows: list[Row]) -> list[Row]:
    return [one for one in rows if dice.random() < 0.5]


def _group(dice: random.Random, name: str) -> Row:
    dynamic = dice.random() < 0.1
    shape = {
        "groupTypes": ["DynamicMembership"] if dynamic else [],
        "isAssignableToRole": True if not dynamic and dice.random() < 0.6 else None,
        "onPremisesSyncEnabled": True if dice.random() < 0.1 else None,
        "mailEnabled": dice.random() < 0.1,
    }
    return group(name, **shape)


def _unit(dice: random.Random, name: str) -> Row:
    kind = "Dynamic" if dice.random() < 0.3 else "Assigned"
    return {**unit(name), "membershipType": kind, "isMemberManagementRestricted": dice.random() < 0.3}


@dataclass(frozen=True)
class _Side:
    dice: random.Random
    domain: str

    def view(
        self,
        tenant: str,
        people: list[Row],
        groups: list[Row],
        units: list[Row],
        roles: list[Row],
        contexts: list[Row],
    ) -> TenantView:
        dice = self.dice
        principals = [one["id"] for one in (*people, *groups)] + [ident("gone")]
        known = [EXCHANGE, *(one["id"] for one in roles)]
        scopes = ["/", *(f"/administrativeUnits/{one['id']}" for one in units)]
        managed = [one["id"] for one in groups if dice.random() < 0.6]

        def rights(name: str, count: int, **more: Any) -> list[Row]:
            return [
                right(
                    f"{self.domain} {name} {one}", dice.choice(principals), dice.choice(known),
                    dice.choice(scopes), end=dice.choice(ENDS), **more,
                )
                for one in range(dice.randrange(count))
            ]  # fmt: skip

        def ways_in(name: str, count: int, **more: Any) -> list[Row]:
            return [
                group_right(
                    f"{self.domain} {name} {one}", dice.choice(principals), dice.choice(managed),
                    dice.choice(("member", "owner")), end=dice.choice(ENDS), **more,
                )
                for one in range(dice.randrange(count) if managed else 0)
            ]  # fmt: skip

        given = {"assignmentType": dice.choice(("Assigned", "Activated")), "createdUsing": ident("request")}
        rows: dict[str, list[Row]] = {
            "user": people,
            "group": groups,
            "administrativeUnit": units,
            "roleDefinition": [built_in(), *roles],
            "authenticationContext": contexts,
            "pimGroup": [{"id": one} for one in managed],
            "organization": [{"id": tenant, "verifiedDomains": [{"name": self.domain}]}],
            ELIGIBILITY: rights("eligible", 6),
            GROUP_ELIGIBILITY: ways_in("eligible", 6),
            "roleAssignmentSchedule": rights("active", 4, **given),
            "groupAssignmentSchedule": ways_in("active", 4, **given),
            "roleManagementPolicy": [
                policy(one, **self._rules(people, groups)) for one in known if dice.random() < 0.9
            ]
            + [
                policy(access, group_id=one, **self._rules(people, groups))
                for one in managed
                for access in ("member", "owner")
                if dice.random() < 0.9
            ],
        }
        lists: dict[str, dict[str, list[Row]]] = {
            kind: {one["id"]: self._listed(people, inner) for one in parents if dice.random() < 0.9}
            for kind, parents, inner in (
                ("groupMember", groups, groups),
                ("groupOwner", groups, []),
                ("administrativeUnitMember", units, groups),
            )
        }
        unread = [one for one in UNREAD if dice.random() < 0.05]
        return view(tenant, rows, unread=unread, lists=lists)

    def _listed(self, people: list[Row], groups: list[Row]) -> list[Row]:
        found = [member(one["id"]) for one in people if self.dice.random() < 0.4]
        found += [member(one["id"], "group") for one in groups if self.dice.random() < 0.2]
        return [*found, member(ident("laptop"), "device")] if self.dice.random() < 0.2 else found

    def _rules(self, people: list[Row], groups: list[Row]) -> dict[str, Row]:
        dice = self.dice
        found: dict[str, Row] = {}
        for section in ("Admin_Eligibility", "Admin_Assignment"):
            if dice.random() < 0.5:
                longest = dice.choice(("P15D", "P180D", "P365D"))
                found[f"Expiration_{section}"] = {
                    "isExpirationRequired": dice.random() < 0.5,
                    "maximumDuration": longest,
                }
        if dice.random() < 0.4:
            found["Enablement_Admin_Assignment"] = {"enabledRules": dice.sample(DEMANDS, dice.randrange(3))}
        found["Enablement_EndUser_Assignment"] = {"enabledRules": dice.sample(DEMANDS, dice.randrange(3))}
        if dice.random() < 0.3:
            claim = dice.choice(("c1", "c2"))
            found["AuthenticationContext_EndUser_Assignment"] = {"isEnabled": True, "claimValue": claim}
        if dice.random() < 0.4:
            found["Approval_EndUser_Assignment"] = self._approval(people, groups)
        if dice.random() < 0.2:
            found["Notification_Admin_EndUser_Assignment"] = {
                "notificationRecipients": [dice.choice(people)["mail"]]
            }
        return found

    def _approval(self, people: list[Row], groups: list[Row]) -> Row:
        named = self.dice.sample([*people, *groups], self.dice.randrange(1, 4))
        return asked_for(
            *(approver(one["id"], group="userPrincipalName" not in one, isBackup=False) for one in named)
        )
