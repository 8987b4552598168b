"""Eligibility that nobody looks after: old, or of somebody who cannot use it."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.eligibilities import eligibilities, eligibilities_read
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds.kind import Row


def _stale(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from eligibilities_read(posture)
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    most = parameters.number("older_than_days")
    for one in eligibilities(posture, roles):
        name, days = one.what.right.name, one.unchanged
        if days is None:
            told = f"since when {name} can be activated is not told"
            yield Unknown(told, posture.principal(one.principal_id))
        elif days > most:
            told = f"may activate {name}, and for {days} days nobody has renewed or changed that"
            yield Finding(posture.principal(one.principal_id), told, one.what.alone, mark=one.what.mark)


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
    troubles: dict[str, str | Unknown | None] = {}
    concerned: set[tuple[str, Subject]] = set()
    for principal, right in _eligible(posture):
        if principal not in troubles:
            troubles[principal] = _trouble(posture, principal)
        if troubles[principal] is not None:
            concerned.add((principal, right))
    for principal, right in sorted(concerned):
        told = troubles[principal]
        if isinstance(told, Unknown):
            yield told
        elif told:
            yield Finding(posture.principal(principal), told.format(right.name), (right,), mark=right.id)


def _trouble(posture: Posture, principal: str) -> str | Unknown | None:
    """What is wrong with whoever may activate something, with a place for its name."""
    kind = posture.privilege.kind_of(principal)
    if kind == "group":
        return None
    row = _account(posture, kind, principal)
    if row is not None:
        return "is disabled, and may activate {}" if row.get("accountEnabled") is False else None
    if posture.is_absent("directoryObject", principal) or posture.is_absent("user", principal):
        return "is gone, and its eligibility for {} lingers"
    return Unknown("the account was not read", posture.principal(principal))


def _account(posture: Posture, kind: str | None, principal: str) -> Row | None:
    if kind == "user":
        return posture.person(principal)
    return posture.view.row(kind, principal) if kind else None


def _eligible(posture: Posture) -> Iterator[tuple[str, Subject]]:
    for one in posture.eligible:
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
