"""Fabrikam, the target: its own people, and accounts for most of those who come over from Contoso."""

from __future__ import annotations

from datetime import datetime

from migrate.lab.seed import special_accounts, trouble
from migrate.lab.seed.accounts import native_account, target_account
from migrate.lab.seed.draft import Draft, Seed
from migrate.lab.seed.objects import GroupSpec
from migrate.lab.seed.people import contoso_staff, fabrikam_staff
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, object_id
from migrate.lab.seed.world import (
    APPLICATIONS,
    CUSTOM_ROLES,
    GROUPS,
    GROUPS_NOT_ONBOARDED_IN_FABRIKAM,
    GROUPS_ONLY_IN_CONTOSO,
    UNITS,
    UNITS_ONLY_IN_CONTOSO,
    WRITER_PERMISSIONS,
    approval,
    approving_user,
)

# Fabrikam's own privileged people: (person, role, days until the end or None)
_OWN: tuple[tuple[int, str, float | None], ...] = (
    (400, "Global Administrator", None),
    (401, "Global Administrator", None),
    (402, "Privileged Role Administrator", 300),
    (403, "Exchange Administrator", None),
    (404, "Security Administrator", 200),
    (405, "Intune Administrator", None),
    (406, "User Administrator", None),
    (407, "Teams Administrator", 60),
    (408, "Fabrikam Group Auditor", None),
    (409, "SharePoint Administrator", None),
)
_OWN_GROUPS = (
    GroupSpec("FAB-Role-Desk", "role-assignable", members=("person-410", "person-411")),
    GroupSpec("FAB-PIM-Warehouse", pim=True),
    GroupSpec("FAB All Hands", "mail", members=tuple(f"person-{number}" for number in range(400, 440))),
)
_MAY_BE_PERMANENT = {"Expiration_Admin_Eligibility": {"isExpirationRequired": False}}


def fabrikam(now: datetime) -> Seed:
    """The seed document of Fabrikam; every date in it is relative to `now` (UTC)."""
    draft = Draft(FABRIKAM, now)
    _fill_directory(draft)
    _fill_access(draft)
    _fill_policies(draft)
    draft.add_sku(450)
    return draft.build()


def _fill_directory(draft: Draft) -> None:
    for account in special_accounts.break_glass(FABRIKAM):
        draft.add_user(account, "none")
    for who in contoso_staff():
        arrived = target_account(who)
        if arrived is not None:
            draft.add_user(arrived, who.link)
    for who in fabrikam_staff():
        draft.add_user(native_account(who), "none")
    for account in special_accounts.guests(FABRIKAM):
        draft.add_user(account, "mail")
    for account in special_accounts.hostile(FABRIKAM):
        draft.add_user(account, "onPremisesImmutableId")
    for account in special_accounts.target_trouble():
        draft.add_user(account, "none")
    for reference in trouble.DELETED_IN_TARGET.target:
        draft.add_deleted(reference)
    for group in (*GROUPS, *_OWN_GROUPS):
        if group.name not in GROUPS_ONLY_IN_CONTOSO:
            draft.add_group(group, onboarded=group.pim and group.name not in GROUPS_NOT_ONBOARDED_IN_FABRIKAM)
    for unit in UNITS:
        if unit.name not in UNITS_ONLY_IN_CONTOSO:
            draft.add_unit(unit)
    for role in CUSTOM_ROLES:
        if role.fabrikam is not None:
            kept = object_id(CONTOSO, "roleDefinition", role.name) if role.keeps_id else None
            draft.add_custom_role(role.name, role.fabrikam, identity=kept, alias=role.aliased)
    for name, app_id, owner in APPLICATIONS:
        draft.add_service_principal(name, app_id, owner=owner or CONTOSO.tenant_id)
    # The id that Contoso uses for something else: a context is to be mapped by id and name, never by id
    # alone.
    draft.add_authentication_context("c1", "Guests accept the terms of use")
    draft.add_app("Fabrikam PIM writer", WRITER_PERMISSIONS)


def _fill_access(draft: Draft) -> None:
    for number, role, end in _OWN:
        draft.eligible(f"user/person-{number:03d}", role, start=-200, end=end)
    draft.eligible("group/FAB-Role-Desk", "Helpdesk Administrator", start=-200)
    draft.eligible("user/person-040", "User Administrator", start=-5)
    draft.eligible("user/person-041", "Reports Reader", start=-5, end=120)
    draft.eligible("user/person-043", "Security Operator", start=-5, end=30)
    draft.group_eligible("PIM-Backup-Operators", "member", "user/person-042", start=-5)
    draft.group_eligible("FAB-PIM-Warehouse", "member", "user/person-412", end=100)
    draft.group_eligible("FAB-PIM-Warehouse", "owner", "user/person-413", end=100)
    for holder in trouble.BREAK_GLASS:
        draft.active(holder, "Global Administrator", start=-1400)
    draft.active("servicePrincipal/SIEM Connector", "Security Reader")
    draft.active(
        "user/person-400", "Global Administrator", start=-1 / 24, end=3 / 24, assignment_type="Activated"
    )


def _fill_policies(draft: Draft) -> None:
    # A group's default policy forbids permanent eligibility; the groups that take Contoso's have been
    # relaxed.
    for group in GROUPS:
        if group.pim and group.name not in GROUPS_NOT_ONBOARDED_IN_FABRIKAM:
            draft.group_policy(group.name, "member", _MAY_BE_PERMANENT)
            draft.group_policy(group.name, "owner", _MAY_BE_PERMANENT)
    approvers = [approving_user(draft.id_of(f"user/person-{number}")) for number in (402, 404)]
    draft.role_policy(
        "Global Administrator", {"Approval_EndUser_Assignment": {"setting": approval(approvers)}}
    )
    draft.role_policy(
        "Exchange Administrator",
        {"Enablement_EndUser_Assignment": {"enabledRules": ["MultiFactorAuthentication", "Justification"]}},
    )
    draft.role_policy(
        "Security Administrator", {"Expiration_EndUser_Assignment": {"maximumDuration": "PT4H"}}
    )
