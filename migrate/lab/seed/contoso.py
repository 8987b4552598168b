"""Contoso, the source: some three hundred people whose privileged access is to move to Fabrikam."""

from __future__ import annotations

from datetime import datetime

from migrate.lab.seed import special_accounts, trouble
from migrate.lab.seed.accounts import source_account
from migrate.lab.seed.draft import Draft, Seed
from migrate.lab.seed.people import contoso_staff
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM
from migrate.lab.seed.world import (
    APPLICATIONS,
    CUSTOM_ROLES,
    GROUPS,
    READER_PERMISSIONS,
    UNITS,
    approval,
    approving_group,
    approving_user,
)

# (person, role, administrative unit or None, days until the end or None)
_PEOPLE: tuple[tuple[int, str, str | None, float | None], ...] = (
    (0, "Exchange Administrator", None, None),
    (0, "Exchange Recipient Administrator", None, None),
    (1, "Global Administrator", None, None),
    (2, "Global Administrator", None, 180),
    (3, "Privileged Role Administrator", None, 180),
    (4, "Security Administrator", None, None),
    (5, "Conditional Access Administrator", None, 300),
    (6, "Compliance Administrator", None, None),
    (7, "SharePoint Administrator", None, 300),
    (8, "Teams Administrator", None, None),
    (9, "Global Reader", None, None),
    (10, "Application Administrator", None, 90),
    (11, "Cloud Application Administrator", None, None),
    (12, "Authentication Administrator", None, None),
    (12, "Authentication Administrator", "EMEA", None),
    (13, "Helpdesk Administrator", None, 200),
    (14, "Password Administrator", None, None),
    (16, "Billing Administrator", None, None),
    (17, "Power Platform Administrator", None, 120),
    (19, "Security Reader", None, None),
    (20, "Hybrid Identity Administrator", None, None),
    (21, "Identity Governance Administrator", None, 60),
    (22, "Lifecycle Workflows Administrator", None, None),
    (25, "Search Administrator", None, 30),
    (26, "Exchange Administrator", None, None),
    (32, "Dynamics 365 Administrator", None, None),
    (36, "Message Center Reader", None, None),
    (27, "Helpdesk Administrator", "EMEA", None),
    (29, "User Administrator", "Americas", 150),
    (30, "Groups Administrator", "APAC", None),
    (31, "Password Administrator", "Executive Office", None),
    (33, "Helpdesk Administrator", "Retail Branches", None),
    (34, "License Administrator", "Manufacturing", None),
    (47, "Application Support Operator", None, None),
    (48, "Application Credential Operator", None, None),
    (49, "Application Credential Operator", "EMEA", 100),
    (50, "Service Principal Auditor", None, None),
    (51, "Device BitLocker Reader", None, None),
    (52, "Group Lifecycle Operator", None, None),
    (40, "User Administrator", None, None),
    (41, "Reports Reader", None, 120),
    (43, "Security Operator", None, 90),
    (44, "Fabric Administrator", None, -10),
    (46, "Cloud Device Administrator", None, None),
    (18, "Attribute Definition Reader", None, None),
    (58, "Usage Summary Reports Reader", None, None),
)
_GROUPS: tuple[tuple[str, str, str | None, float | None], ...] = (
    ("ROLE-Exchange-Operations", "Exchange Administrator", None, None),
    ("ROLE-Helpdesk-EMEA", "Helpdesk Administrator", "EMEA", None),
    ("ROLE-Security-Monitoring", "Security Reader", None, None),
    ("ROLE-Endpoint-Engineering", "Intune Administrator", None, 180),
    ("ROLE-Application-Owners", "Application Support Operator", None, None),
    ("ROLE-Identity-Operations", "User Administrator", None, None),
    ("ROLE-Teams-Operations", "Teams Administrator", None, None),
    ("ROLE-Mainframe-Security", "Privileged Authentication Administrator", None, None),
)
_TROUBLED: tuple[tuple[str, str], ...] = (
    ("user/left-behind-1", "Security Reader"),
    ("user/left-behind-2", "Global Reader"),
    ("user/left-behind-3", "Billing Administrator"),
    ("user/namesake", "Exchange Administrator"),
    ("user/twin-numbers", "Teams Administrator"),
    ("user/split", "Privileged Role Administrator"),
    ("user/claim-daily", "Knowledge Administrator"),
    ("user/claim-admin", "Global Administrator"),
    ("deleted/user/gone-1", "Security Administrator"),
    ("deleted/user/gone-2", "Helpdesk Administrator"),
    ("deleted/group/ROLE-Dissolved", "SharePoint Administrator"),
    ("user/hostile-formula", "Reports Reader"),
    ("user/hostile-plus", "Reports Reader"),
    ("user/hostile-at", "Message Center Reader"),
    ("user/hostile-minus", "Service Support Administrator"),
    ("user/hostile-rtl", "Directory Readers"),
    ("user/hostile-control", "Search Editor"),
    ("user/hostile-markup", "Insights Analyst"),
    ("user/hostile-long", "Places Administrator"),
)
# (group, accessId, holder, days until the end or None)
_GROUP_ACCESS: tuple[tuple[str, str, str, float | None], ...] = (
    ("PIM-Tier1-Server-Admins", "member", "user/person-063", None),
    ("PIM-Tier1-Server-Admins", "member", "user/person-064", None),
    ("PIM-Tier1-Server-Admins", "member", "user/person-066", 90),
    ("PIM-Tier1-Server-Admins", "owner", "user/person-067", None),
    ("PIM-Tier1-Server-Admins", "member", "user/left-behind-1", None),
    ("PIM-SQL-Operators", "member", "user/person-068", 180),
    ("PIM-SQL-Operators", "member", "user/person-069", 180),
    ("PIM-SQL-Operators", "member", "user/person-072", None),
    ("PIM-SQL-Operators", "owner", "user/person-073", None),
    ("PIM-SQL-Operators", "member", "deleted/user/gone-1", None),
    ("PIM-Landing-Zone-Owners", "member", "user/person-074", None),
    ("PIM-Landing-Zone-Owners", "member", "user/person-076", 60),
    ("PIM-Landing-Zone-Owners", "owner", "user/person-075", None),
    ("PIM-Landing-Zone-Owners", "member", "group/ROLE-Identity-Operations", None),
    ("PIM-Backup-Operators", "member", "user/person-042", None),
    ("PIM-Backup-Operators", "member", "user/person-080", 45),
    ("PIM-Backup-Operators", "owner", "user/person-082", None),
    ("PIM-Director's-Office", "member", "user/person-083", None),
    ("PIM-Director's-Office", "owner", "user/person-084", None),
    ("PIM-Director's-Office", "member", "user/hostile-formula", 200),
    ("PIM-Identity-Breakfix", "member", "user/person-085", None),
    ("PIM-Identity-Breakfix", "member", "user/person-088", 14),
    ("PIM-Identity-Breakfix", "owner", "user/person-089", None),
    ("PIM-Legacy-Fileserver", "member", "user/person-090", None),
    ("PIM-Legacy-Fileserver", "member", "user/person-091", None),
    ("PIM-Network-Change", "member", "user/person-092", 120),
    ("PIM-Network-Change", "owner", "user/person-093", None),
)
_MAY_BE_PERMANENT = {"Expiration_Admin_Eligibility": {"isExpirationRequired": False}}


