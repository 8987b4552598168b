"""The target as it is now: the rows among which a write must appear, read afresh each time.

Other services than Microsoft's answer for Graph too: a property that an answer lacks is taken as empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from migrate.errors import AccessError, GraphRefused, MigrateError
from migrate.graphapi.pager import pages
from migrate.graphapi.session import Session
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.rights import is_of_group, is_of_role
from migrate.kinds.schedule import is_direct
from migrate.plan.document import Item
from migrate.replay.asked_together import AskedTogether
from migrate.replay.role_names import RoleNames
from migrate.replay.writes import (
    all_rows,
    carries,
    key_of,
    made_by,
    own_rows,
    requests_of,
)

DEAD = ("failed", "denied", "canceled", "revoked")
"""States of a request from which no right comes any more."""
_UNKNOWN_TO_PIM = ("not_found", "missing_provider")
"""How PIM speaks of a group that it does not manage yet."""


@dataclass
class Standing:
    """What stands in the target under each key, and where nothing can be said because a read failed.

    ``unread`` holds, for roles, ``""`` and, for groups, the ids of groups that could not be read.
    """

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    seen: list[tuple[str, str, Row]] = field(default_factory=list)
    """Every direct row that was listed, of whomever, with its kind and its group (``""`` for roles)."""
    unread: dict[tuple[str, str], MigrateError] = field(default_factory=dict)

    def row(self, item: Item) -> Row | None:
        return self.rows.get((item.kind, item.key))

    def why_unread(self, item: Item) -> str | None:
        """Why nothing can be said about an item; ``None`` when it was read."""
        error = self.unread.get((item.kind, str(item.target.get("groupId", "")).lower()))
        return None if error is None else error.message


class LiveTarget:
    """Reads of the target during a run."""

    def __init__(self, session: Session, items: Iterable[Item]) -> None:
        self._session = session
        self._together = AskedTogether(session)
        self.roles = RoleNames(session)
        self._principals: set[str] = set()
        self._to_onboard: set[str] = set()
        self.add(items)

    def add(self, items: Iterable[Item]) -> None:
        """Takes in what is to be looked for; of other writes than rights there is nothing to know."""
        for item in items:
            if "pimRoleDefinitionId" in item.target:
                self.roles.add(item)
            if not (is_of_role(item.kind) or is_of_group(item.kind)):
                continue
            self._principals.add(str(item.target["principalId"]).lower())
            if is_of_group(item.kind) and (item.residue or item.needs):
                # Put under PIM by this plan: before that, PIM has no list for it.
                self._to_onboard.add(str(item.target["groupId"]).lower())

    @property
    def caller_id(self) -> str | None:
        """The object id under which this program writes."""
        return self._session.caller_id

    async def own_rows(self, item: Item) -> list[Row]:
        """The direct rows of the item's principal (for groups: in its group).

        Raises what ``Session.read`` raises.
        """
        principal = str(item.target["principalId"]).lower()
        rows = await self._own_or_all(item)
        return [row for row in rows if str(row.get("principalId")).lower() == principal and is_direct(row)]

    async def find(self, item: Item, rows: Iterable[Row]) -> Row | None:
        """The row under the item's key, whichever id PIM uses for the role."""
        for row in rows:
            if await self.key(item.kind, row) == item.key:
                return row
        return None

    async def key(self, kind: str, row: Row) -> str:
        listed = "" if is_of_group(kind) else await self.roles.listed(str(row.get("roleDefinitionId") or ""))
        return key_of(kind, row, listed)

    async def standing(self, items: Iterable[Item]) -> Standing:
        """Everything under the items' keys, read by as few listings as that takes. Never raises for a
        refused or failed listing: what could not be read is named instead."""
        wanted = list(items)
        found = Standing()
        places = sorted({(item.kind, str(item.target.get("groupId") or "").lower()) for item in wanted})
        for (kind, group_id), first in zip(places, await self._first_pages(places), strict=True):
            await self._take(found, kind, group_id, all_rows(kind, group_id), first)
        return found

    async def maker(self, item: Item, request_id: str) -> dict[str, Any] | None:
        """The request that made a row; ``None`` when Graph no longer has it or does not show it."""
        try:
            return await self._session.read(made_by(item, request_id))
        except (GraphRefused, AccessError):
            return None

    async def lost_request(self, item: Item, known: Collection[str]) -> dict[str, Any] | None:
        """The request of this write that Graph accepted although its answer was lost: its justification names
        the write, and its id (in lower case) is not among ``known``. Graph's log may be incomplete
        (msgraph-sdk-powershell 3062): finding nothing proves nothing.

        Raises what ``Session.read`` raises.
        """
        for row in await self._all(requests_of(item)):
            if (
                str(row.get("action")).lower() == "adminassign"
                and carries(str(row.get("justification") or ""), item.id)
                and row.get("id")
                and str(row["id"]).lower() not in known
                and str(row.get("status")).lower() not in DEAD
            ):
                return dict(row)
        return None

    async def _own_or_all(self, item: Item) -> list[Row]:
        group_id = str(item.target.get("groupId", "")).lower()
        request = own_rows(item)
        try:
            return await self._all(request, await self._together.first_page(request))
        except (AccessError, GraphRefused) as refused:
            if self._is_no_list_yet(group_id, refused):
                return []
            # A filter was refused where the plain list was not (docs-contrib 8970, 9056).
            return await self._all(all_rows(item.kind, group_id))

    def _is_no_list_yet(self, group_id: str, error: MigrateError) -> bool:
        """A group that the plan is to put under PIM has no list before: nobody is eligible there."""
        return group_id in self._to_onboard and error.code in _UNKNOWN_TO_PIM

    async def _first_pages(self, places: list[tuple[str, str]]) -> list[dict[str, Any] | MigrateError | None]:
        """The first pages of the groups' listings, twenty to a request; none for those of all roles."""
        groups = [place for place in places if place[1]]
        try:
            answers = dict(
                zip(groups, await self._session.read_many([all_rows(*one) for one in groups]), strict=True)
            )
        except MigrateError as error:
            answers = dict.fromkeys(groups, error)
        return [answers.get(place) for place in places]

    async def _take(
        self,
        found: Standing,
        kind: str,
        parent: str,
        request: Request,
        first: dict[str, Any] | MigrateError | None = None,
    ) -> None:
        """Takes in a listing, of which the ``first`` page may have been read already."""
        try:
            if isinstance(first, MigrateError):
                raise first
            rows = await self._all(request, first)
        except MigrateError as error:
            if not self._is_no_list_yet(parent, error):
                found.unread[kind, parent] = error
            return
        for row in filter(is_direct, rows):
            found.seen.append((kind, parent, row))
            if str(row.get("principalId")).lower() in self._principals:
                found.rows[kind, await self.key(kind, row)] = row

    async def _all(self, request: Request, first: dict[str, Any] | None = None) -> list[Row]:
        rows: dict[str, Row] = {}
        link: str | None = None
        if first is not None:
            rows = {str(row.get("id") or number): row for number, row in enumerate(first["value"])}
            if (link := first.get("@odata.nextLink") or None) is None:
                return list(rows.values())
        async for page in pages(self._session, request, link=link, number=1 if link is None else 2):
            if page.restarted:
                rows.clear()
            for row in page.rows:
                rows[str(row.get("id") or len(rows))] = row
        return list(rows.values())
