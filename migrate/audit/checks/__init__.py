"""Every check that the audit knows. To add one: write it into the file of its family (or a new one), add that
file's ``CHECKS`` here, and name it in a baseline of ``migrate/config/defaults/baselines``."""

from __future__ import annotations

from migrate.audit.check import Check
from migrate.audit.checks import (
    access_reviews,
    approvals,
    conditional_access,
    custom_roles,
    eligibility,
    emergency_accounts,
    global_administrators,
    guest_reviews,
    licence_footprint,
    notifications,
    ownership,
    privileged_groups,
    sign_in_sessions,
    standing_roles,
    task_control,
    tier_rules,
    who_holds,
)

ALL: tuple[Check, ...] = (
    *standing_roles.CHECKS,
    *global_administrators.CHECKS,
    *who_holds.CHECKS,
    *licence_footprint.CHECKS,
    *tier_rules.CHECKS,
    *approvals.CHECKS,
    *conditional_access.CHECKS,
    *sign_in_sessions.CHECKS,
    *emergency_accounts.CHECKS,
    *ownership.CHECKS,
    *eligibility.CHECKS,
    *custom_roles.CHECKS,
    *privileged_groups.CHECKS,
    *access_reviews.CHECKS,
    *guest_reviews.CHECKS,
    *notifications.CHECKS,
    *task_control.CHECKS,
)
BY_ID = {check.id: check for check in ALL}
