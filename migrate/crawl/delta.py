"""Takes over an earlier snapshot where Graph can tell what has changed since, and reads only that.

The changes only say *which* objects to look at: the rows themselves are read again, because a change shows
some properties and a listing shows all (graph-facts §2.6, §2.7).
"""

from __future__ import annotations

from migrate.crawl.principals import look_up_all
from migrate.crawl.run import DELTA, LISTING, Run
from migrate.errors import AccessError, GraphRefused, Unreachable
from migrate.graphapi.pager import pages
from migrate.kinds import principals
from migrate.kinds.kind import Kind
from migrate.kinds.look_up import LookUp
from migrate.kinds.request import Request
from migrate.kinds.schedule import format_time


async def note_beginning(into: Run, kind: Kind) -> None:
    """Remembers, before a listing begins, from where its changes can be told later."""
    if into.state.delta_link(into.snapshot_id, kind.name):
        return
    try:
        async for page in pages(into.session, principals.changes_from_now(kind)):
            if page.delta_link:
                into.state.set_delta_link(into.snapshot_id, kind.name, page.delta_link)
    except (GraphRefused, Unreachable, AccessError):
        # Without the link the next snapshot reads the whole list again: slower, but nothing is lost.
        return


async def read_changes(into: Run, kind: Kind, base_id: str) -> bool:
    """Brings a kind up to date from the base; False where that cannot be done and it must be listed."""
    link = into.state.delta_link(base_id, kind.name)
    if link is None or not _was_listed(into, kind, base_id):
        return False
    started = format_time(into.clock())
    changed: set[str] = set()
    gone: set[str] = set()
    newest: str | None = None
    page_count = 0
    request = Request("GET", link, permissions=kind.listing(None).permissions)
    try:
        async for page in pages(into.session, request):
            if page.restarted:
                changed.clear()
                gone.clear()
            page_count += 1
            for row in page.rows:
                one = str(row.get("id") or "").lower()
                (gone if "@removed" in row else changed).add(one)
                (changed if "@removed" in row else gone).discard(one)
            newest = page.delta_link or newest
    except (GraphRefused, Unreachable, AccessError):
        # The link has died, or Graph lost its state: the whole list is read again.
        return False
    if newest is None:
        return False
    with into.db.transaction():
        into.state.forget_look_ups(into.snapshot_id, kind.name)
        into.snapshots.discard_collection(into.snapshot_id, kind.name, "")
        into.state.copy_kind(base_id, into.snapshot_id, kind.name)
        # What is read again below comes back; what is not, is gone between the two answers.
        into.state.remove(into.snapshot_id, kind.name, gone | changed)
    if await look_up_all(into, [LookUp(kind.name, "id", one) for one in sorted(changed)]):
        with into.db.transaction():
            into.snapshots.discard_collection(into.snapshot_id, kind.name, "")
        return False
    with into.db.transaction():
        into.state.set_delta_link(into.snapshot_id, kind.name, newest)
        into.state.forget_look_ups(into.snapshot_id, kind.name)
        rows = into.state.count(into.snapshot_id, kind.name)
        into.cover(kind, way=DELTA, pages=page_count, rows=rows, started_at=started)
    return True


def _was_listed(into: Run, kind: Kind, base_id: str) -> bool:
    return any(
        row.kind == kind.name and row.complete and row.way in (LISTING, DELTA)
        for row in into.snapshots.coverage(base_id)
    )
