"""Policies of the right shape for tests, and Graph's checks of a change as a small model."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from tenant_pairs import ident

from migrate.lab.policy_rules import default_rules, merged
from migrate.plan.policy_copy import Mode, PolicyCopy, policy_copy

Rule = dict[str, Any]
ELIGIBLE, ASSIGNED, ACTIVE = (
    "Expiration_Admin_Eligibility",
    "Expiration_Admin_Assignment",
    "Expiration_EndUser_Assignment",
)
ASKED, ASKED_OF_ADMINS = "Enablement_EndUser_Assignment", "Enablement_Admin_Assignment"
APPROVAL, CONTEXT = "Approval_EndUser_Assignment", "AuthenticationContext_EndUser_Assignment"
MAIL = "Notification_Admin_EndUser_Assignment"
MFA, WHY, TICKET = "MultiFactorAuthentication", "Justification", "Ticketing"
PEOPLE = [ident(f"approver {number}") for number in range(4)]
THEIRS = [ident(f"approver {number} of the target") for number in range(4)]
GROUP, THEIR_GROUP = ident("approvers"), ident("approvers of the target")
IDS = {
    **{("user", one): other for one, other in zip(PEOPLE[:3], THEIRS[:3], strict=True)},
    ("group", GROUP): THEIR_GROUP,
    ("authenticationContext", "c1"): "c7",
    ("authenticationContext", "c2"): "c8",
}
"""The last of the people has no counterpart, and neither has any other context."""


def rules(*, group: bool = False, **changes: Mapping[str, Any]) -> list[Rule]:
    """The 17 rules as shipped, with these properties over them."""
    return list(merged(default_rules(group=group), changes).values())


def by_id(found: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {str(rule["id"]): rule for rule in found}


def context(claim: str | None) -> Rule:
    return {"isEnabled": bool(claim), "claimValue": claim}


def copied(
    source: Sequence[Mapping[str, Any]],
    target: Sequence[Mapping[str, Any]],
    mode: Mode = Mode.COPY,
    *,
    minimum: int = 1,
    **more: Any,
) -> PolicyCopy:
    return policy_copy(
        source,
        target,
        mode=mode,
        translate=lambda kind, source_id: IDS.get((kind, source_id)),
        translate_address=_address,
        minimum_approvers=minimum,
        **more,
    )


def _address(mail: str) -> str | None:
    name, _, domain = mail.lower().partition("@")
    return f"{name}@fabrikam.com" if domain == "contoso.com" else None


class Refused(Exception):
    """The code with which Graph answers a change that it does not take."""


class Tenant:
    """One policy in Graph. Stricter than Graph is: it refuses MFA beside a context in either order."""

    def __init__(self, standing: Sequence[Mapping[str, Any]]) -> None:
        self._rules = {str(rule["id"]): copy.deepcopy(dict(rule)) for rule in standing}

    def patch(self, body: Mapping[str, Any]) -> None:
        standing = self._rules[body["id"]]
        if body["@odata.type"] != standing["@odata.type"]:
            raise Refused("an empty code")
        if (
            not {"caller", "operations", "level", "inheritableSettings", "enforcedSettings"}
            <= {*body["target"]}
            or "targetObjects" in body["target"]
        ):
            raise Refused("the policy would be broken")
        changed = copy.deepcopy({**standing, **body})
        if changed.get("isExpirationRequired") and not changed.get("maximumDuration"):
            raise Refused("InvalidPolicy")
        if TICKET in changed.get("enabledRules", ()) and body["id"] != ASKED:
            raise Refused("InvalidPolicy")
        for stage in changed.get("setting", {}).get("approvalStages", ()):
            if stage["escalationApprovers"]:
                raise Refused("it would not be kept")
            for one in stage["primaryApprovers"]:
                if not {*one} <= {"@odata.type", "userId", "groupId", "description"}:
                    raise Refused("UnableToDeserializePostBody")
        then = {**self._rules, body["id"]: changed}
        both = MFA in then[ASKED]["enabledRules"] and then[CONTEXT]["isEnabled"]
        if both and body["id"] in (ASKED, CONTEXT):
            raise Refused("MfaAndAcrsConflict")
        # The order that was sent is not kept (observed behaviours 7).
        for name in ("enabledRules", "notificationRecipients"):
            if name in changed:
                changed[name] = list(reversed(changed[name]))
        self._rules = {**self._rules, body["id"]: changed}

    def rules(self) -> list[Rule]:
        return copy.deepcopy(list(self._rules.values()))
