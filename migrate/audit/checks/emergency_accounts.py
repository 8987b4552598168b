"""Emergency accounts, as ``mappings/break-glass.toml`` declares them."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.ca_scope import PHISHING_RESISTANT, applies, blocks
from migrate.audit.check import Check, Parameters
from migrate.audit.declared import EmergencyAccount
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import conditional_access_policy, user_registration
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR, TENANT_SCOPE
from migrate.kinds.kind import Row
from migrate.kinds.user import is_guest

_POLICIES = conditional_access_policy.KIND.collection


def _number(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    count = len(posture.declared.emergency)
    told = f"{count} emergency accounts are declared"
    who = tuple(posture.subject("user", one) for one in posture.emergency_ids.values())
    if count < parameters.number("minimum"):
        yield Finding(posture.tenant, f"{told}, at least {parameters.number('minimum')} should be", who)
    elif count > parameters.number("maximum"):
        told = f"{told}, more than {parameters.number('maximum')}: look into why"
        yield Finding(posture.tenant, told, who, milder=True)


NUMBER = Check(
    "break-glass-number",
    "Emergency accounts are declared, and as many as there should be",
    "declare them in mappings/break-glass.toml",
    _number,
    {"minimum": 2, "maximum": 4},
)


def _each(posture: Posture) -> Iterator[tuple[EmergencyAccount, Subject, Row | None]]:
    for one in posture.declared.emergency:
        object_id = posture.emergency_ids.get(one.name, one.name)
        yield one, Subject("user", object_id, one.name), posture.view.row("user", object_id)


def _none_declared(posture: Posture) -> Iterator[Unknown]:
    """Where nobody was named, nothing about them has passed."""
    if not posture.declared.emergency:
        yield Unknown("no emergency account is declared in mappings/break-glass.toml")


def _not_there(posture: Posture, subject: Subject) -> Told:
    """A declared name is only then surely nobody's when all accounts were read."""
    if posture.view.saw_all("user") or posture.view.answers("user", "id", subject.id):
        return Finding(subject, "is declared, and the tenant has no such account")
    return Unknown("the account was not read", subject)


def _standing(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from _none_declared(posture)
    yield from posture.needs("roleAssignmentSchedules")
    for _, subject, row in _each(posture):
        if row is None:
            yield _not_there(posture, subject)
            continue
        held = any(
            one.principal_id == subject.id
            and one.role_id == GLOBAL_ADMINISTRATOR
            and one.scope == TENANT_SCOPE
            and one.end_known
            and one.end is None
            for one in posture.standing
        )
        if not held and posture.view.saw("roleAssignmentSchedules"):
            yield Finding(subject, "does not hold Global Administrator directly and for good")


STANDING = Check(
    "break-glass-standing",
    "Emergency accounts need no activation",
    "assign Global Administrator to the account itself, active and without an end",
    _standing,
)


def _account(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from _none_declared(posture)
    for _, subject, row in _each(posture):
        if row is None:
            yield _not_there(posture, subject)
            continue
        problems = []
        if row.get("accountEnabled") is False:
            problems.append("is disabled")
        elif row.get("accountEnabled") is None:
            yield Unknown("whether the account is enabled was not read", subject)
        if row.get("onPremisesSyncEnabled") is True or row.get("onPremisesImmutableId"):
            problems.append("is synced from on-premises")
        if is_guest(row):
            problems.append("is a guest")
        name = str(row.get("userPrincipalName") or "").lower()
        if parameters.flag("initial_domain") and not name.endswith(_initial(posture)):
            problems.append("is not on the tenant's initial domain, which needs no federation")
        if problems:
            yield Finding(subject, "; ".join(problems))


def _initial(posture: Posture) -> tuple[str, ...]:
    """How names on the initial domain end; every cloud has its own ending."""
    found = [
        f"@{str(one.get('name')).lower()}"
        for row in posture.view.of_kind("organization").values()
        for one in row.get("verifiedDomains") or ()
        if one.get("isInitial") is True
    ]
    return tuple(found) or (".onmicrosoft.com", ".onmicrosoft.us", ".partner.onmschina.cn")


ACCOUNT = Check(
    "break-glass-account",
    "Emergency accounts are enabled, of the cloud alone, and on the initial domain",
    "make a cloud-only account on the initial domain for this purpose alone",
    _account,
    {"initial_domain": True},
)


def _excluded(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from _none_declared(posture)
    yield from posture.needs(_POLICIES)
    enforced = [
        row
        for _, row in sorted(posture.view.of_kind(conditional_access_policy.KIND.name).items())
        if conditional_access_policy.is_enforced(row)
        and (not parameters.flag("blocking_only") or blocks(row))
    ]
    role = frozenset({GLOBAL_ADMINISTRATOR})
    for _, subject, row in _each(posture):
        if row is None:
            yield _not_there(posture, subject)
            continue
        for policy in enforced:
            about = applies(posture.view, policy, subject.id, role)
            kind, name = conditional_access_policy.KIND.name, str(policy.get("displayName") or "")
            proof = (Subject(kind, str(policy.get("id") or "").lower(), name),)
            if about is None:
                yield Unknown(f"whether {name} applies depends on a group that was not read", subject)
            elif about:
                what = "may block" if blocks(policy) else "makes demands of"
                yield Finding(
                    subject, f"is not excluded from {name}, which {what} it", proof, mark=proof[0].id
                )


EXCLUDED = Check(
    "break-glass-excluded",
    "Emergency accounts are excluded from conditional access that could lock them out",
    "exclude the account, or a group for this purpose, from the policy",
    _excluded,
    {"blocking_only": True},
)


def _method(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from _none_declared(posture)
    for _, subject, row in _each(posture):
        if row is None:
            yield _not_there(posture, subject)
            continue
        registered = posture.view.row(user_registration.KIND.name, subject.id)
        if registered is None:
            yield Unknown("which methods are registered was not read", subject)
            continue
        methods = {str(one).lower() for one in registered.get("methodsRegistered") or ()}
        if not methods & PHISHING_RESISTANT:
            yield Finding(subject, "has no phishing-resistant method registered")


METHOD = Check(
    "break-glass-method",
    "Emergency accounts sign in with a phishing-resistant method",
    "register a FIDO2 key or a certificate for the account, and keep it where two people can get it",
    _method,
)


def _tested(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from _none_declared(posture)
    for one, subject, _ in _each(posture):
        if one.tested is None:
            yield Finding(subject, "nobody has written down when it was last tested")
            continue
        days = (posture.now.date() - one.tested).days
        if days > parameters.number("every_days"):
            yield Finding(subject, f"was last tested {days} days ago")


TESTED = Check(
    "break-glass-tested",
    "Somebody has signed in with each emergency account lately",
    "sign in with the account, then write the date into mappings/break-glass.toml",
    _tested,
    {"every_days": 90},
)

CHECKS = (NUMBER, STANDING, ACCOUNT, EXCLUDED, METHOD, TESTED)
