"""Two tenants whose reviews and conditional access guard privilege, with everything that these can name."""

from __future__ import annotations

from typing import Any

from tenant_pairs import EXCHANGE, SOURCE, TARGET, Row, built_in, custom, group, ident, unit, user, view

from migrate.plan.carry_translation import CarryTranslation
from migrate.resolve.tenant_view import TenantView

RESISTANT = "00000000-0000-0000-0000-000000000004"
OFFICE_APP = "00000002-0000-0ff1-ce00-000000000000"
SHARED_APP = ident("an application of many tenants")
ALIAS, THEIR_ALIAS = ident("PIM's spelling"), ident("the target's PIM's spelling")
MARK = "plan-1.00001"


def here(name: str) -> str:
    """The id of an object of the source."""
    return ident(f"source {name}")


def there(name: str) -> str:
    """The id of its counterpart."""
    return ident(f"target {name}")


NAMES = {
    "user": ("ann", "bob", "emergency"),
    "group": ("admins", "reviewers"),
    "servicePrincipal": ("robot",),
    "administrativeUnit": ("seattle",),
    "roleDefinition": ("reader",),
}
ACCEPTED = {(kind, here(name)): there(name) for kind, names in NAMES.items() for name in names}


def _directory(side: Any, tenant: str) -> dict[str, list[Row]]:
    people = [user(name, id=side(name), userPrincipalName=f"{name}@{tenant}") for name in NAMES["user"]]
    ours = {"appId": side("robot's application"), "displayName": "robot"}
    shared = {"id": side("shared"), "appId": SHARED_APP, "displayName": "shared"}
    return {
        "user": [*people, user("unmapped", id=side("unmapped"))],
        "group": [group(name, id=side(name)) for name in NAMES["group"]],
        "servicePrincipal": [{"id": side("robot"), **ours}, shared],
        "administrativeUnit": [{**unit("seattle"), "id": side("seattle")}],
        "roleDefinition": [built_in(), {**custom("reader"), "id": side("reader")}],
        "namedLocation": [
            {
                "@odata.type": "#microsoft.graph.ipNamedLocation",
                "id": side("office"),
                "displayName": "Office",
                "isTrusted": True,
                "ipRanges": [
                    {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
                ],
                "modifiedDateTime": f"2025-01-0{len(tenant) % 9 + 1}T00:00:00Z",
            },
            {
                "@odata.type": "#microsoft.graph.countryNamedLocation",
                "id": side("abroad"),
                "displayName": "Abroad",
                "countriesAndRegions": ["NO", "SE"] if side is here else ["NO"],
            },
        ],
        "authenticationStrength": [
            {"id": RESISTANT, "displayName": "Phishing-resistant MFA", "policyType": "builtIn"},
            {
                "id": side("keys"),
                "displayName": "Keys only",
                "policyType": "custom",
                "allowedCombinations": ["fido2"],
            },
        ],
        "authenticationContext": [
            {"id": "c1" if side is here else "c4", "displayName": "Admin work"},
            {"id": "c2", "displayName": "Payroll" if side is here else "Visitors"},
        ],
    }


def source(**rows: list[Row]) -> TenantView:
    return view(
        SOURCE,
        {**_directory(here, "contoso.com"), **rows},
        aliases={ALIAS: here("reader")},
    )


def target(*, unread: tuple[str, ...] = (), **rows: list[Row]) -> TenantView:
    aliases = {THEIR_ALIAS: there("reader")}
    return view(TARGET, {**_directory(there, "fabrikam.com"), **rows}, unread=unread, aliases=aliases)


def translation(**rows: list[Row]) -> CarryTranslation:
    """Between the two, with further rows in the source."""
    return CarryTranslation(source(**rows), target(), ACCEPTED)


def query(text: str, **more: Any) -> Row:
    return {
        "@odata.type": "#microsoft.graph.accessReviewQueryScope",
        "query": text,
        "queryType": "MicrosoftGraph",
        "queryRoot": None,
        **more,
    }


def reviewer(text: str, root: str | None = None) -> Row:
    return {"query": text, "queryType": "MicrosoftGraph", "queryRoot": root}


def review(**changes: Any) -> Row:
    """A monthly review of a custom role, as Graph answers it."""
    pattern = {
        "type": "absoluteMonthly", "interval": 1, "month": 0, "dayOfMonth": 0, "daysOfWeek": [],
        "firstDayOfWeek": "sunday", "index": "first",
    }  # fmt: skip
    span = {
        "type": "noEnd",
        "numberOfOccurrences": 0,
        "recurrenceTimeZone": None,
        "startDate": "2025-06-10",
        "endDate": "9999-12-31",
    }
    role = f"/roleManagement/directory/roleDefinitions/{here('reader')}"
    return {
        "id": ident("review"),
        "displayName": "Readers, monthly",
        "descriptionForAdmins": "Who may read",
        "descriptionForReviewers": "Do they still need it?",
        "status": "InProgress",
        "createdDateTime": "2025-06-01T00:00:00Z",
        "lastModifiedDateTime": "2025-06-01T00:00:00Z",
        "createdBy": {"id": here("ann"), "displayName": "ann", "userPrincipalName": "ann@contoso.com"},
        "instances": [],
        "scope": {
            "@odata.type": "#microsoft.graph.principalResourceMembershipsScope",
            "principalScopes": [query("/users"), query("/groups")],
            "resourceScopes": [query(role)],
        },
        "instanceEnumerationScope": None,
        "reviewers": [reviewer(f"/v1.0/users/{here('ann')}")],
        "fallbackReviewers": [],
        "stageSettings": [],
        "additionalNotificationRecipients": [],
        "settings": {
            "mailNotificationsEnabled": True,
            "reminderNotificationsEnabled": True,
            "justificationRequiredOnApproval": True,
            "defaultDecisionEnabled": True,
            "defaultDecision": "Deny",
            "instanceDurationInDays": 14,
            "autoApplyDecisionsEnabled": True,
            "recommendationsEnabled": True,
            "recommendationLookBackDuration": None,
            "recommendationInsightSettings": [],
            "decisionHistoriesForReviewersEnabled": False,
            "recurrence": {"pattern": pattern, "range": span},
            "applyActions": [{"@odata.type": "#microsoft.graph.removeAccessApplyAction"}],
        },
        **changes,
    }


def policy(users: Row | None = None, **changes: Any) -> Row:
    """A policy about a built-in role, as Graph answers it."""
    people = {
        "includeUsers": [],
        "excludeUsers": [here("emergency")],
        "includeGroups": [],
        "excludeGroups": [],
        "includeRoles": [EXCHANGE],
        "excludeRoles": [],
        "includeGuestsOrExternalUsers": None,
        "excludeGuestsOrExternalUsers": None,
        **(users or {}),
    }
    conditions = {
        "userRiskLevels": [],
        "signInRiskLevels": [],
        "clientAppTypes": ["all"],
        "servicePrincipalRiskLevels": [],
        "insiderRiskLevels": None,
        "platforms": None,
        "locations": None,
        "devices": None,
        "clientApplications": None,
        "authenticationFlows": None,
        "applications": {
            "includeApplications": ["All"],
            "excludeApplications": [],
            "includeUserActions": [],
            "includeAuthenticationContextClassReferences": [],
            "applicationFilter": None,
        },
        **changes.pop("conditions", {}),
        "users": people,
    }
    return {
        "id": ident("policy"),
        "templateId": None,
        "displayName": "Exchange administrators use keys",
        "description": None,
        "createdDateTime": "2025-06-01T00:00:00Z",
        "modifiedDateTime": None,
        "deletedDateTime": None,
        "state": "enabled",
        "sessionControls": None,
        "grantControls": controls(authenticationStrength=strength(RESISTANT, "builtIn")),
        **changes,
        "conditions": conditions,
    }


def controls(**changes: Any) -> Row:
    return {
        "operator": "OR",
        "builtInControls": [],
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        "authenticationStrength@odata.context": "https://graph.example/v1.0/$metadata#x",
        "authenticationStrength": None,
        **changes,
    }


def strength(strength_id: str, kind: str = "custom") -> Row:
    """The whole object, as Graph answers it inside a policy."""
    return {
        "id": strength_id,
        "displayName": "Keys",
        "policyType": kind,
        "requirementsSatisfied": "mfa",
        "allowedCombinations": ["fido2"],
        "createdDateTime": "2021-12-01T00:00:00Z",
    }
