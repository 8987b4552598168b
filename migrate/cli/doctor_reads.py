"""What doctor tries to read: one cheap question for each collection, since an answer counts for more than
what a token claims."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from migrate.kinds.request import Lane, Request
from migrate.views.checks import Check

if TYPE_CHECKING:
    from migrate.graphapi.session import Session
    from migrate.kinds.kind import Kind

NO_PARENT = "00000000-0000-0000-0000-000000000000"
"""What Graph lists per group or unit can be tried without knowing one: consent is checked first."""
ON_TARGET = ("apply", "verify", "rollback", "doubt settle")
"""Verbs that read the target live."""
_LOST = {
    "domain": "which domains are verified is then known from the organization alone",
    "subscribedSku": "the number of seats stays unknown",
    "resourceAction": "custom roles are not held against what the target's roles can allow",
    "authenticationContext": "contexts that policies demand are not compared",
    "authenticationStrength": "strengths that conditional access demands are not compared",
    "conditionalAccessPolicy": "policies that hit privileged people are not seen",
    "namedLocation": "locations that conditional access names are not compared",
    "accessReview": "reviews of privileged access are not seen",
    "userRegistration": "who could not pass MFA at activation stays unknown",
    "groupAssignmentSchedule": "standing and activated membership of PIM groups is not seen",
    "groupMember": "who holds a right through a group is not seen",
    "groupOwner": "who could hand out a group's rights is not seen",
    "administrativeUnitMember": "whom a right at a unit reaches is not compared",
}


def verbs_in(side: str) -> tuple[str, ...]:
    """The verbs that must be able to sign in there."""
    return ("snapshot", *ON_TARGET) if side == "target" else ("snapshot",)


@dataclass(frozen=True)
class Tried:
    """One question's check, and Graph's answer where it gave one."""

    check: Check
    body: Mapping[str, Any] | None = None


async def collection_checks(session: Session, side: str) -> AsyncIterator[tuple[Kind, Tried]]:
    """One check for each collection that a snapshot reads.

    Conditional access answers one question a second to all of a tenant's applications together, so that
    collections there that need the same permission are asked for once.
    """
    from migrate.kinds.catalogue import ALL, PIM_GROUPS

    asked: dict[tuple[str, ...], Tried] = {}
    for kind in ALL:
        request = _small(kind)
        name = f"snapshot: {kind.collection}"
        if kind is PIM_GROUPS:
            name = "snapshot: PIM groups (beta listing)"
        shared = request.permissions if request.lane is Lane.CONDITIONAL_ACCESS else None
        if shared in asked:
            tried = replace(asked[shared], check=replace(asked[shared].check, check=name))
        else:
            tried = await try_read(session, side, name, request)
        if shared is not None:
            asked[shared] = tried
        yield kind, replace(tried, check=_judged(kind, side, tried.check))


def _judged(kind: Kind, side: str, check: Check) -> Check:
    """Which verbs need the collection, and whether they can do without it."""
    from migrate.kinds import group_eligibility_schedule, role_eligibility_schedule
    from migrate.kinds.catalogue import PIM_GROUPS

    live = kind in (role_eligibility_schedule.KIND, group_eligibility_schedule.KIND)
    check = replace(check, verbs=verbs_in(side) if live else ("snapshot",))
    if kind is PIM_GROUPS:
        # Without the beta listing the groups are probed one by one: slower, but nothing is lost.
        told = check if check.state == "ok" else replace(check, detail=f"{check.detail}; groups are probed")
        return replace(told, state="ok" if check.state == "ok" else "note", optional=True)
    if not kind.optional:
        return check
    if check.state == "missing":
        lost = _LOST.get(kind.name, "it counts as unread")
        return replace(check, state="note", detail=f"{lost}. {check.detail}", optional=True)
    return replace(check, optional=True)


def _small(kind: Kind) -> Request:
    """The kind's listing, asked for one row; users are counted on the way."""
    from migrate.kinds import user

    request = kind.listing(NO_PARENT if kind.listed_per else None)
    query = {**request.query, "$top": "1"} if "$top" in request.query else dict(request.query)
    if kind is user.KIND:
        headers = {**request.headers, "ConsistencyLevel": "eventual"}
        return replace(request, query={**query, "$count": "true"}, headers=headers)
    return replace(request, query=query)


async def try_read(session: Session, side: str, name: str, request: Request) -> Tried:
    """Reads the first page. Raises Unreachable where there is no host to ask."""
    from migrate.errors import AccessError, GraphRefused, Unreachable

    may = request.permissions
    try:
        body = await session.read(request, listing=True)
    except AccessError as error:
        return Tried(Check(side, name, "missing", error.message, may, error.code))
    except GraphRefused as error:
        if error.code in ("not_found", "missing_provider") and NO_PARENT in f"{request.path}{request.query}":
            return Tried(Check(side, name, "ok", "consented", may))
        return Tried(Check(side, name, "unknown", error.message, may, error.code))
    except Unreachable as error:
        if error.code in ("unreachable", "certificate_untrusted"):
            raise
        return Tried(Check(side, name, "unknown", error.message, may, error.code))
    return Tried(Check(side, name, "ok", "readable", may), body)
