"""A small pair of tenants of which everything has to move: for waves with every kind of write.

The source has what the target lacks: a unit with members, a role-assignable group with a member and an owner,
a custom role, an authentication context and stricter rules; some of its rights need a rule of the target
loosened, one is there with another end. One is active and stays: PIM would keep it for five minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from migrate.lab.seed import special_accounts, trouble
from migrate.lab.seed.accounts import source_account, target_account
from migrate.lab.seed.draft import Draft, Seed
from migrate.lab.seed.objects import GroupSpec, UnitSpec
from migrate.lab.seed.people import person
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, Tenant
from migrate.lab.seed.world import READER_PERMISSIONS, WRITER_PERMISSIONS

STAFF = (0, 1, 12, 16)
ROLES = ("Global Administrator", "Exchange Administrator", "Helpdesk Administrator", "User Administrator")
UNIT = UnitSpec("Branch Offices", members=("person-000", "person-012"))
GROUP = GroupSpec(
    "Branch Admins", "role-assignable", pim=True, members=("person-012",), owners=("person-016",)
)
OPERATORS = GroupSpec("PIM-Small-Operators", pim=True)
CUSTOM_ROLE, CUSTOM_ACTIONS = (
    "Branch Support",
    (
        (
            "microsoft.directory/contacts/create",
            "microsoft.directory/contacts/delete",
        ),
    ),
)
CONTEXT = "Branch sign-in"
MUST_END = {"Expiration_Admin_Eligibility": {"isExpirationRequired": True, "maximumDuration": "P180D"}}
MAY_BE_PERMANENT = {"Expiration_Admin_Eligibility": {"isExpirationRequired": False}}
DEMANDS_CONTEXT = {
    "AuthenticationContext_EndUser_Assignment": {"isEnabled": True, "claimValue": "c1"},
    "Enablement_EndUser_Assignment": {"enabledRules": ["Justification"]},
    "Expiration_EndUser_Assignment": {"maximumDuration": "PT4H"},
}
MOVE_TOML = """[create]
administrative_units = true
groups = true
custom_roles = true
authentication_contexts = true
[policies]
mode = "copy"
[rights]
beyond_policy = "relax"
existing = "update"
"""
GUARD: Mapping[str, object] = {
    "protected_principals": [],
    "max_writes": 500,
    "min_break_glass": 2,
    "allow_irreversible": ["onboard-group", "authentication-context"],
    "allow_relaxing": True,
}


def moving_pair(now: datetime) -> tuple[Seed, Seed]:
    """The seed documents of both tenants, with dates relative to ``now`` (UTC)."""
    source, target = _directory(CONTOSO, now), _directory(FABRIKAM, now)
    source.add_group(GROUP, onboarded=True)
    source.add_unit(UNIT)
    source.add_custom_role(CUSTOM_ROLE, CUSTOM_ACTIONS)
    source.add_authentication_context("c1", CONTEXT)
    source.role_policy("Exchange Administrator", DEMANDS_CONTEXT)
    source.eligible("user/person-001", "Helpdesk Administrator", UNIT.name, end=90)
    source.eligible("user/person-016", CUSTOM_ROLE)
    source.group_eligible(GROUP.name, "member", "user/person-001", end=100)
    source.eligible("user/person-000", "User Administrator")
    source.group_eligible(OPERATORS.name, "owner", "user/person-001", end=100)
    source.eligible("user/person-016", "Exchange Administrator", end=60)
    target.eligible("user/person-016", "Exchange Administrator", end=30)
    source.active("user/person-012", "Helpdesk Administrator", end=50)
    for reference, candidate in zip(
        trouble.BREAK_GLASS, trouble.ids(FABRIKAM, trouble.BREAK_GLASS), strict=True
    ):
        source.no_counterpart(source.id_of(reference), "every tenant has its own", [candidate])
    return source.build(), target.build()


def _directory(tenant: Tenant, now: datetime) -> Draft:
    draft = Draft(tenant, now, built_in=ROLES)
    for account in special_accounts.break_glass(tenant):
        draft.add_user(account, "none")
    for who in map(person, STAFF):
        there = source_account(who) if tenant is CONTOSO else target_account(who)
        if there is None:
            raise ValueError(f"{who.key} has no account in {tenant.display_name}")
        draft.add_user(there, who.link)
    draft.add_group(OPERATORS, onboarded=True)
    draft.role_policy("User Administrator", MUST_END)
    if tenant is CONTOSO:
        draft.add_app("Contoso PIM reader", READER_PERMISSIONS)
    else:
        draft.add_app("Fabrikam PIM writer", WRITER_PERMISSIONS)
    for holder in trouble.BREAK_GLASS:
        draft.active(holder, "Global Administrator", start=-1000)
    draft.add_sku(25)
    return draft
