"""A tiny pair of tenants in which everything can be moved: for tests that run a whole wave again and again.

Six accounts each, four role definitions, one administrative unit, one PIM group, and one eligibility of
every kind. Tenant ids, domains, apps and secrets are those of Contoso and Fabrikam.
"""

from __future__ import annotations

from datetime import datetime

from migrate.lab.seed import special_accounts, trouble
from migrate.lab.seed.accounts import source_account, target_account
from migrate.lab.seed.draft import Draft, Seed
from migrate.lab.seed.objects import GroupSpec, UnitSpec
from migrate.lab.seed.people import person
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, Tenant
from migrate.lab.seed.world import CUSTOM_ROLES, READER_PERMISSIONS, WRITER_PERMISSIONS

# By onPremisesImmutableId twice, by employeeId, by UPN.
_STAFF = (0, 1, 12, 16)
_ROLES = ("Global Administrator", "Exchange Administrator", "Helpdesk Administrator")
_CUSTOM = next(role for role in CUSTOM_ROLES if role.aliased)
_GROUP = GroupSpec("PIM-Small-Operators", pim=True)
_UNIT = UnitSpec("EMEA", members=("person-000", "person-001"))
_MAY_BE_PERMANENT = {"Expiration_Admin_Eligibility": {"isExpirationRequired": False}}


def small_pair(now: datetime) -> tuple[Seed, Seed]:
    """The seed documents of a small source and a small target, with dates relative to `now` (UTC)."""
    source, target = _drafts(now)
    return source.build(), target.build()


def standing_pair(now: datetime) -> tuple[Seed, Seed]:
    """The same with active rights of every kind in the source, and some in the target that overlap."""
    source, target = _drafts(now)
    source.active("user/person-000", "Helpdesk Administrator")
    source.active("user/person-000", "Exchange Administrator")
    source.active_outside_pim("user/person-012", "Helpdesk Administrator")
    source.active("user/person-016", "Helpdesk Administrator", _UNIT.name, end=30)
    source.active("user/person-001", "Exchange Administrator", end=1 / 6, assignment_type="Activated")
    source.active("servicePrincipal/Contoso PIM reader", "Exchange Administrator")
    source.group_active(_GROUP.name, "member", "user/person-012", end=30)
    for who in ("user/person-000", "user/person-012"):
        target.active(who, "Helpdesk Administrator")
    return source.build(), target.build()


def _drafts(now: datetime) -> tuple[Draft, Draft]:
    source, target = _directory(CONTOSO, now), _directory(FABRIKAM, now)
    source.eligible("user/person-000", "Exchange Administrator")
    source.eligible("user/person-016", "Exchange Administrator", end=60)
    source.eligible("user/person-001", "Helpdesk Administrator", _UNIT.name, end=90)
    source.eligible("user/person-012", _CUSTOM.name)
    source.group_eligible(_GROUP.name, "member", "user/person-000")
    source.group_eligible(_GROUP.name, "owner", "user/person-001", end=100)
    for reference, candidate in zip(
        trouble.BREAK_GLASS, trouble.ids(FABRIKAM, trouble.BREAK_GLASS), strict=True
    ):
        source.no_counterpart(source.id_of(reference), "every tenant has its own", [candidate])
    return source, target


def _directory(tenant: Tenant, now: datetime) -> Draft:
    draft = Draft(tenant, now, built_in=_ROLES)
    for account in special_accounts.break_glass(tenant):
        draft.add_user(account, "none")
    for who in map(person, _STAFF):
        account_there = source_account(who) if tenant is CONTOSO else target_account(who)
        if account_there is None:
            raise ValueError(f"{who.key} has no account in {tenant.display_name}")
        draft.add_user(account_there, who.link)
    draft.add_group(_GROUP, onboarded=True)
    draft.add_unit(_UNIT)
    blocks = (_CUSTOM.contoso if tenant is CONTOSO else _CUSTOM.fabrikam) or ()
    draft.add_custom_role(_CUSTOM.name, blocks, alias=True)
    if tenant is CONTOSO:
        draft.add_app("Contoso PIM reader", READER_PERMISSIONS)
    else:
        draft.add_app("Fabrikam PIM writer", WRITER_PERMISSIONS)
    for holder in trouble.BREAK_GLASS:
        draft.active(holder, "Global Administrator", start=-1000)
    for access in ("member", "owner"):
        draft.group_policy(_GROUP.name, access, _MAY_BE_PERMANENT)
    draft.add_sku(25)
    return draft
