"""A model of how PIM judges an administrator's request, written from its documented behaviour alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from migrate.resolve.schedule_fit import Span

Row = dict[str, Any]
_LENGTH = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def failing(
    rules: Sequence[Row], kind: str, principal_kind: str, span: Span, *, mfa: bool, at: datetime
) -> list[str]:
    """What Graph would name in its refusal. Justification and ticket are always there."""
    by_id = {rule["id"]: rule for rule in rules}
    eligible = "Eligibility" in kind
    section = "Admin_Eligibility" if eligible else "Admin_Assignment"
    expiration, enablement = by_id[f"Expiration_{section}"], by_id[f"Enablement_{section}"]
    begin = at if span.start is None or span.start < at else span.start
    found = []
    if eligible and principal_kind == "servicePrincipal":
        found.append("InvalidRoleAssignmentRequest")
    if span.end is not None and (span.end <= at or span.end < begin + timedelta(minutes=5)):
        found.append("ActiveDurationTooShort")
    longest = _length(expiration["maximumDuration"])
    too_long = longest is not None and (span.end is None or span.end - begin > longest)
    if longest == timedelta() or (expiration["isExpirationRequired"] and too_long):
        found.append("ExpirationRule")
    if "MultiFactorAuthentication" in enablement["enabledRules"] and not mfa:
        found.append("MfaRule")
    return found


def _length(text: str | None) -> timedelta | None:
    if text is None:
        return None
    match = _LENGTH.fullmatch(text)
    assert match is not None, text
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
