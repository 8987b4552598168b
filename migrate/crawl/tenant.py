"""A whole tenant: what governs privilege first, then whom it touches, then who is behind them, then the seal.

The two tenants of an engagement are read side by side; ``read_principals`` of the target waits until the
source has told whom to look for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from migrate.crawl import delta, pim_groups
from migrate.crawl.aliases import record_aliases
from migrate.crawl.collection import read_collection
from migrate.crawl.memberships import read_memberships
from migrate.crawl.principals import count_of, look_up_all, read_by_ids
from migrate.crawl.registrations import read_registrations
from migrate.crawl.run import LOOK_UP, Run
from migrate.crawl.wanted import NOTHING, Wanted
from migrate.crawl.ways import Way, choose
from migrate.errors import (
    AccessError,
    ConsentMissing,
    MigrateError,
    Unreachable,
    WrongTenant,
    first_of,
)
from migrate.graphapi.session import Session
from migrate.kinds import group, organization, role_definition, user
from migrate.kinds.catalogue import PRINCIPALS, RIGHTS, SETTINGS
from migrate.kinds.ids import same_id
from migrate.kinds.kind import Kind
from migrate.kinds.look_up import LookUp, values_of
from migrate.store.snapshot_rows import CoverageRow, Scope

WORTH_FOLLOWING = 10
"""Pages from which on a listing is worth a request that lets the next snapshot read its changes only."""


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


class TenantCrawl:
    """One tenant of a crawl, in the order of its methods.

    Each may be called again by the run that goes on after a stopped one: what is on disk is not read twice.
    ``base_id`` is the snapshot whose large lists are brought up to date instead of being read again.
    """

    def __init__(self, into: Run, scope: Scope, base_id: str | None = None) -> None:
        self.into = into
        self.scope = scope
        self.base_id = base_id
        self.ways: list[Way] = []
        self._listed: dict[str, bool] = {}
        self._failed: dict[str, MigrateError] = {}
        self._counts: dict[str, int | None] = {}

    async def read_governing(self) -> None:
        """Rights, roles, policies and the other small lists, and the groups that PIM manages.

        Raises:
            AccessError: sign-in, consent or licence is missing for a whole collection.
        """
        into = self.into
        works = {kind.collection: read_collection(into, kind) for kind in (*RIGHTS, *SETTINGS)}
        # The counts come now, so that one error names all that consent is missing for.
        await _together({**works, **{kind.collection: self._count(kind) for kind in PRINCIPALS}})
        if into.covered(role_definition.KIND):
            await record_aliases(into)
        if await pim_groups.list_pim_groups(into):
            await pim_groups.read_what_pim_knows(into)
        else:
            # Only who has the list of all groups knows whom to ask.
            await self._list(group.KIND)
            await pim_groups.probe(into, groups_whole=self._listed[group.KIND.name])

    async def read_principals(self, wanted: Wanted = NOTHING) -> None:
        """Everybody whom privilege touches or who is looked for, and who is in their groups and units."""
        into = self.into
        if self.scope == "full":
            await _together({kind.collection: self._list(kind) for kind in PRINCIPALS})
        else:
            self._choose_ways(wanted)
            await _together({kind.collection: self._list(kind) for kind in self._chosen_whole()})
        looked_up = self.looked_up
        if looked_up and wanted.ids:
            self._note(looked_up, await read_by_ids(into, sorted(wanted.ids), looked_up))
        for kind in looked_up:
            self._note([kind], await look_up_all(into, wanted.of_kind(kind.name)))
        failed = await read_memberships(
            into, looked_up=looked_up, units=self._units(wanted), more_groups=self._candidates(wanted)
        )
        self._note(looked_up, failed)
        for kind in looked_up:
            self._cover(kind)
        everybody = self._counts.get(user.KIND.name)
        await read_registrations(into, whole=self.scope == "full", everybody=everybody)

    @property
    def looked_up(self) -> list[Kind]:
        """The kinds of principals that are not listed whole but asked for."""
        return [kind for kind in PRINCIPALS if kind.name not in self._listed]

    def listing_requests(self, kind: Kind) -> int:
        """What listing all of a kind would take; 0 where Graph does not say how many there are."""
        return ceil((self._counts.get(kind.name) or 0) / kind.page_size)

    async def look_up_more(self, look_ups: Iterable[LookUp]) -> None:
        """Asks for those who might have the same claim as somebody who was found in the other tenant."""
        looked_up = {kind.name: kind for kind in self.looked_up}
        questions = [one for one in look_ups if one.kind in looked_up]
        for name in sorted({one.kind for one in questions}):
            kind = looked_up[name]
            self._note([kind], await look_up_all(self.into, [one for one in questions if one.kind == name]))
            self._cover(kind)

    def seal(self) -> Crawled:
        """Closes the snapshot.

        Raises:
            Unreachable, GraphRefused: no collection at all could be read; nothing is sealed.
        """
        into = self.into
        read = into.snapshots.coverage(into.snapshot_id)
        if not any(row.complete for row in read) and into.failures:
            raise next((one for one in into.failures if isinstance(one, Unreachable)), into.failures[0])
        with into.db.transaction():
            into.state.close_all(into.snapshot_id)
            digest = into.snapshots.seal(into.snapshot_id, into.clock())
        into.tally.finish()
        return Crawled(into.snapshot_id, digest, tuple(into.snapshots.coverage(into.snapshot_id)))

    def _note(self, kinds: Iterable[Kind], failed: Sequence[MigrateError]) -> None:
        if failed:
            for kind in kinds:
                self._failed.setdefault(kind.name, failed[0])

    def _cover(self, kind: Kind) -> None:
        """What was looked up of a kind: whole when every question was answered."""
        into, error = self.into, self._failed.get(kind.name)
        into.cover(
            kind,
            way=LOOK_UP,
            problem=(error.code, error.message) if error else None,
            pages=into.tally.pages.get(kind.collection, 0),
            rows=into.state.count(into.snapshot_id, kind.name),
        )

    async def _list(self, kind: Kind) -> None:
        into = self.into
        if kind.name in self._listed:
            return
        if into.covered(kind):
            self._listed[kind.name] = True
            return
        if self.base_id is not None and await delta.read_changes(into, kind, self.base_id):
            self._listed[kind.name] = True
            return
        if into.state.place(into.snapshot_id, kind.name) is None:
            if self.scope == "full" or self.listing_requests(kind) >= WORTH_FOLLOWING:
                await delta.note_beginning(into, kind)
            into.tally.expect(kind.collection, self.listing_requests(kind))
        self._listed[kind.name] = await read_collection(into, kind)

    def _choose_ways(self, wanted: Wanted) -> None:
        into = self.into
        named = len(list(into.touched.principals())) + len(wanted.ids)
        for kind in PRINCIPALS:
            if self._listed.get(kind.name):
                continue
            self.ways.append(
                choose(
                    kind,
                    self._counts.get(kind.name),
                    ids=named,
                    questions=len(wanted.of_kind(kind.name)),
                    rivals=into.tally.tenant == "source",
                )
            )

    def _chosen_whole(self) -> list[Kind]:
        chosen = {way.kind for way in self.ways if way.whole}
        return [kind for kind in PRINCIPALS if kind.name in chosen]

    async def _count(self, kind: Kind) -> None:
        """A count also shows whether the kind can be read at all."""
        found = self._counts[kind.name] = await count_of(self.into.session, kind)
        if kind is user.KIND and found is not None:
            self.into.session.knows_users(found)

    def _units(self, wanted: Wanted) -> set[str]:
        units = self.into.touched.units()
        if self.scope == "full":
            return set(units)
        named = {one for one, name in units.items() if name.casefold() in wanted.unit_names}
        return named | (set(self.into.touched.scoped_units()) | wanted.ids) & set(units)

    def _candidates(self, wanted: Wanted) -> set[str]:
        """Groups that may be the counterpart of one in the other tenant."""
        keys = wanted.keys_of(group.KIND.name)
        found = set(wanted.ids)
        if keys:
            for row in self.into.snapshots.rows(self.into.snapshot_id, group.KIND.name):
                if any(value in keys for value in values_of(row)):
                    found.add(str(row["id"]).lower())
        return found


async def _together(works: Mapping[str, Awaitable[object]]) -> None:
    """Does several things side by side, each to its end; of refusals for lack of access one error is made."""
    refused: dict[str, AccessError] = {}

    async def one(name: str, work: Awaitable[object]) -> None:
        try:
            await work
        except AccessError as error:
            refused[name] = error

    try:
        async with asyncio.TaskGroup() as tasks:
            for name, work in works.items():
                tasks.create_task(one(name, work))
    except BaseExceptionGroup as several:
        raise first_of(several) from None
    if refused:
        raise _refused(dict(sorted(refused.items())))


def _refused(errors: Mapping[str, AccessError]) -> AccessError:
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
