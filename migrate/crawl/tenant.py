"""A whole tenant: everything at once where Graph allows it, then what hangs on it, then the seal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from migrate.crawl.aliases import record_aliases
from migrate.crawl.collection import Target, read_collection
from migrate.crawl.pim_groups import read_pim_groups
from migrate.crawl.progress import Progress
from migrate.errors import AccessError, ConsentMissing, MigrateError, Unreachable, WrongTenant
from migrate.graphapi.session import Session
from migrate.kinds import organization
from migrate.kinds.catalogue import LISTED_AT_ONCE
from migrate.kinds.ids import same_id
from migrate.kinds.kind import Row
from migrate.store.snapshot_rows import CoverageRow, Tenant
from migrate.store.snapshots import Snapshots


@dataclass(frozen=True)
class Crawled:
    """A sealed snapshot and how whole it is."""

    snapshot_id: str
    hash: str
    coverage: tuple[CoverageRow, ...]

    @property
    def complete(self) -> bool:
        return all(row.complete for row in self.coverage)


async def check_tenant(session: Session, tenant_id: str, where: str) -> None:
    """Makes sure that Graph itself says which tenant this is, where the token did not.

    Raises:
        WrongTenant: it is another one, or Graph does not say.
    """
    if session.tenant_id is not None:
        return
    body = await session.read(organization.KIND.listing(None), listing=True)
    ids = [str(row.get("id")) for row in body["value"]]
    if len(ids) != 1 or not same_id(ids[0], tenant_id):
        raise WrongTenant(
            f"the token names no tenant, and Graph answers for {', '.join(ids) or 'none'}, not {tenant_id}",
            where=where,
            hint="check tenant_id and the credential",
        )


async def crawl(
    session: Session,
    snapshots: Snapshots,
    tenant: Tenant,
    tenant_id: str,
    *,
    clock: Callable[[], datetime],
    progress: Callable[[Progress], None],
) -> Crawled:
    """Reads one tenant and seals the snapshot.

    Raises:
        AccessError: sign-in, consent or licence is missing for a whole collection; nothing is sealed.
        Unreachable: no collection at all could be read; nothing is sealed.
    """
    await check_tenant(session, tenant_id, f"[{tenant}]")
    snapshot_id = snapshots.begin(tenant, tenant_id, clock())
    counts: dict[str, int] = {}

    def seen(collection: str, rows: int) -> None:
        counts[collection] = counts.get(collection, 0) + rows
        progress(Progress(tenant, collection, counts[collection]))

    into = Target(session, snapshots, snapshot_id, clock, seen)
    try:
        lists = await _read_all(into)
    except BaseExceptionGroup as group:
        raise _first(group) from None
    read = snapshots.coverage(snapshot_id)
    if not any(row.complete for row in read) and into.failures:
        raise next((one for one in into.failures if isinstance(one, Unreachable)), into.failures[0])
    progress(Progress(tenant, "", sum(len(rows or ()) for rows in lists.values()), finished=True))
    digest = snapshots.seal(snapshot_id, clock())
    return Crawled(snapshot_id, digest, tuple(snapshots.coverage(snapshot_id)))


async def _read_all(into: Target) -> dict[str, list[Row] | None]:
    lists: dict[str, list[Row] | None] = {}

    refused: dict[str, AccessError] = {}

    async def one(position: int) -> None:
        kind = LISTED_AT_ONCE[position]
        try:
            lists[kind.collection] = await read_collection(into, kind)
        except AccessError as error:
            refused[kind.collection] = error

    async with asyncio.TaskGroup() as tasks:
        for position in range(len(LISTED_AT_ONCE)):
            tasks.create_task(one(position))
    if refused:
        raise _refused(dict(sorted(refused.items())))
    roles = lists["roleDefinitions"]
    if roles is not None:
        users_of_roles = [
            row
            for collection in (
                "roleEligibilitySchedules",
                "roleAssignmentSchedules",
                "roleManagementPolicies",
            )
            for row in lists[collection] or ()
        ]
        await record_aliases(into, roles, users_of_roles)
    await read_pim_groups(into, lists["groups"])
    return lists


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error to tell of several that happened side by side: ours before what it caused."""
    flat = [_first(one) if isinstance(one, BaseExceptionGroup) else one for one in group.exceptions]
    return next((error for error in flat if isinstance(error, MigrateError)), flat[0])


def _refused(errors: dict[str, AccessError]) -> AccessError:
    """One error that names every collection that was refused, so that consent is asked for once."""
    first = next((one for one in errors.values() if not isinstance(one, ConsentMissing)), None)
    if first is not None:
        # A missing licence or sign-in refuses everything: consent would be the wrong advice.
        return first
    first = next(iter(errors.values()))
    if len(errors) == 1:
        return first
    told = "; ".join(f"{collection} ({error.hint or error.message})" for collection, error in errors.items())
    return type(first)(
        f"{len(errors)} collections were refused: {told}",
        where=first.where,
        hint="grant what is named, with admin consent, and run snapshot again; doctor checks all of it",
        code=first.code,
    )
