"""How many hold Global Administrator, and how that compares with everybody else who has privilege.

Somebody is counted once, however many ways lead there: assigned or eligible, directly, through a group, or
through a group that PIM manages. Published controls count differently on purpose, and each as it says.
"""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR

_ROLE = frozenset({GLOBAL_ADMINISTRATOR})
PEOPLE, ACTORS = "people", "people and applications"


def _counted(posture: Posture, role_ids: frozenset[str], count: str) -> tuple[list[str], list[Unknown]]:
    found: list[str] = []
    unknown: list[Unknown] = []
    for one in sorted(posture.holders(role_ids)):
        kind = posture.privilege.kind_of(one)
        if kind == "user" or (kind == "servicePrincipal" and count == ACTORS):
            found.append(one)
        elif kind is None and not posture.is_absent("user", one):
            unknown.append(Unknown("what this principal is was not read", posture.principal(one)))
    return found, [*unknown, *posture.unread_ways(role_ids)]


def _number(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.rights_read()
    found, unknown = _counted(posture, _ROLE, parameters.text("count"))
    least, most = parameters.number("minimum"), parameters.number("maximum")
    people = tuple(posture.principal(one) for one in found)
    if len(found) > most:
        told = f"{len(found)} {parameters.text('count')} can be Global Administrator, at most {most} should"
        yield Finding(posture.tenant, told, people)
    elif unknown:
        yield from unknown
    elif len(found) < least:
        told = f"{len(found)} {parameters.text('count')} can be Global Administrator, at least {least} should"
        yield Finding(posture.tenant, told, people)


NUMBER = Check(
    "global-administrators-number",
    "The number of Global Administrators is within bounds",
    "give those who need less a narrower role; keep enough for an emergency",
    _number,
    {"minimum": 2, "maximum": 8, "count": PEOPLE},
)


def _ratio(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.rights_read()
    admins, unknown = _counted(posture, _ROLE, PEOPLE)
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier")) - _ROLE
    others, more = _counted(posture, roles, PEOPLE)
    rest = [one for one in others if one not in admins]
    unknown += more
    least, most = parameters.number("minimum"), parameters.number("maximum")
    told = f"{len(admins)} people can be Global Administrator, {len(rest)} have a narrower privileged role"
    evidence = tuple(posture.principal(one) for one in admins)
    if len(admins) > most:
        yield Finding(posture.tenant, f"{told}, and more than {most} are too many", evidence)
    elif unknown:
        # Whoever was not read may be on either side of the comparison.
        yield from unknown
    elif len(admins) < least:
        yield Finding(posture.tenant, f"{told}, and fewer than {least} are too few", evidence)
    elif len(admins) > len(rest):
        yield Finding(posture.tenant, told, evidence)


RATIO = Check(
    "global-administrators-ratio",
    "Narrower roles are given rather than Global Administrator",
    "find out what each Global Administrator does, and give the narrowest role that allows it",
    _ratio,
    {**ROLES, "minimum": 2, "maximum": 8},
)


def _share(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    unread = list(posture.rights_read())
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier")) | _ROLE
    given = {(one.principal_id, one.role_id) for one in posture.holdings if one.role_id in roles}
    admins = {who for who, role in given if role in _ROLE}
    if unread:
        yield from unread
        return
    share = 100 * len(admins) / len(given) if given else 0.0
    told = f"{len(admins)} of {len(given)} privileged assignments ({share:.0f} %) are Global Administrator"
    evidence = tuple(posture.principal(one) for one in sorted(admins))
    if share >= parameters.number("fails_at"):
        yield Finding(posture.tenant, told, evidence)
    elif share >= parameters.number("investigate_at"):
        yield Finding(posture.tenant, f"{told}: look into it", evidence, milder=True)


SHARE = Check(
    "global-administrators-share",
    "Global Administrator is a small part of all privileged assignments",
    "find out what each Global Administrator does, and give the narrowest role that allows it",
    _share,
    {**ROLES, "investigate_at": 30, "fails_at": 50},
)


def _assignments(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    given = {(one.principal_id, one.role_id) for one in posture.holdings if one.role_id in roles}
    unread = list(posture.rights_read())
    most = parameters.number("maximum")
    if len(given) > most:
        told = f"{len(given)} privileged roles were given, at most {most} should be"
        who = tuple(posture.principal(one) for one in sorted({one for one, _ in given}))
        yield Finding(posture.tenant, told, who)
    else:
        yield from unread


ASSIGNMENTS = Check(
    "privileged-assignments-number",
    "Few privileged roles are given at all",
    "remove what nobody needs, and give through groups what several people need alike",
    _assignments,
    {**ROLES, "maximum": 9},
)

CHECKS = (NUMBER, RATIO, SHARE, ASSIGNMENTS)
