"""Accounts that should have no privilege: synced ones, guests, applications."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds.kind import Row
from migrate.kinds.user import is_guest


def _people(posture: Posture, parameters: Parameters, problem: Callable[[Row], str]) -> Iterator[Told]:
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    yield from posture.rights_read()
    yield from posture.unread_ways(roles)
    for one, hold in sorted(posture.holders(roles).items()):
        if posture.privilege.kind_of(one) == "servicePrincipal":
            continue
        row = posture.person(one)
        if row is None:
            if not posture.is_absent("user", one):
                yield Unknown("the account was not read", posture.principal(one))
        elif told := problem(row):
            role = posture.role(hold.right.id)
            way = "may activate" if hold.access.rank else "holds"
            yield Finding(posture.principal(one), f"{told}, and {way} {role.name}", (role,))


def _synced(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    def problem(row: Row) -> str:
        if parameters.text("by") == "immutable id":
            return "is tied to an on-premises account" if row.get("onPremisesImmutableId") else ""
        return "is synced from on-premises" if row.get("onPremisesSyncEnabled") is True else ""

    return _people(posture, parameters, problem)


SYNCED = Check(
    "synced-accounts-with-privilege",
    "People with privilege use accounts of the cloud alone",
    "give the person a separate cloud-only account and move the right to it",
    _synced,
    {**ROLES, "by": "sync"},
)


def _guests(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    return _people(posture, parameters, lambda row: "is a guest" if is_guest(row) else "")


GUESTS = Check(
    "guests-with-privilege",
    "No guest has privilege",
    "give the person a member account of this tenant, or remove the right",
    _guests,
    ROLES,
)


def _applications(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    yield from posture.rights_read()
    yield from posture.unread_ways(roles)
    for one, hold in sorted(posture.holders(roles).items()):
        kind = posture.privilege.kind_of(one)
        if kind == "servicePrincipal":
            role = posture.role(hold.right.id)
            yield Finding(posture.principal(one), f"is an application and holds {role.name}", (role,))
        elif kind is None and not posture.is_absent("servicePrincipal", one):
            yield Unknown("what this principal is was not read", posture.principal(one))


APPLICATIONS = Check(
    "applications-with-privilege",
    "No application has a privileged role",
    "replace the role by the narrowest Graph permission, and watch over the application's owners and secrets",
    _applications,
    ROLES,
)

CHECKS = (SYNCED, GUESTS, APPLICATIONS)
