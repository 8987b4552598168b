"""What no plan may touch or exceed, whatever the sheets say: the ``[guard]`` table of the engagement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from migrate.errors import FileError, GuardStopped, PartialCoverage
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR, TENANT_SCOPE, is_guid, same_id
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.kinds.role_schedule import scope_of
from migrate.kinds.schedule import end_of, is_direct
from migrate.resolve.tenant_view import PRINCIPAL_KINDS, TenantView

ONBOARD_GROUP = "onboard-group"
AUTHENTICATION_CONTEXT = "authentication-context"


@dataclass(frozen=True)
class Guard:
    """``protected`` holds lower-case ids of either tenant; ``max_writes`` is ``None`` for no limit;
    ``allow_broader_roles`` has template ids and names in lower case."""

    protected: frozenset[str] = frozenset()
    max_writes: int | None = None
    min_break_glass: int = 0
    allow_irreversible: frozenset[str] = frozenset()
    allow_broader_roles: frozenset[str] = frozenset()


def find_protected(named: Iterable[str], views: Iterable[TenantView], where: str) -> frozenset[str]:
    """The ids of the principals that the engagement protects, in whichever tenant they are.

    Raises:
        FileError: somebody is named whom neither tenant has; a guard that guards nobody is a mistake.
        PartialCoverage: nobody was found, but the principals were not read completely.
    """
    found: set[str] = set()
    both = tuple(views)
    for name in named:
        hits = protected_in((name,), both)
        if not hits:
            if not all(_would_have_been_seen(view, name.strip()) for view in both):
                raise PartialCoverage(
                    f"protected principal {name!r} was not found, but not all principals were read",
                    where=where,
                    hint="run snapshot again until its coverage is complete",
                )
            raise FileError(
                f"protected principal {name!r} is in neither tenant",
                where=where,
                hint="correct [guard] protected_principals: a UPN or an object id of either tenant",
                code="protected_unknown",
            )
        found |= hits
    return frozenset(found)


def _would_have_been_seen(view: TenantView, name: str) -> bool:
    """Whether somebody of this name or id, if the tenant had them, would be in the snapshot."""
    if is_guid(name):
        return view.answers_id(DIRECTORY_OBJECT, name)
    return view.answers("user", "userPrincipalName", name)


def protected_in(named: Iterable[str], views: Iterable[TenantView]) -> frozenset[str]:
    """The ids of those principals that are there by one of these names, a UPN or an id; the others give
    nothing, since here nothing is guarded by it."""
    wanted = {name.strip().lower() for name in named}
    if not wanted:
        return frozenset()
    return frozenset(
        object_id
        for view in views
        for kind in PRINCIPAL_KINDS
        for object_id, row in view.of_kind(kind).items()
        if object_id in wanted or str(row.get("userPrincipalName") or "").lower() in wanted
    )


def check_limits(
    guard: Guard, write_count: int, target: TenantView, leaving: frozenset[str] = frozenset()
) -> None:
    """The guards that stop a whole wave; ``leaving`` are those whom it makes Global Administrators no more.

    Raises:
        GuardStopped: too many writes, or too few standing break-glass accounts in the target.
    """
    if guard.max_writes is not None and write_count > guard.max_writes:
        raise GuardStopped(
            f"the wave has {write_count} writes, the engagement allows {guard.max_writes}",
            where="[guard] max_writes",
            hint="raise the limit in engagement.toml, or narrow the wave",
            code="max_writes",
        )
    if guard.min_break_glass == 0:
        return
    if "roleAssignmentSchedules" in target.unread or "users" in target.unread:
        raise GuardStopped(
            "how many break-glass accounts stand in the target is unknown: its snapshot is incomplete",
            where="[guard] min_break_glass",
            hint="run snapshot target again until its coverage is complete",
            code="break_glass_unknown",
        )
    standing = standing_global_administrators(target) - leaving
    if len(standing) < guard.min_break_glass:
        would = "would still stand" if leaving else "stand"
        demanded = f"{guard.min_break_glass} are demanded"
        raise GuardStopped(
            f"{len(standing)} break-glass accounts {would} in the target, {demanded}",
            where="[guard] min_break_glass",
            hint="give an emergency account Global Administrator for good, then snapshot target again",
            code="break_glass_missing",
        )


def standing_global_administrators(view: TenantView) -> frozenset[str]:
    """Enabled people who hold Global Administrator directly, tenant-wide and without an end."""
    found: set[str] = set()
    for row in view.of_kind("roleAssignmentSchedule").values():
        holder_id = str(row.get("principalId") or "").lower()
        holder = view.row("user", holder_id)
        if (
            holder is not None
            and holder.get("accountEnabled") is not False
            and not holder.get("deletedDateTime")
            and same_id(row.get("roleDefinitionId"), GLOBAL_ADMINISTRATOR)
            and scope_of(row) == TENANT_SCOPE
            and is_direct(row)
            and _is_permanent(row)
        ):
            found.add(holder_id)
    return frozenset(found)


def _is_permanent(row: Row) -> bool:
    """What cannot be read does not count: a guard believes only what it sees."""
    try:
        return end_of(row) is None
    except ValueError:
        return False