def contoso(now: datetime) -> Seed:
    """The seed document of Contoso; every date in it is relative to `now` (UTC)."""
    draft = Draft(CONTOSO, now)
    _fill_directory(draft)
    _fill_roles(draft)
    _fill_groups(draft)
    _fill_policies(draft)
    _fill_truth(draft)
    draft.add_sku(350)
    return draft.build()


def _fill_directory(draft: Draft) -> None:
    for account in special_accounts.break_glass(CONTOSO):
        draft.add_user(account, "none")
    for who in contoso_staff():
        draft.add_user(source_account(who), who.link)
    for account in special_accounts.guests(CONTOSO):
        draft.add_user(account, "mail")
    for account in special_accounts.hostile(CONTOSO):
        draft.add_user(account, "onPremisesImmutableId")
    for account in special_accounts.source_trouble():
        draft.add_user(account, "none")
    for reference in trouble.DELETED_PRINCIPALS.source:
        draft.add_deleted(reference)
    for group in GROUPS:
        draft.add_group(group, onboarded=group.pim)
    for unit in UNITS:
        draft.add_unit(unit)
    for role in CUSTOM_ROLES:
        if role.contoso is not None:
            draft.add_custom_role(role.name, role.contoso, enabled=role.enabled, alias=role.aliased)
    for name, app_id, owner in APPLICATIONS:
        draft.add_service_principal(name, app_id, owner=owner or CONTOSO.tenant_id)
    managed = "mi-contoso-automation"
    draft.add_service_principal(managed, draft.id_of(f"application/{managed}"), kind="ManagedIdentity")
    draft.add_authentication_context("c1", "Privileged work from a managed device")
    draft.add_app("Contoso PIM reader", READER_PERMISSIONS)


