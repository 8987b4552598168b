"""One listing of one tenant, page by page into the snapshot, with an honest word about the end.

Each page is on disk together with the place after it: a run that was stopped goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.crawl.keep import keep
from migrate.crawl.run import LISTING, Run
from migrate.errors import ConsentMissing, GraphRefused, LicenceMissing, Unreachable
from migrate.graphapi.pager import Page, pages
from migrate.kinds.kind import Kind
from migrate.kinds.schedule import format_time
from migrate.store.crawl_state import Place


async def read_collection(
    into: Run,
    kind: Kind,
    parent: str | None = None,
    *,
    way: str = LISTING,
    absent: frozenset[str] = frozenset(),
) -> bool:
    """Reads one listing to its end; False when it could not be read whole, which coverage then says.

    A listing that was not read whole keeps the rows that were: they are true, but prove no absence.
    ``absent`` holds the codes that mean, for this listing, that there is nothing to list.

    Raises:
        AccessError: sign-in, or consent or licence for a kind that no right can move without.
        Unreachable: the host cannot be trusted.
    """
    if into.covered(kind, parent):
        return True
    listing = _Listing(into, kind, parent or "", way)
    try:
        await listing.follow()
    except (ConsentMissing, LicenceMissing) as error:
        if not kind.optional:
            raise
        listing.fail(error)
        return False
    except (GraphRefused, Unreachable) as error:
        if error.code == "certificate_untrusted":
            raise
        if error.code not in absent or listing.place.pages:
            # After a first page there is something to list, whatever is said of the second.
            listing.fail(error)
            return False
    return listing.finish()


def begin_with(
    into: Run, kind: Kind, parent: str, body: Mapping[str, Any], *, way: str = LISTING
) -> bool | None:
    """Keeps a first page that was read in a batch: whether the listing is whole, None where it goes on.

    ``read_collection`` then goes on behind it.
    """
    listing = _Listing(into, kind, parent, way)
    listing.restart()
    listing.keep_page(_page_of(body))
    return None if listing.place.next_link else listing.finish()


class _Listing:
    def __init__(self, into: Run, kind: Kind, parent: str, way: str) -> None:
        self.into, self.kind, self.parent, self.way = into, kind, parent, way
        begun = into.state.place(into.snapshot_id, kind.name, parent)
        self.place = begun or Place("", 0, None, 0, format_time(into.clock()))

    async def follow(self) -> None:
        """Reads from where the listing stands to its end."""
        if not self.place.next_link:
            self.restart()
        link = self.place.next_link or None
        request = self.kind.listing(self.parent or None)
        async for page in pages(self.into.session, request, link=link, number=self.place.pages + 1):
            if page.restarted:
                self.restart()
            self.keep_page(page)

    def restart(self) -> None:
        """Throws away what an earlier try of this listing left: between two listings rows move."""
        self.place = Place("", 0, None, 0, format_time(self.into.clock()))
        into = self.into
        with into.db.transaction():
            into.snapshots.discard_collection(into.snapshot_id, self.kind.name, self.parent)
            into.state.close_listing(into.snapshot_id, self.kind.name, self.parent)

    def keep_page(self, page: Page) -> None:
        into, kind = self.into, self.kind
        named = {one: kind.lasting(row) for row in page.rows if (one := kind.id_of(row))}
        nameless = sum(not kind.id_of(row) for row in page.rows)
        self.place = Place(
            page.next_link or "",
            self.place.pages + 1,
            page.count if page.count is not None else self.place.odata_count,
            self.place.nameless + nameless,
            self.place.started_at,
        )
        with into.db.transaction():
            keep(into, kind, self.parent or None, named.values())
            if self.place.next_link:
                into.state.set_place(into.snapshot_id, kind.name, self.parent, self.place)
        into.tally.saw(kind.collection, len(named))

    def finish(self) -> bool:
        """The end was reached; whether everything was there."""
        into, place = self.into, self.place
        rows = into.state.count(into.snapshot_id, self.kind.name, self.parent)
        problem = None
        if place.nameless:
            problem = "without_id", f"{place.nameless} rows have no id and could not be kept"
        elif place.odata_count is not None and rows < place.odata_count:
            problem = "short", f"Graph counts {place.odata_count} objects and listed {rows}"
        self._close(problem, rows)
        return problem is None

    def fail(self, error: GraphRefused | Unreachable | ConsentMissing | LicenceMissing) -> None:
        self.into.failures.append(error)
        rows = self.into.state.count(self.into.snapshot_id, self.kind.name, self.parent)
        self._close((error.code, error.message), rows)

    def _close(self, problem: tuple[str, str] | None, rows: int) -> None:
        into, place = self.into, self.place
        with into.db.transaction():
            into.cover(
                self.kind,
                way=self.way,
                parent=self.parent,
                problem=problem,
                pages=place.pages,
                rows=rows,
                odata_count=place.odata_count,
                started_at=place.started_at,
            )
            into.state.close_listing(into.snapshot_id, self.kind.name, self.parent)


def _page_of(body: Mapping[str, Any]) -> Page:
    link, count = body.get("@odata.nextLink"), body.get("@odata.count")
    return Page(
        list(body["value"]),
        count if isinstance(count, int) else None,
        1,
        next_link=link if isinstance(link, str) and link else None,
    )
