"""Two small tenants that the facts are tried on. Every id is readable: the last digits say what it is."""

from __future__ import annotations

from typing import Any

from policy_objects import PERMISSIONS, documents

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
OTHER_TENANT = "bbbbbbbb-0000-4000-8000-000000000001"
APP = "aaaaaaaa-0000-4000-8000-0000000000a1"
APP_PRINCIPAL = "aaaaaaaa-0000-4000-8000-0000000000a2"
SECRET = "correct horse battery staple"


def object_id(number: int) -> str:
    return f"aaaaaaaa-0000-4000-8000-{number:012d}"


ALICE, BOB, CAROL, DAVE = (object_id(number) for number in (101, 102, 103, 104))
ROLE_GROUP, PLAIN_GROUP, PIM_GROUP, DYNAMIC_GROUP = (object_id(number) for number in (201, 202, 203, 204))
UNIT, PRINCIPAL = object_id(301), object_id(401)
GHOST = object_id(909)
CUSTOM, ALIASED, ALIAS = object_id(501), object_id(502), object_id(599)
GLOBAL_ADMIN = "62e90394-69f5-4237-9190-012177145e10"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
DIRECTORY_READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"

EVERYTHING = [
    "Organization.Read.All",
    "Directory.Read.All",
    "Domain.Read.All",
    "LicenseAssignment.Read.All",
    "User.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "Application.Read.All",
    "AdministrativeUnit.ReadWrite.All",
    "RoleManagement.ReadWrite.Directory",
    "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
    "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
    "RoleManagementPolicy.ReadWrite.Directory",
    "RoleManagementPolicy.ReadWrite.AzureADGroup",
    "PrivilegedAccess.Read.AzureADGroup",
    "AuthenticationContext.ReadWrite.All",
    *PERMISSIONS,
]


def built_in(role_id: str, name: str, *actions: str) -> dict[str, Any]:
    return {
        "id": role_id,
        "templateId": role_id,
        "displayName": name,
        "description": name,
        "isBuiltIn": True,
        "isEnabled": True,
        "version": "1",
        "resourceScopes": ["/"],
        "rolePermissions": [{"allowedResourceActions": list(actions), "condition": None}],
        "inheritsPermissionsFrom": [{"id": DIRECTORY_READERS}],
    }


def custom(role_id: str, name: str) -> dict[str, Any]:
    return {
        "id": role_id,
        "templateId": role_id,
        "displayName": name,
        "isBuiltIn": False,
        "isEnabled": True,
        "rolePermissions": [{"allowedResourceActions": ["microsoft.directory/applications/basic/read"]}],
    }


def user(number: int, name: str) -> dict[str, Any]:
    return {
        "id": object_id(number),
        "displayName": name,
        "userPrincipalName": f"{name.lower()}@contoso.example",
        "mail": f"{name.lower()}@contoso.example",
        "employeeId": f"E{number}",
        "accountEnabled": True,
        "userType": "Member",
    }


def group(group_id: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": group_id,
        "displayName": name,
        "mailNickname": name.replace(" ", ""),
        "mailEnabled": False,
        "securityEnabled": True,
        "groupTypes": [],
        **more,
    }


def seed() -> dict[str, Any]:
    """A tenant with one of everything."""
    return {
        "tenantId": TENANT,
        "displayName": "Contoso",
        "domains": [{"id": "contoso.example", "isDefault": True, "isInitial": False, "isVerified": True}],
        "users": [user(101, "Alice"), user(102, "Bob"), user(103, "Carol"), user(104, "Dave")],
        "groups": [
            group(ROLE_GROUP, "Role group", isAssignableToRole=True),
            group(PLAIN_GROUP, "Plain group"),
            group(PIM_GROUP, "PIM group"),
            group(DYNAMIC_GROUP, "Dynamic group", groupTypes=["DynamicMembership"]),
        ],
        "servicePrincipals": [
            {
                "id": PRINCIPAL,
                "displayName": "Backup tool",
                "appId": object_id(402),
                "servicePrincipalType": "Application",
            }
        ],
        "administrativeUnits": [{"id": UNIT, "displayName": "Seattle"}],
        "groupMembers": {ROLE_GROUP: [CAROL], PLAIN_GROUP: [ALICE, BOB], PIM_GROUP: [DAVE]},
        "groupOwners": {PIM_GROUP: [ALICE]},
        "administrativeUnitMembers": {UNIT: [ALICE, PLAIN_GROUP]},
        "roleDefinitions": [
            built_in(GLOBAL_ADMIN, "Global Administrator", "microsoft.directory/users/create"),
            built_in(HELPDESK, "Helpdesk Administrator", "microsoft.directory/users/password/update"),
            built_in(GLOBAL_READER, "Global Reader", "microsoft.directory/users/standard/read"),
            custom(CUSTOM, "Application Reader"),
            custom(ALIASED, "Aliased Reader"),
        ],
        "roleAliases": {ALIASED: ALIAS},
        "roleEligibilitySchedules": [
            {
                "principalId": ALICE,
                "roleDefinitionId": HELPDESK,
                "directoryScopeId": "/",
                "endDateTime": None,
            },
            {
                "principalId": ROLE_GROUP,
                "roleDefinitionId": GLOBAL_READER,
                "directoryScopeId": "/",
                "endDateTime": "2030-01-01T00:00:00Z",
            },
            {
                "principalId": GHOST,
                "roleDefinitionId": HELPDESK,
                "directoryScopeId": "/",
                "endDateTime": None,
            },
        ],
        "roleAssignmentSchedules": [
            {
                "principalId": BOB,
                "roleDefinitionId": HELPDESK,
                "directoryScopeId": f"/administrativeUnits/{UNIT}",
                "assignmentType": "Assigned",
                "endDateTime": None,
            }
        ],
        "roleAssignments": [{"principalId": DAVE, "roleDefinitionId": GLOBAL_ADMIN, "directoryScopeId": "/"}],
        "groupEligibilitySchedules": [
            {
                "groupId": PIM_GROUP,
                "accessId": "member",
                "principalId": BOB,
                "endDateTime": "2030-01-01T00:00:00Z",
            }
        ],
        "onboardedGroups": [PIM_GROUP],
        "deletedIds": [GHOST],
        "authenticationContextClassReferences": [
            {
                "id": "c1",
                "displayName": "Trusted place",
                "description": "Only from there",
                "isAvailable": True,
            }
        ],
        "apps": [
            {
                "appId": APP,
                "secret": SECRET,
                "servicePrincipalId": APP_PRINCIPAL,
                "displayName": "pim-migrate",
                "roles": EVERYTHING,
            }
        ],
        **documents(),
    }


def other_seed() -> dict[str, Any]:
    """A tenant with hardly anything, in the same lab."""
    return {
        "tenantId": OTHER_TENANT,
        "displayName": "Fabrikam",
        "domains": [{"id": "fabrikam.example", "isDefault": True, "isInitial": True, "isVerified": True}],
        "apps": [{"appId": APP, "secret": SECRET, "roles": EVERYTHING}],
    }
