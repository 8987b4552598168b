"""The fixed words of a policy's rules: their ids, the same 17 spellings in every tenant, and their values."""

from __future__ import annotations

EXPIRATIONS = ("Expiration_Admin_Eligibility", "Expiration_Admin_Assignment", "Expiration_EndUser_Assignment")
ENABLEMENTS = ("Enablement_Admin_Eligibility", "Enablement_Admin_Assignment", "Enablement_EndUser_Assignment")
NOTIFICATIONS = tuple(
    f"Notification_{who}_{what}"
    for what in ("Admin_Eligibility", "Admin_Assignment", "EndUser_Assignment")
    for who in ("Admin", "Requestor", "Approver")
)
APPROVAL = "Approval_EndUser_Assignment"
CONTEXT = "AuthenticationContext_EndUser_Assignment"
ACTIVATION = "Enablement_EndUser_Assignment"
EVERY = frozenset({*EXPIRATIONS, *ENABLEMENTS, *NOTIFICATIONS, APPROVAL, CONTEXT})
MFA, TICKETING = "multifactorauthentication", "ticketing"
DEMANDS = {
    MFA: "MultiFactorAuthentication",
    "justification": "Justification",
    TICKETING: "Ticketing",
}
LEVELS = {"none": 0, "critical": 1, "all": 2}
MODES = frozenset({"singlestage", "serial", "parallel"})
"""The ways in which an approval is given where one is needed at all."""


def type_of(rule_id: str) -> str:
    """The type that Graph gives a rule, and demands of every change of it (observed behaviours 4)."""
    return f"#microsoft.graph.unifiedRoleManagementPolicy{rule_id.partition('_')[0]}Rule"