def _fill_roles(draft: Draft) -> None:
    for number, role, unit, end in _PEOPLE:
        draft.eligible(f"user/person-{number:03d}", role, unit, start=-60 - number, end=end)
    for group, role, unit, end in _GROUPS:
        draft.eligible(f"group/{group}", role, unit, start=-90, end=end)
    for holder, role in _TROUBLED:
        draft.eligible(holder, role, start=-30)
    draft.eligible(trouble.FUTURE_START.source[0], "Intune Administrator", start=14, end=200)
    for holder, role, unit in (
        ("user/person-060", "Exchange Administrator", None),
        ("user/person-061", "Exchange Administrator", None),
        ("user/person-062", "Helpdesk Administrator", "EMEA"),
    ):
        draft.eligible(holder, role, unit, start=-90, member_type="Group")
    for holder in trouble.BREAK_GLASS:
        draft.active(holder, "Global Administrator", start=-1000)
    draft.active(
        trouble.ACTIVATED_SESSION.source[0],
        "Cloud Device Administrator",
        start=-1 / 24,
        end=7 / 24,
        assignment_type="Activated",
    )
    draft.active("servicePrincipal/Backup Orchestrator", "Directory Readers")
    draft.active("servicePrincipal/SIEM Connector", "Security Reader", end=300)
    draft.active("user/person-053", "Message Center Privacy Reader")
    draft.active_outside_pim("user/person-054", "Directory Readers")
    draft.active("group/ROLE-Security-Monitoring", "Reports Reader")
    draft.active("user/person-066", "Reports Reader", member_type="Group")


def _fill_groups(draft: Draft) -> None:
    for group, access, holder, end in _GROUP_ACCESS:
        draft.group_eligible(group, access, holder, end=end)
    draft.group_active("PIM-Tier1-Server-Admins", "member", "user/person-100", end=30)
    draft.group_active("PIM-Backup-Operators", "owner", "user/person-101")
    session = {"start": -0.5 / 24, "end": 3.5 / 24}
    draft.group_active(
        "PIM-SQL-Operators", "member", "user/person-068", assignment_type="Activated", **session
    )


def _fill_policies(draft: Draft) -> None:
    for group in GROUPS:
        if group.pim:
            draft.group_policy(group.name, "member", _MAY_BE_PERMANENT)
            draft.group_policy(group.name, "owner", _MAY_BE_PERMANENT)
    monitors = approving_group(draft.id_of("group/ROLE-Security-Monitoring"))
    chiefs = [approving_user(draft.id_of(f"user/person-{number:03d}")) for number in (4, 9)]
    draft.role_policy(
        "Global Administrator",
        {
            "Expiration_EndUser_Assignment": {"maximumDuration": "PT1H"},
            "Approval_EndUser_Assignment": {"setting": approval([monitors, *chiefs])},
            "Notification_Admin_EndUser_Assignment": {"notificationRecipients": ["pim-alerts@contoso.com"]},
        },
    )
    draft.role_policy(
        "Privileged Role Administrator",
        {
            "Expiration_EndUser_Assignment": {"maximumDuration": "PT2H"},
            "Approval_EndUser_Assignment": {"setting": approval(chiefs)},
        },
    )
    draft.role_policy(
        "Exchange Administrator",
        {
            "Expiration_EndUser_Assignment": {"maximumDuration": "PT4H"},
            "Enablement_EndUser_Assignment": {
                "enabledRules": ["Justification", "MultiFactorAuthentication", "Ticketing"]
            },
        },
    )
    draft.role_policy(
        "Security Administrator",
        {
            "Enablement_EndUser_Assignment": {"enabledRules": ["Justification"]},
            "AuthenticationContext_EndUser_Assignment": {"isEnabled": True, "claimValue": "c1"},
        },
    )
    draft.role_policy(
        "Application Support Operator", {"Expiration_EndUser_Assignment": {"maximumDuration": "PT10H"}}
    )


def _fill_truth(draft: Draft) -> None:
    for reference, candidate in zip(
        trouble.BREAK_GLASS, trouble.ids(FABRIKAM, trouble.BREAK_GLASS), strict=True
    ):
        draft.no_counterpart(draft.id_of(reference), "every tenant has its own", [candidate])
    for planted, reason in (
        (trouble.NO_COUNTERPART, "no counterpart"),
        (trouble.NAMESAKE, "no counterpart"),
        (trouble.TWO_CANDIDATES, "two candidates"),
        (trouble.NUMBER_AGAINST_MAIL, "two candidates"),
        (trouble.TWO_CLAIM_ONE, "claimed twice"),
        (trouble.OTHER_PERMISSIONS, "other permissions"),
    ):
        for reference in planted.source:
            draft.no_counterpart(draft.id_of(reference), reason, trouble.ids(FABRIKAM, planted.target))
