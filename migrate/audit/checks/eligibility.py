"""Eligibility that nobody looks after: old, or of somebody who cannot use it."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.eligibilities import eligibilities, eligibilities_read
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_time


def _stale(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from eligibilities_read(posture)
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    most = parameters.number("older_than_days")
    for one in eligibilities(posture, roles):
        who, since = posture.principal(one.principal_id), parse_time(one.changed)
        if since is None:
            yield Unknown(f"since when {one.right.name} can be activated is not told", who)
        elif (days := (posture.now - since).days) > most:
            told = f"may activate {one.right.name}, and for {days} days nobody has renewed or changed that"
            yield Finding(who, told, (one.right,), mark=one.mark)


STALE = Check(
    "eligibility-stale",
    "Eligibility is renewed from time to time",
    "ask the owner whether it is still needed, and give it anew with an end, or remove it",
    _stale,
    {**ROLES, "older_than_days": 365},
)


def _disabled(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from posture.rights_read()
    yield from posture.needs("groupEligibilitySchedules")
    for principal, right in sorted(set(_eligible(posture))):
        kind = posture.privilege.kind_of(principal)
        row = _account(posture, kind, principal)
        who = posture.principal(principal)
        if kind == "group":
            continue
        if row is None:
            if posture.is_absent("directoryObject", principal) or posture.is_absent("user", principal):
                yield Finding(
                    who, f"is gone, and its eligibility for {right.name} lingers", (right,), mark=right.id
                )
            else:
                yield Unknown("the account was not read", who)
        elif row.get("accountEnabled") is False:
            yield Finding(who, f"is disabled, and may activate {right.name}", (right,), mark=right.id)


def _account(posture: Posture, kind: str | None, principal: str) -> Row | None:
    if kind == "user":
        return posture.person(principal)
    return posture.view.row(kind, principal) if kind else None


def _eligible(posture: Posture) -> Iterator[tuple[str, Subject]]:
    for one in posture.holdings:
        if one.eligible:
            yield one.principal_id, posture.role(one.role_id)
    for each in posture.group_holdings:
        yield each.principal_id, posture.subject("group", each.group_id)


DISABLED = Check(
    "eligibility-of-disabled-accounts",
    "Nobody is eligible whose account is disabled or gone",
    "remove the eligibility; whoever enables the account again would have it at once",
    _disabled,
)

CHECKS = (STALE, DISABLED)
