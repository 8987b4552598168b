"""The small pair of tenants with reviews and conditional access in the source that guard what moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from migrate.lab.seed.draft import Seed
from migrate.lab.seed.small import small_pair
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, object_id

REVIEWS, POLICIES = "accessReviewDefinitions", "conditionalAccessPolicies"
RESISTANT = "00000000-0000-0000-0000-000000000004"
ROLE_REVIEW, GROUP_REVIEW, LOST_REVIEW = (f"0a000000-0000-0000-0000-00000000000{one}" for one in range(1, 4))
ROLE_POLICY, STALE_POLICY = (f"0b000000-0000-0000-0000-00000000000{one}" for one in range(1, 3))
GONE = "0c000000-0000-0000-0000-000000000001"


def ours(kind: str, key: str) -> str:
    """The id of a source object."""
    return object_id(CONTOSO, kind, key)


def guarded_pair(now: datetime) -> tuple[Seed, Seed]:
    """A review of a custom role by its PIM spelling, one of a group, one whose reviewer has no account in
    the target; a policy on a built-in role, and one that is switched off."""
    source, target = small_pair(now)
    (custom,) = (row["id"] for row in source["roleDefinitions"] if not row["isBuiltIn"])
    alias = source["roleAliases"][custom]
    exchange = _role(source, "Exchange Administrator")
    group = source["groups"][0]["id"]
    schedules = "/roleManagement/directory/roleAssignmentScheduleInstances?$expand=principal&$filter="
    reviewer = ours("user", "person-012")
    source[REVIEWS] = [
        _review(ROLE_REVIEW, "Readers, monthly", f"{schedules}roleDefinitionId eq '{alias}'", reviewer, now),
        _review(GROUP_REVIEW, "Operators", f"/groups/{group}/transitiveMembers", reviewer, now),
        _review(LOST_REVIEW, "Nobody's", f"/groups/{group}/members", _break_glass(source), now),
    ]
    source[POLICIES] = [
        _policy(ROLE_POLICY, "Keys for Exchange", exchange, "enabled", ours("user", "person-001")),
        _policy(STALE_POLICY, "Old idea", exchange, "disabled", GONE),
    ]
    return source, target


def _role(seed: Seed, name: str) -> str:
    return next(str(row["id"]) for row in seed["roleDefinitions"] if row["displayName"] == name)


def _break_glass(seed: Seed) -> str:
    """Every tenant has its own, so nobody there stands for them."""
    admin = _role(seed, "Global Administrator")
    return next(
        str(row["principalId"]) for row in seed["roleAssignmentSchedules"] if row["roleDefinitionId"] == admin
    )


def _review(review_id: str, name: str, query: str, reviewer: str, now: datetime) -> dict[str, Any]:
    return {
        "id": review_id,
        "displayName": name,
        "descriptionForAdmins": "Who may",
        "descriptionForReviewers": "Do they still need it?",
        "createdDateTime": "2025-06-01T00:00:00Z",
        "scope": {
            "@odata.type": "#microsoft.graph.accessReviewQueryScope",
            "query": query,
            "queryType": "MicrosoftGraph",
        },
        "reviewers": [{"query": f"/users/{reviewer}", "queryType": "MicrosoftGraph"}],
        "settings": {
            "mailNotificationsEnabled": True,
            "defaultDecisionEnabled": True,
            "defaultDecision": "Deny",
            "instanceDurationInDays": 14,
            "autoApplyDecisionsEnabled": True,
            "recurrence": {
                "pattern": {"type": "absoluteMonthly", "interval": 3, "dayOfMonth": 10},
                "range": {"type": "noEnd", "startDate": f"{now.year - 1}-06-10"},
            },
            "applyActions": [{"@odata.type": "#microsoft.graph.removeAccessApplyAction"}],
        },
    }


def _policy(policy_id: str, name: str, role: str, state: str, excluded: str) -> dict[str, Any]:
    return {
        "id": policy_id,
        "displayName": name,
        "state": state,
        "createdDateTime": "2025-06-01T00:00:00Z",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeRoles": [role], "excludeUsers": [excluded]},
        },
        "grantControls": {"operator": "OR", "authenticationStrength": {"id": RESISTANT}},
    }


MOVE = "[guards_of_privilege]\naccess_reviews = true\nconditional_access = true\n"


def guard_alone(now: datetime, kind: str) -> tuple[Seed, Seed]:
    """One right that the target has already, and in the source one guard of it, of this kind: the only write
    of a plan."""
    source, target = guarded_pair(now)
    exchange = _role(source, "Exchange Administrator")
    who = "person-000"
    (right,) = (
        row
        for row in source["roleEligibilitySchedules"]
        if row["principalId"] == ours("user", who) and row["roleDefinitionId"] == exchange
    )
    source["roleEligibilitySchedules"], source["groupEligibilitySchedules"] = [right], []
    target["roleEligibilitySchedules"] = [{**right, "principalId": object_id(FABRIKAM, "user", who)}]
    query = f"/roleManagement/directory/roleDefinitions/{exchange}"
    review = _review(ROLE_REVIEW, "Exchange", query, ours("user", "person-012"), now)
    source[REVIEWS] = [review] if kind == "accessReview" else []
    source[POLICIES] = source[POLICIES][:1] if kind == "conditionalAccessPolicy" else []
    return source, target


def group_to_make(now: datetime) -> tuple[Seed, Seed]:
    """The pair in which the target lacks the group that the source reviews."""
    source, target = guarded_pair(now)
    for name in ("groups", "onboardedGroups", "groupEligibilitySchedules"):
        target[name] = []
    for name in ("groupPolicies", "groupMembers", "groupOwners"):
        target[name] = {}
    return source, target
