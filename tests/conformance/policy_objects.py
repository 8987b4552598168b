"""Policies, reviews and registrations of the first small tenant."""

from __future__ import annotations

from typing import Any

ALICE, PLAIN_GROUP = "aaaaaaaa-0000-4000-8000-000000000101", "aaaaaaaa-0000-4000-8000-000000000202"
BACKUP_APP = "aaaaaaaa-0000-4000-8000-000000000402"
GLOBAL_ADMIN = "62e90394-69f5-4237-9190-012177145e10"
OFFICE, ABROAD = "aaaaaaaa-0000-4000-8000-000000000601", "aaaaaaaa-0000-4000-8000-000000000602"
OWN_STRENGTH, RESISTANT = "aaaaaaaa-0000-4000-8000-000000000611", "00000000-0000-0000-0000-000000000004"
POLICY, REVIEW = "aaaaaaaa-0000-4000-8000-000000000621", "aaaaaaaa-0000-4000-8000-000000000631"
WHEN = "2025-06-01T00:00:00Z"

PERMISSIONS = [
    "Policy.Read.All",
    "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.AuthenticationMethod",
    "AccessReview.ReadWrite.All",
    "AuditLog.Read.All",
]


def policy(**changes: Any) -> dict[str, Any]:
    """A body that makes a policy."""
    return {
        "displayName": "Administrators need strong methods",
        "state": "enabledForReportingButNotEnforced",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeRoles": [GLOBAL_ADMIN], "excludeUsers": [ALICE]},
            "locations": {"includeLocations": ["All"], "excludeLocations": [OFFICE]},
        },
        "grantControls": {"operator": "OR", "authenticationStrength": {"id": RESISTANT}},
        **changes,
    }


def review(**changes: Any) -> dict[str, Any]:
    """A body that makes a review of a role."""
    query = f"/roleManagement/directory/roleDefinitions/{GLOBAL_ADMIN}"
    scope = {"@odata.type": "#microsoft.graph.accessReviewQueryScope", "queryType": "MicrosoftGraph"}
    return {
        "displayName": "Review Global Administrator",
        "scope": {
            "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
            "principalScopes": [{**scope, "query": "/users"}],
            "resourceScopes": [{**scope, "query": query}],
        },
        "reviewers": [{"query": f"/users/{ALICE}", "queryType": "MicrosoftGraph"}],
        "settings": {
            "mailNotificationsEnabled": True,
            "instanceDurationInDays": 14,
            "recurrence": {
                "pattern": {"type": "absoluteMonthly", "interval": 1},
                "range": {"type": "noEnd", "startDate": "2026-01-01T00:00:00.000Z"},
            },
        },
        **changes,
    }


def documents() -> dict[str, Any]:
    """What the seed holds of them."""
    return {
        "namedLocations": [
            {
                "@odata.type": "#microsoft.graph.ipNamedLocation",
                "id": OFFICE,
                "displayName": "Office",
                "isTrusted": True,
                "ipRanges": [
                    {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
                ],
                "createdDateTime": WHEN,
                "modifiedDateTime": WHEN,
            },
            {
                "@odata.type": "#microsoft.graph.countryNamedLocation",
                "id": ABROAD,
                "displayName": "Abroad",
                "countriesAndRegions": ["NO"],
                "countryLookupMethod": "clientIpAddress",
            },
        ],
        "authenticationStrengthPolicies": [
            {"id": OWN_STRENGTH, "displayName": "Keys only", "allowedCombinations": ["fido2"]}
        ],
        "conditionalAccessPolicies": [{**policy(), "id": POLICY, "createdDateTime": WHEN}],
        "accessReviewDefinitions": [{**review(), "id": REVIEW, "createdDateTime": WHEN}],
        "userRegistrationDetails": [
            {"id": ALICE, "methodsRegistered": ["fido2SecurityKey", "microsoftAuthenticatorPush"]}
        ],
    }
