"""What one rule of a target's policy should become, by the mode: the whole rule, or why it is left alone.

Approvals have a file of their own, and so has the quarrel of MFA and the authentication context. A rule that
is handed in here has no fault, on either side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from migrate.kinds import policy_rule
from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_names import (
    APPROVAL,
    CONTEXT,
    DEMANDS,
    ENABLEMENTS,
    EXPIRATIONS,
    LEVELS,
    NOTIFICATIONS,
)
from migrate.kinds.schedule import parse_duration
from migrate.plan.policy_approval import wanted_approval
from migrate.plan.policy_change import Destination, LeftAlone, Mode


def wanted(source: Row, target: Row, mode: Mode, destination: Destination) -> Row | LeftAlone:
    """The target's rule with what the source's has more (strengthen), or with all that it has (copy)."""
    return _WANTED[str(source["id"])](source, target, mode, destination)


def _expiration(source: Row, target: Row, mode: Mode, _destination: Destination) -> Row:
    ours, theirs = source["isExpirationRequired"], target["isExpirationRequired"]
    longest, longest_there = source.get("maximumDuration") or None, target.get("maximumDuration") or None
    if mode is Mode.COPY:
        if parse_duration(longest) in (None, parse_duration(longest_there)):
            longest = longest_there
        return {**target, "isExpirationRequired": ours, "maximumDuration": longest}
    limits = ours or str(source["id"]).endswith("EndUser_Assignment")
    # Never longer than what stands there, even where that limited nobody so far.
    shorter = _shorter(longest, longest_there) if limits else longest_there
    return {**target, "isExpirationRequired": ours or theirs, "maximumDuration": shorter}


def _shorter(ours: str | None, theirs: str | None) -> str | None:
    here, there = parse_duration(ours), parse_duration(theirs)
    if here is None or there is None:
        return theirs if here is None else ours
    return ours if here < there else theirs


def _enablement(source: Row, target: Row, mode: Mode, _destination: Destination) -> Row:
    asked = policy_rule.enabled(source)
    if mode is Mode.STRENGTHEN:
        asked |= policy_rule.enabled(target)
    return {**target, "enabledRules": sorted(DEMANDS[one] for one in asked)}


def _notification(source: Row, target: Row, mode: Mode, destination: Destination) -> Row | LeftAlone:
    addresses: dict[str, str] = {}
    lost: list[str] = []
    for mail in source["notificationRecipients"]:
        found = destination.translate_address(mail)
        if found:
            addresses.setdefault(found.strip().lower(), found)
        else:
            lost.append(mail)
    if lost:
        why = f"its recipients {', '.join(sorted(lost))} have no counterpart in the target"
        return LeftAlone(str(source["id"]), why, ("C01", "D07"))
    level, usual = source["notificationLevel"], source["isDefaultRecipientsEnabled"]
    if mode is Mode.STRENGTHEN:
        level = max(target["notificationLevel"], level, key=lambda one: LEVELS[str(one).lower()])
        usual = usual or target["isDefaultRecipientsEnabled"]
        addresses = {mail.strip().lower(): mail for mail in target["notificationRecipients"]} | addresses
    return {
        **target,
        "notificationLevel": level,
        "isDefaultRecipientsEnabled": usual,
        "notificationRecipients": list(addresses.values()),
    }


def _context(source: Row, target: Row, mode: Mode, destination: Destination) -> Row | LeftAlone:
    claim, standing = policy_rule.claim(source), policy_rule.claim(target)
    if not claim:
        return target if mode is Mode.STRENGTHEN else {**target, "isEnabled": False, "claimValue": ""}
    into = destination.translate("authenticationContext", claim)
    if not into:
        why = f"the authentication context {claim} has no counterpart in the target"
        return LeftAlone(CONTEXT, why, ("D07",))
    if mode is Mode.STRENGTHEN and standing and standing != into.lower():
        why = f"the target demands the authentication context {standing}, and the source's would be {into}"
        return LeftAlone(CONTEXT, f"{why}: neither is the stricter one", ("D07",))
    return {**target, "isEnabled": True, "claimValue": into}


_WANTED: Mapping[str, Callable[[Row, Row, Mode, Destination], Row | LeftAlone]] = {
    **dict.fromkeys(EXPIRATIONS, _expiration),
    **dict.fromkeys(ENABLEMENTS, _enablement),
    **dict.fromkeys(NOTIFICATIONS, _notification),
    APPROVAL: wanted_approval,
    CONTEXT: _context,
}
