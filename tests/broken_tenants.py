"""Ways to break a governed tenant, each so that one check of the audit fails and no other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from governed_tenant import (
    ACTION,
    EMERGENCY,
    KEY_READER,
    MAIL_SKU,
    OPERATORS,
    READERS,
    SHAREPOINT,
    Break,
    Governed,
    approvers,
    conditional_access,
    strict,
)
from tenant_pairs import EXCHANGE, custom, group, ident, member

from migrate.kinds.ids import GLOBAL_ADMINISTRATOR

RIGHTS = ("roleAssignmentSchedules", "roleEligibilitySchedules", "roleDefinitions")
ACTIVATION = ("roleEligibilitySchedules", "roleManagementPolicies", "pimGroups", "groupManagementPolicies")


@dataclass(frozen=True)
class Case:
    """``breaks`` makes the tenant fail; ``unread`` are collections without which nobody can say that it
    passes; empty where the check needs nothing of the tenant."""

    check: str
    breaks: Break
    unread: tuple[str, ...] = ()
    message: str = ""


def give(tenant: Governed, kind: str, name: str, row: dict[str, Any]) -> None:
    getattr(tenant, kind)[name] = row


def give_app(tenant: Governed) -> None:
    tenant.apps["robot"] = {"id": ident("robot"), "displayName": "robot", "appId": "a"}
    # It ends, was given through PIM, and an application can only stand.
    tenant.standing["robot"] = tenant.held(
        "robot", EXCHANGE, scheduleInfo=tenant.eligible["ben"]["scheduleInfo"]
    )


def join(tenant: Governed, name: str, kind: str = "user") -> None:
    tenant.members[OPERATORS] = [member(ident(name), kind)]


def nest(tenant: Governed) -> None:
    tenant.groups["Inner"] = group("Inner")
    tenant.members["Inner"], tenant.owners["Inner"] = [], []
    tenant.group_eligible["Inner"] = {
        **tenant.group_eligible["cleo"],
        "id": "inner",
        "principalId": ident("Inner"),
    }


def by_group(tenant: Governed) -> None:
    """As many people as before, and fewer assignments."""
    for one in ("ben", "finn"):
        del tenant.eligible[one]
        given = {**tenant.group_eligible["cleo"], "id": f"{one} operates", "principalId": ident(one)}
        tenant.group_eligible[one] = given


def circle(tenant: Governed) -> None:
    """Whoever approves for the group's members is a member only after an approval."""
    named = {"@odata.type": "#microsoft.graph.groupMembers", "groupId": ident(OPERATORS)}
    setting = {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": [named]}]}
    tenant.rule("members", "Approval_EndUser_Assignment", setting=setting)


def requester(tenant: Governed) -> None:
    tenant.rule("Exchange Administrator", "Approval_EndUser_Assignment", **approvers("ben", "finn"))


def many(tenant: Governed) -> None:
    """Ten assignments to groups, so that no number of people changes."""
    for number in range(5):
        name = f"Crew {number}"
        tenant.groups[name] = group(name)
        tenant.members[name], tenant.owners[name] = [], []
        tenant.eligible[name] = tenant.may(name, EXCHANGE)


def orphan(tenant: Governed) -> None:
    """It ends and was given through PIM; but for who has it nothing is wrong with it."""
    eligible = tenant.eligible.pop("ben reads keys")
    info = {"scheduleInfo": eligible["scheduleInfo"]}
    tenant.standing["nobody"] = tenant.held("nobody", ident(KEY_READER), **info)


def without_approval(tenant: Governed) -> None:
    """The tier does not ask for an approval either, so that only the control misses it."""
    tenant.rules[0] = replace(tenant.rules[0], approval=False)
    tenant.rule("Global Administrator", "Approval_EndUser_Assignment", setting={"isApprovalRequired": False})


def settings(tenant: Governed, **changes: Any) -> None:
    tenant.reviews["review"]["settings"].update(changes)


CASES = (
    Case(
        "permanent-assignments",
        lambda t: give(t, "standing", "ben", t.held("ben", READERS)),
        RIGHTS[:1],
        "holds Directory Readers for good",
    ),
    Case(
        "assigned-outside-pim",
        lambda t: t.standing[EMERGENCY[0]]["scheduleInfo"].update(startDateTime=None),
        RIGHTS[:1],
        "outside PIM",
    ),
    Case("global-administrators-number", lambda t: t.eligible.pop("anna"), RIGHTS, "2 people can be"),
    Case("global-administrators-ratio", lambda t: t.eligible.pop("finn"), RIGHTS, "2 have a narrower"),
    Case("global-administrators-share", by_group, RIGHTS, "75 %"),
    Case("privileged-assignments-number", many, RIGHTS, "privileged roles were given"),
    Case(
        "synced-accounts-with-privilege",
        lambda t: t.users["ben"].update(onPremisesSyncEnabled=True),
        RIGHTS,
    ),
    Case("guests-with-privilege", lambda t: t.users["cleo"].update(userType="Guest"), RIGHTS, "may activate"),
    Case("applications-with-privilege", give_app, RIGHTS, "is an application"),
    Case(
        "tier-activation-time",
        lambda t: t.rule("Exchange Administrator", "Expiration_EndUser_Assignment", maximumDuration="PT8H"),
        ACTIVATION,
        "may last 8:00 h, at most 4:00 h",
    ),
    Case(
        "tier-mfa",
        lambda t: t.rule(
            "members", "Enablement_EndUser_Assignment", enabledRules=["Justification", "Ticketing"]
        ),
        ACTIVATION,
        "no MFA",
    ),
    Case(
        "tier-authentication-context",
        lambda t: t.policies.update({"Global Administrator": strict(GLOBAL_ADMINISTRATOR, context=False)}),
        ACTIVATION,
        "once per browser session",
    ),
    Case(
        "tier-approval",
        lambda t: t.rule(
            "Exchange Administrator", "Approval_EndUser_Assignment", setting={"isApprovalRequired": False}
        ),
        ACTIVATION,
    ),
    Case(
        "tier-justification",
        lambda t: t.rule(
            "members",
            "Enablement_EndUser_Assignment",
            enabledRules=["MultiFactorAuthentication", "Ticketing"],
        ),
        ACTIVATION,
    ),
    Case(
        "tier-ticket",
        lambda t: t.rule(
            "members",
            "Enablement_EndUser_Assignment",
            enabledRules=["MultiFactorAuthentication", "Justification"],
        ),
        ACTIVATION,
    ),
    Case(
        "approvers-able",
        lambda t: t.rule("Exchange Administrator", "Approval_EndUser_Assignment", **approvers("dora")),
        ACTIVATION,
        "one person alone",
    ),
    Case("approval-by-the-requester", requester, ACTIVATION, "only those who ask"),
    Case(
        "report-only-on-privileged-roles",
        lambda t: give(
            t,
            "conditional_access",
            "trial",
            {
                **conditional_access(
                    "trial",
                    controls={"builtInControls": ["mfa"]},
                    users={"includeUsers": [], "includeRoles": [EXCHANGE]},
                ),
                "state": "enabledForReportingButNotEnforced",
            },
        ),
        ("conditionalAccessPolicies",),
        "report-only for 28 days",
    ),
    Case(
        "context-enforced",
        lambda t: t.conditional_access["context"].update(state="enabledForReportingButNotEnforced"),
        (*ACTIVATION,),
        "only a report-only policy",
    ),
    Case(
        "phishing-resistant-privileged-roles",
        lambda t: t.conditional_access["keys"].update(state="disabled"),
        ("conditionalAccessPolicies", "roleDefinitions"),
    ),
    Case(
        "break-glass-number",
        lambda t: (
            t.tested.pop(EMERGENCY[0])
            and t.standing[EMERGENCY[0]].update(scheduleInfo=t.eligible["ben"]["scheduleInfo"])
        ),
        (),
        "1 emergency accounts",
    ),
    Case("break-glass-tested", lambda t: t.tested.update({EMERGENCY[0]: date(2025, 1, 1)}), (), "424 days"),
    Case(
        "break-glass-standing",
        lambda t: (
            t.eligible.update({"bg": t.may(EMERGENCY[0], GLOBAL_ADMINISTRATOR)})
            or t.standing.pop(EMERGENCY[0])
        ),
        ("roleAssignmentSchedules",),
    ),
    Case("break-glass-account", lambda t: t.users[EMERGENCY[0]].update(accountEnabled=False), (), "disabled"),
    Case(
        "break-glass-excluded",
        lambda t: t.conditional_access["blocked"]["conditions"]["users"].update(
            excludeUsers=[ident(EMERGENCY[0])]
        ),
        ("conditionalAccessPolicies",),
        "blocked",
    ),
    Case(
        "break-glass-method",
        lambda t: t.registrations[EMERGENCY[0]].update(methodsRegistered=["email"]),
        (),
    ),
    Case(
        "roles-without-owner",
        lambda t: (
            t.answerable.pop(("roledefinition", EXCHANGE))
            and t.answerable.update(
                {("user", ident("ben")): "x", ("user", ident("finn")): "x", ("group", ident(OPERATORS)): "x"}
            )
        ),
        RIGHTS,
    ),
    Case(
        "eligibility-stale",
        lambda t: give(t, "eligible", "ben", t.may("ben", EXCHANGE, start="2024-01-01T00:00:00Z")),
        RIGHTS,
    ),
    Case("eligibility-of-disabled-accounts", lambda t: t.users["ben"].update(accountEnabled=False), RIGHTS),
    Case("custom-roles-unused", lambda t: t.eligible.pop("ben reads keys"), RIGHTS),
    Case(
        "custom-roles-broader-than-their-name",
        lambda t: (
            give(t, "roles", KEY_READER, custom(KEY_READER, ACTION.replace("read", "update")))
            or t.actions.append({"id": "w", "name": ACTION.replace("read", "update")})
        ),
        ("roleDefinitions",),
        'says "reader"',
    ),
    Case(
        "custom-roles-unsupported-actions",
        lambda t: t.actions.__setitem__(0, {"id": "o", "name": "other"}),
        ("resourceActions",),
    ),
    Case(
        "privileged-groups-not-role-assignable",
        lambda t: t.groups[OPERATORS].update(isAssignableToRole=None),
        RIGHTS,
    ),
    Case("privileged-groups-nested", nest, ("groupMembers",)),
    Case(
        "privileged-groups-dynamic",
        lambda t: t.groups[OPERATORS].update(groupTypes=["DynamicMembership"]),
        RIGHTS,
    ),
    Case(
        "privileged-groups-owners-outside-tier",
        lambda t: t.owners.update({OPERATORS: [member(ident("dora"))]}),
        ("groupOwners",),
    ),
    Case(
        "pim-groups-standing-members", lambda t: join(t, "cleo"), ("groupMembers", "groupAssignmentSchedules")
    ),
    Case("access-reviews-missing", lambda t: t.reviews.pop("review"), ("accessReviews",)),
    Case("access-reviews-schedule", lambda t: settings(t, recurrence={}), ("accessReviews",), "happens once"),
    Case("access-reviews-reviewers", lambda t: t.reviews["review"].update(reviewers=[]), ("accessReviews",)),
    Case(
        "access-reviews-consequences",
        lambda t: settings(t, autoApplyDecisionsEnabled=False),
        ("accessReviews",),
    ),
    Case(
        "access-reviews-attention",
        lambda t: settings(t, reminderNotificationsEnabled=False),
        ("accessReviews",),
        "not reminded",
    ),
    Case("guest-access-reviews", lambda t: t.reviews.pop("guests"), ("accessReviews",), "no access review"),
    Case(
        "sign-in-frequency-privileged-roles",
        lambda t: t.conditional_access["sessions"]["sessionControls"]["signInFrequency"].update(value=5),
        ("conditionalAccessPolicies", "roleDefinitions"),
        "holds for 5 h, at most 4 h",
    ),
    Case(
        "licence-footprint-of-administrators",
        lambda t: t.users["ben"].update(assignedLicenses=[{"skuId": MAIL_SKU, "disabledPlans": []}]),
        RIGHTS,
        "holds MAIL, which brings EXCHANGE_S_ENTERPRISE",
    ),
    Case("approval-required", without_approval, (*ACTIVATION[1:2], "roleDefinitions"), "without an approval"),
    Case(
        "eligibility-without-owner",
        lambda t: t.answerable.pop(("group", ident(OPERATORS))),
        (*RIGHTS, "pimGroups", "groupEligibilitySchedules"),
        "may activate Operators (member)",
    ),
    Case("custom-roles-orphaned", orphan, RIGHTS, "principals that are gone"),
    Case(
        "notification-recipients",
        lambda t: t.rule(
            "Exchange Administrator", "Notification_Admin_EndUser_Assignment", notificationRecipients=[]
        ),
        ("roleManagementPolicies", "groupManagementPolicies"),
    ),
    Case(
        "role-or-task", lambda t: give(t, "eligible", "x", t.may("cleo", SHAREPOINT)), RIGHTS[:2], "1 times"
    ),
)
NOT_ALONE = {
    "approval-circle": "an approval that waits for itself is also one that nobody can give",
}
