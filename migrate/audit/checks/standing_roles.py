"""Roles that are held without being activated, and roles that were given past PIM."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Told, Unknown
from migrate.audit.holding import Standing
from migrate.audit.posture import Posture


def _standing(posture: Posture, parameters: Parameters) -> Iterator[Standing]:
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    return (one for one in posture.standing if one.role_id in roles)


def _mark(one: Standing) -> str:
    return f"{one.role_id} {one.scope}".lower()


def _permanent(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleAssignmentSchedules", "roleDefinitions")
    excepted = 0
    for one in _standing(posture, parameters):
        who, role = posture.principal(one.principal_id), posture.role(one.role_id)
        is_application = who.kind == "servicePrincipal"
        if posture.is_emergency(one.principal_id) and parameters.flag("except_emergency"):
            excepted += 1
            if not parameters.number("most_emergency") or excepted <= parameters.number("most_emergency"):
                continue
        if not one.end_known:
            yield Unknown(f"when {role.name} ends is not told", who)
        elif one.end is None:
            yield Finding(who, f"holds {role.name} for good, without activating it", (role,), mark=_mark(one))
        elif parameters.flag("timed_too") and not is_application:
            message = f"holds {role.name} until {one.end:%Y-%m-%d}, without activating it"
            yield Finding(who, message, (role,), mark=_mark(one))


PERMANENT = Check(
    "permanent-assignments",
    "Nobody but an emergency account holds a privileged role for good",
    "make the holder eligible instead, check that they can activate, then remove the standing assignment",
    _permanent,
    {**ROLES, "except_emergency": True, "most_emergency": 0, "timed_too": False},
)


def _outside(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleAssignmentSchedules", "roleDefinitions")
    for one in _standing(posture, parameters):
        if one.start is not None:
            continue
        who, role = posture.principal(one.principal_id), posture.role(one.role_id)
        if one.start_known:
            message = f"was given {role.name} outside PIM: no request and no start are known"
            yield Finding(who, message, (role,), mark=_mark(one))
        else:
            yield Unknown(f"since when {role.name} is held cannot be read", who)


OUTSIDE = Check(
    "assigned-outside-pim",
    "Privileged roles are given through PIM alone",
    "give the right again through PIM, as eligible where that is possible, and remove the direct assignment",
    _outside,
    ROLES,
)

CHECKS = (PERMANENT, OUTSIDE)
