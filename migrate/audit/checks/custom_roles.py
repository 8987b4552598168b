"""Custom roles: given to nobody, to those who are gone, broader than their name, beyond the tenant."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.check import Check, Parameters
from migrate.audit.finding import Finding, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import resource_action, role_definition
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.resolve.role_drift import is_not_offered, offered_actions


def _custom(posture: Posture) -> Iterator[tuple[str, Row]]:
    for role_id, row in sorted(posture.view.of_kind("roleDefinition").items()):
        if not role_definition.is_built_in(row):
            yield role_id, row


def _unused(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    unread = list(posture.rights_read())
    yield from unread
    given = {one.role_id for one in posture.holdings}
    for role_id, _ in _custom(posture):
        if role_id not in given and not unread:
            yield Finding(posture.role(role_id), "is given to nobody")


UNUSED = Check(
    "custom-roles-unused",
    "Each custom role is given to somebody",
    "delete the role, and do not migrate it",
    _unused,
)


def _orphaned(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from posture.rights_read()
    for role_id, _ in _custom(posture):
        holders = sorted({one.principal_id for one in posture.holdings if one.role_id == role_id})
        missing = [one for one in holders if posture.view.kind_of(one) is None]
        if not holders or len(missing) < len(holders):
            continue
        if all(posture.is_absent(DIRECTORY_OBJECT, one) for one in missing):
            gone = tuple(posture.principal(one) for one in missing)
            yield Finding(posture.role(role_id), "is given only to principals that are gone", gone)
        else:
            yield Unknown("who holds it was not read", posture.role(role_id))


ORPHANED = Check(
    "custom-roles-orphaned",
    "Each custom role is given to somebody who still exists",
    "remove the rights of those who are gone, then the role",
    _orphaned,
)


def _broad(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleDefinitions")
    words = {one.lower() for one in parameters.texts("reading_words")}
    for role_id, row in _custom(posture):
        name = str(row.get("displayName") or "").lower()
        said = sorted(word for word in words if word in name.replace("-", " ").split())
        writing = sorted(one for one in role_definition.actions(row) if _writes(one))
        if said and writing:
            told = f'says "{said[0]}" in its name, and allows {len(writing)} actions that write: '
            yield Finding(posture.role(role_id), told + ", ".join(writing[:5]))


def _writes(action: str) -> bool:
    if action.startswith("-"):
        return False
    return action.partition(" if ")[0].rpartition("/")[2] != "read"


BROAD = Check(
    "custom-roles-broader-than-their-name",
    "A custom role that says that it reads does no more",
    "take the writing actions out, or give the role a name that says what it does",
    _broad,
    {"reading_words": ("reader", "read", "viewer", "view", "auditor", "audit")},
)


def _unsupported(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleDefinitions")
    custom = list(_custom(posture))
    target = posture.other if posture.side == "source" else posture.view
    if not custom:
        return
    if target is None:
        yield Unknown("the target was not read")
        return
    offered = offered_actions(target)
    if not offered:
        yield Unknown(f"{resource_action.KIND.collection} of the target was not read")
        return
    for role_id, row in custom:
        missing = sorted(one for one in role_definition.actions(row) if is_not_offered(one, offered))
        if missing:
            told = f"allows {len(missing)} actions that the target does not offer: {', '.join(missing[:5])}"
            yield Finding(posture.role(role_id), told)


UNSUPPORTED = Check(
    "custom-roles-unsupported-actions",
    "The target offers every action of the custom roles",
    "take the actions out, or wait until the target's cloud offers them",
    _unsupported,
)

CHECKS = (UNUSED, ORPHANED, BROAD, UNSUPPORTED)
