"""What Contoso and Fabrikam have in common: groups, administrative units, custom roles, applications,
consent.

A name stands for the same thing in both tenants. What only one of them has is said by the sets at the end of
a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from migrate.lab.seed.objects import GroupSpec, UnitSpec
from migrate.lab.seed.people import contoso_staff

READER_PERMISSIONS = frozenset(
    {
        "AccessReview.Read.All",
        "AuthenticationContext.Read.All",
        "Domain.Read.All",
        "AdministrativeUnit.Read.All",
        "Application.Read.All",
        "AuditLog.Read.All",
        "Directory.Read.All",
        "Group.Read.All",
        "GroupMember.Read.All",
        "LicenseAssignment.Read.All",
        "Organization.Read.All",
        "Policy.Read.All",
        "PrivilegedAccess.Read.AzureADGroup",
        "PrivilegedAssignmentSchedule.Read.AzureADGroup",
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
        "RoleAssignmentSchedule.Read.Directory",
        "RoleEligibilitySchedule.Read.Directory",
        "RoleManagement.Read.Directory",
        "RoleManagementPolicy.Read.AzureADGroup",
        "RoleManagementPolicy.Read.Directory",
        "User.Read.All",
    }
)
"""What a snapshot needs, and nothing that can write."""

WRITER_PERMISSIONS = READER_PERMISSIONS | {
    "AccessReview.ReadWrite.All",
    "AdministrativeUnit.ReadWrite.All",
    "AuthenticationContext.ReadWrite.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "Policy.Read.All",
    "Policy.ReadWrite.ConditionalAccess",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleEligibilitySchedule.ReadWrite.Directory",
    "RoleManagement.ReadWrite.Directory",
    "RoleManagementPolicy.ReadWrite.AzureADGroup",
    "RoleManagementPolicy.ReadWrite.Directory",
}
"""What a wave needs that moves everything along: units, groups, roles, members, policies, reviews and
conditional access beside the rights. A wave of eligibility alone needs far less, as doctor says."""


def _people(*numbers: int) -> tuple[str, ...]:
    return tuple(f"person-{number:03d}" for number in numbers)


def _region(name: str, step: int) -> tuple[str, ...]:
    return tuple(who.key for who in contoso_staff()[::step] if who.region == name)


_ORDINARY = (
    "Accounts Payable",
    "Annual Report Writers",
    "Building Access Tokyo",
    "Cafeteria Committee",
    "Data Protection Circle",
    "Design System",
    "Équipe Juridique",
    "Fleet Managers",
    "Gebäude München",
    "Hackathon 2025",
    "Intranet Editors",
    "Laboratory Safety",
    "New Joiners",
    "Pension Fund",
    "Printer Users Oslo",
    "Release Managers",
    "Service Desk Readers",
    "Travel Approvers",
    "営業部",
    "=1+1 Test Group",
)

GROUPS: tuple[GroupSpec, ...] = (
    GroupSpec("ROLE-Exchange-Operations", "role-assignable", members=_people(60, 61), owners=_people(63)),
    GroupSpec("ROLE-Helpdesk-EMEA", "role-assignable", members=_people(62, 64, 65), owners=_people(63)),
    GroupSpec("ROLE-Security-Monitoring", "role-assignable", members=_people(66, 67), owners=_people(4)),
    GroupSpec("ROLE-Endpoint-Engineering", "role-assignable", members=_people(68, 69)),
    GroupSpec("ROLE-Application-Owners", "role-assignable", members=_people(70, 71)),
    GroupSpec("ROLE-Identity-Operations", "role-assignable", members=_people(72, 73)),
    GroupSpec("ROLE-Teams-Operations", "role-assignable", members=_people(74)),
    GroupSpec("ROLE-Mainframe-Security", "role-assignable", members=_people(75)),
    GroupSpec("PIM-Tier1-Server-Admins", pim=True, members=_people(100), owners=_people(67)),
    GroupSpec("PIM-SQL-Operators", pim=True, members=_people(68)),
    GroupSpec("PIM-Landing-Zone-Owners", pim=True),
    GroupSpec("PIM-Backup-Operators", pim=True, owners=_people(101)),
    GroupSpec("PIM-Director's-Office", pim=True),
    GroupSpec("PIM-Identity-Breakfix", "role-assignable", pim=True),
    GroupSpec("PIM-Legacy-Fileserver", pim=True),
    GroupSpec("PIM-Network-Change", pim=True),
    GroupSpec("Leadership Circle", "mail", members=_people(1, 9, 30), owners=_people(1)),
    GroupSpec("Projekt Größe", "mail", members=_people(21, 22, 23), owners=_people(21)),
    GroupSpec(
        "Dynamic-Finance", "dynamic", rule='(user.department -eq "Finance")', members=_people(1, 9, 17, 25)
    ),
    GroupSpec("Synced-File-Share-Readers", "synced", members=_people(102, 103, 104)),
    *(
        GroupSpec(name, members=_people(*range(110 + at * 5, 116 + at * 5)), owners=_people(at))
        for at, name in enumerate(_ORDINARY)
    ),
)
GROUPS_ONLY_IN_CONTOSO = frozenset(
    {"ROLE-Mainframe-Security", "Cafeteria Committee", "Synced-File-Share-Readers"}
)
GROUPS_NOT_ONBOARDED_IN_FABRIKAM = frozenset({"PIM-Network-Change"})

UNITS: tuple[UnitSpec, ...] = (
    UnitSpec("EMEA", members=_region("EMEA", 1)),
    UnitSpec("Americas", members=_region("Americas", 1)),
    UnitSpec("APAC", members=_region("APAC", 1), rule='(user.usageLocation -in ["JP", "KR", "VN"])'),
    UnitSpec("Manufacturing", members=_people(6, 14, 22, 30, 38, 46)),
    UnitSpec("Retail Branches", members=_people(7, 15, 23, 31, 39)),
    UnitSpec("Executive Office", members=_people(1, 2, 9), restricted=True),
)
UNITS_ONLY_IN_CONTOSO = frozenset({"Retail Branches"})


@dataclass(frozen=True)
class CustomRole:
    """A custom role: its permission blocks in Contoso and in Fabrikam (None where the tenant lacks it)."""

    name: str
    contoso: tuple[tuple[str, ...], ...] | None
    fabrikam: tuple[tuple[str, ...], ...] | None
    keeps_id: bool = False
    aliased: bool = False
    enabled: bool = True


_D = "microsoft.directory/"
_SUPPORT = (
    f"{_D}applications/basic/update",
    f"{_D}applications/standard/read",
    f"{_D}applications/owners/read",
    f"{_D}servicePrincipals/standard/read",
)
_CREDENTIALS = (f"{_D}applications/credentials/update", f"{_D}applications/standard/read")
_AUDIT = (
    f"{_D}servicePrincipals/standard/read",
    f"{_D}servicePrincipals/owners/read",
    f"{_D}servicePrincipals/appRoleAssignedTo/read",
)

CUSTOM_ROLES: tuple[CustomRole, ...] = (
    CustomRole("Application Support Operator", (_SUPPORT,), (_SUPPORT,), keeps_id=True),
    CustomRole("Application Credential Operator", (_CREDENTIALS,), (_CREDENTIALS,), aliased=True),
    CustomRole("Service Principal Auditor", (_AUDIT[:2], _AUDIT[1:]), (_AUDIT,)),
    CustomRole(
        "Device BitLocker Reader",
        ((f"{_D}bitlockerKeys/metadata/read",),),
        ((f"{_D}bitlockerKeys/metadata/read", f"{_D}bitlockerKeys/key/read"),),
    ),
    CustomRole(
        "Group Lifecycle Operator",
        (
            (
                f"{_D}groups.security/create",
                f"{_D}groups.security/members/update",
                f"{_D}groups/standard/read",
            ),
        ),
        None,
    ),
    CustomRole("Retired Sync Operator", ((f"{_D}groups/members/read",),), None, enabled=False),
    CustomRole("Fabrikam Group Auditor", None, ((f"{_D}groups/members/read", f"{_D}groups/owners/read"),)),
)

MICROSOFT_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
APPLICATIONS: tuple[tuple[str, str, str | None], ...] = (
    ("Microsoft Graph", "00000003-0000-0000-c000-000000000000", MICROSOFT_TENANT),
    ("Backup Orchestrator", str(uuid5(UUID(int=2), "backup")), None),
    ("SIEM Connector", str(uuid5(UUID(int=2), "siem")), None),
    ("HR Provisioning", str(uuid5(UUID(int=2), "hr")), None),
)
"""Multi-tenant applications: name, appId (equal in every tenant), the tenant that registered them if
known."""


def approval(primary: list[dict[str, str]]) -> dict[str, object]:
    """The `setting` of an approval rule that asks these approvers, complete as Graph reads it back."""
    return {
        "isApprovalRequired": True,
        "isApprovalRequiredForExtension": False,
        "isRequestorJustificationRequired": True,
        "approvalMode": "SingleStage",
        "approvalStages": [
            {
                "approvalStageTimeOutInDays": 1,
                "isApproverJustificationRequired": True,
                "escalationTimeInMinutes": 0,
                "isEscalationEnabled": False,
                "primaryApprovers": primary,
                "escalationApprovers": [],
            }
        ],
    }


def approving_user(identity: str) -> dict[str, str]:
    """One person as an approver."""
    return {"@odata.type": "#microsoft.graph.singleUser", "description": "", "userId": identity}


def approving_group(identity: str) -> dict[str, str]:
    """The members of a group as approvers."""
    return {"@odata.type": "#microsoft.graph.groupMembers", "description": "", "groupId": identity}
