"""Who answers for a privileged role or eligibility (``mappings/owners.csv``)."""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.eligibilities import eligibilities, eligibilities_read
from migrate.audit.finding import Finding, Told
from migrate.audit.posture import Posture


def _roles(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.rights_read()
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    for role_id in sorted({one.role_id for one in posture.holdings} & roles):
        if not posture.owner_of("roleDefinition", role_id):
            yield Finding(posture.role(role_id), "is given to somebody, and nobody answers for it")


ROLES_WITHOUT_OWNER = Check(
    "roles-without-owner",
    "Somebody answers for each privileged role that is given",
    "name an owner in mappings/owners.csv",
    _roles,
    ROLES,
)


def _eligibility(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from eligibilities_read(posture)
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    for one in eligibilities(posture, roles):
        who, right = posture.principal(one.principal_id), one.what.right
        if not (one.owner or posture.owner_of(who.kind, who.id) or posture.owner_of(right.kind, right.id)):
            # Very many findings say the same.
            told = intern(f"may activate {right.name}, and nobody answers for that")
            yield Finding(who, told, one.what.alone, mark=one.what.mark)


ELIGIBILITY_WITHOUT_OWNER = Check(
    "eligibility-without-owner",
    "Somebody answers for each eligibility: for the role or group, for who has it, or for this one right",
    "name an owner in mappings/owners.csv",
    _eligibility,
    ROLES,
)

CHECKS = (ROLES_WITHOUT_OWNER, ELIGIBILITY_WITHOUT_OWNER)
