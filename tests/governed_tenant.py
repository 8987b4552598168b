"""A small tenant in which privilege is governed: it passes every check until a test breaks one thing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tenant_pairs import (
    EXCHANGE,
    built_in,
    custom,
    group,
    group_right,
    ident,
    member,
    policy,
    right,
    user,
    view,
)

from migrate.audit.declared import Declared, EmergencyAccount, TierRules
from migrate.audit.posture import Posture
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR
from migrate.resolve.tiers import TierTable

Row = dict[str, Any]
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SHAREPOINT = "f28a1f50-f6e7-4571-818b-6a12f2af6b6c"
P2_PLAN = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
READERS = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
EMERGENCY = ("bg1@x.onmicrosoft.com", "bg2@x.onmicrosoft.com")
PEOPLE = (*EMERGENCY, "anna", "ben", "cleo", "dora", "emil", "finn")
OPERATORS, KEY_READER = "Operators", "Key Reader"
PRIVILEGED = (GLOBAL_ADMINISTRATOR, EXCHANGE, SHAREPOINT)
MAIL_SKU = ident("a subscription with mail")
ACTION = "microsoft.directory/bitlockerKeys/key/read"
TABLE = TierTable(
    names={0: "top", 1: "near", 2: "low"},
    roles={GLOBAL_ADMINISTRATOR: 0, EXCHANGE: 1, SHAREPOINT: 1, READERS: 2},
    custom_roles={KEY_READER.lower(): 2},
)
END = "2026-06-01T00:00:00Z"
START = "2026-02-01T00:00:00Z"


def approvers(*names: str) -> Row:
    found = [{"@odata.type": "#microsoft.graph.singleUser", "userId": ident(one)} for one in names]
    return {"setting": {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": found}]}}


def strict(governed: str, *, context: bool, group_id: str | None = None) -> Row:
    """A policy that asks for everything."""
    demands = ["Justification", "Ticketing", *([] if context else ["MultiFactorAuthentication"])]
    recipients = {"notificationRecipients": ["soc@x.example"]}
    return policy(
        governed,
        group_id=group_id,
        Expiration_EndUser_Assignment={"isExpirationRequired": True, "maximumDuration": "PT1H"},
        Enablement_EndUser_Assignment={"enabledRules": demands},
        Approval_EndUser_Assignment=approvers("dora", "emil"),
        AuthenticationContext_EndUser_Assignment={
            "isEnabled": context,
            "claimValue": "c1" if context else "",
        },
        Notification_Admin_EndUser_Assignment=recipients,
        Notification_Admin_Admin_Assignment=recipients,
        Notification_Admin_Admin_Eligibility=recipients,
    )


def review(*roles: str) -> Row:
    queries = [{"query": f"/roleManagement/directory/roleDefinitions/{one}"} for one in roles]
    recurrence = {
        "pattern": {"type": "absoluteMonthly", "interval": 1},
        "range": {"type": "noEnd", "startDate": "2026-01-01", "endDate": "9999-12-31"},
    }
    return {
        "id": ident("review"),
        "displayName": "Privileged roles",
        "status": "InProgress",
        "scope": {"resourceScopes": queries},
        "reviewers": [{"query": f"/users/{ident('dora')}"}],
        "settings": {
            "autoApplyDecisionsEnabled": True,
            "defaultDecisionEnabled": True,
            "defaultDecision": "Deny",
            "instanceDurationInDays": 7,
            "mailNotificationsEnabled": True,
            "reminderNotificationsEnabled": True,
            "justificationRequiredOnApproval": True,
            "recurrence": recurrence,
        },
    }


def guest_review() -> Row:
    every = {"query": "/groups?$filter=(groupTypes/any(c:c+eq+'Unified'))"}
    guests = {"query": "./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')"}
    named = {"id": ident("guest review"), "displayName": "Guests of all groups"}
    return {**review(), **named, "scope": guests, "instanceEnumerationScope": every}


def conditional_access(name: str, *, controls: Row, **conditions: Any) -> Row:
    excluded = {"excludeUsers": [ident(one) for one in EMERGENCY]}
    users = {"includeUsers": ["All"], **excluded, **conditions.pop("users", {})}
    applications = conditions.pop("applications", {"includeApplications": ["All"]})
    return {
        "id": ident(name),
        "displayName": name,
        "state": "enabled",
        "modifiedDateTime": "2026-02-01T00:00:00Z",
        "conditions": {"users": users, "applications": applications, **conditions},
        "grantControls": controls,
    }


class Governed:
    """The tenant as plain rows by kind and name; ``posture`` makes of it what checks look at."""

    def __init__(self) -> None:
        operators = ident(OPERATORS)
        self.users = {
            one: user(
                one, accountEnabled=True, userType="Member", onPremisesSyncEnabled=None, assignedLicenses=[]
            )
            for one in PEOPLE
        }
        self.skus = {
            "mail": {
                "id": f"t_{MAIL_SKU}",
                "skuId": MAIL_SKU,
                "skuPartNumber": "MAIL",
                "capabilityStatus": "Enabled",
                "prepaidUnits": {"enabled": 3},
                "servicePlans": [
                    {"servicePlanId": ident("mailbox"), "servicePlanName": "EXCHANGE_S_ENTERPRISE"},
                    {"servicePlanId": P2_PLAN, "servicePlanName": "AAD_PREMIUM_P2"},
                ],
            }
        }
        self.groups = {OPERATORS: group(OPERATORS)}
        self.apps: dict[str, Row] = {}
        self.roles = {
            "Global Administrator": built_in(GLOBAL_ADMINISTRATOR, "Global Administrator"),
            "Exchange Administrator": built_in(),
            "SharePoint Administrator": built_in(SHAREPOINT, "SharePoint Administrator"),
            "Directory Readers": built_in(READERS, "Directory Readers"),
            KEY_READER: custom(KEY_READER, ACTION),
        }
        self.standing = {one: self.held(one, GLOBAL_ADMINISTRATOR) for one in EMERGENCY}
        self.eligible = {
            "anna": self.may("anna", GLOBAL_ADMINISTRATOR),
            "ben": self.may("ben", EXCHANGE),
            "finn": self.may("finn", EXCHANGE),
            OPERATORS: self.may(OPERATORS, EXCHANGE),
            "ben reads keys": self.may("ben", ident(KEY_READER)),
        }
        self.group_eligible = {"cleo": group_right("cleo", ident("cleo"), operators, end=END)}
        self.policies = {
            "Global Administrator": strict(GLOBAL_ADMINISTRATOR, context=True),
            "Exchange Administrator": strict(EXCHANGE, context=False),
            "SharePoint Administrator": strict(SHAREPOINT, context=False),
            "Directory Readers": strict(READERS, context=False),
            KEY_READER: strict(ident(KEY_READER), context=False),
            "members": strict("member", context=False, group_id=operators),
            "owners": strict("owner", context=False, group_id=operators),
        }
        strength = {"id": "s", "allowedCombinations": ["fido2"]}
        context = {"includeAuthenticationContextClassReferences": ["c1"]}
        self.conditional_access = {
            "context": conditional_access(
                "context", controls={"builtInControls": ["mfa"]}, applications=context
            ),
            "keys": conditional_access("keys", controls={"authenticationStrength": strength}),
            "blocked": conditional_access("blocked", controls={"builtInControls": ["block"]}),
            "sessions": {
                **conditional_access("sessions", controls={}),
                "sessionControls": {
                    "signInFrequency": {
                        "isEnabled": True, "frequencyInterval": "timeBased", "type": "hours", "value": 4,
                    },
                    "persistentBrowser": {"isEnabled": True, "mode": "never"},
                },
            },
        }  # fmt: skip
        self.reviews = {"review": review(*PRIVILEGED), "guests": guest_review()}
        self.registrations = {
            one: {"id": ident(one), "isMfaRegistered": True, "methodsRegistered": ["fido2SecurityKey"]}
            for one in PEOPLE
        }
        self.actions = [{"id": ACTION, "name": ACTION}]
        self.members: dict[str, list[Row]] = {OPERATORS: []}
        self.owners: dict[str, list[Row]] = {OPERATORS: [member(ident("ben"))]}
        self.unread: set[str] = set()
        self.tested: dict[str, date | None] = {one: date(2026, 2, 1) for one in EMERGENCY}
        self.answerable = {("roledefinition", one): "Ida" for one in (*PRIVILEGED, ident(KEY_READER))}
        self.answerable["group", operators] = "Ida"
        demanding = TierRules(timedelta(hours=4), True, True, True, True)
        self.rules = {
            0: TierRules(timedelta(hours=1), True, True, True, True, authentication_context=True),
            1: demanding,
            2: demanding,
        }

    @staticmethod
    def held(name: str, role: str, **more: Any) -> Row:
        made = {"createdDateTime": START, "createdUsing": "r", "assignmentType": "Assigned"}
        return right(f"{name} has {role}", ident(name), role, start=START, **{**made, **more})

    @staticmethod
    def may(name: str, role: str, **more: Any) -> Row:
        return right(f"{name} may {role}", ident(name), role, **{"start": START, "end": END, **more})

    def rule(self, of: str, name: str, **changes: Any) -> None:
        """Changes one rule of a policy."""
        (found,) = [one for one in self.policies[of]["policy"]["rules"] if one["id"] == name]
        found.update(changes)

    def posture(self) -> Posture:
        rows = {
            "user": self.users.values(),
            "group": self.groups.values(),
            "servicePrincipal": self.apps.values(),
            "roleDefinition": self.roles.values(),
            "roleAssignmentSchedule": self.standing.values(),
            "roleEligibilitySchedule": self.eligible.values(),
            "groupEligibilitySchedule": self.group_eligible.values(),
            "pimGroup": [{"id": one["id"]} for name, one in self.groups.items() if name == OPERATORS],
            "roleManagementPolicy": self.policies.values(),
            "conditionalAccessPolicy": self.conditional_access.values(),
            "accessReview": self.reviews.values(),
            "userRegistration": self.registrations.values(),
            "resourceAction": self.actions,
            "subscribedSku": self.skus.values(),
            "authenticationContext": [{"id": "c1", "displayName": "Privileged", "isAvailable": True}],
            "organization": [{"id": "t", "displayName": "Tenant X", "verifiedDomains": []}],
        }
        lists = {
            kind: {
                ident(one): rows
                for one, rows in found.items()
                if collection not in self.unread and f"{collection}:{ident(one)}" not in self.unread
            }
            for kind, collection, found in (
                ("groupMember", "groupMembers", self.members),
                ("groupOwner", "groupOwners", self.owners),
            )
        }
        seen = view(
            "t",
            copy.deepcopy({kind: list(found) for kind, found in rows.items()}),
            unread=self.unread,
            lists=lists,
        )
        declared = Declared(
            tuple(EmergencyAccount(one, tested) for one, tested in self.tested.items()),
            self.answerable,
            self.rules,
        )
        return Posture(seen, "target", TABLE, NOW, declared)


Break = Callable[[Governed], None]
