"""The target as it is now: the rows among which a write must appear, read afresh each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from migrate.errors import AccessError, GraphRefused, MigrateError
from migrate.graphapi.pager import pages
from migrate.graphapi.session import Session
from migrate.kinds import group_eligibility_schedule, role_definition, role_eligibility_schedule
from migrate.kinds.kind import Row
from migrate.kinds.request import Request
from migrate.kinds.schedule import is_direct
from migrate.plan.document import Item
from migrate.replay.writes import GROUP, ROLE, key_of, made_by, own_rows, spellings


@dataclass
class Standing:
    """What stands in the target under each key, and where nothing can be said because a read failed.

    ``unread`` holds, for roles, ``""`` and, for groups, the ids of groups that could not be read.
    """

    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    unread: dict[tuple[str, str], str] = field(default_factory=dict)

    def row(self, item: Item) -> Row | None:
        return self.rows.get((item.kind, item.key))

    def why_unread(self, item: Item) -> str | None:
        """Why nothing can be said about an item; ``None`` when it was read."""
        return self.unread.get((item.kind, str(item.target.get("groupId", "")).lower()))


class LiveTarget:
    """Reads of the target during a run. Learns the ids that PIM uses for custom roles as it goes."""

    def __init__(self, session: Session, items: Iterable[Item]) -> None:
        self._session = session
        self._listed: dict[str, str] = {}
        self._principals: set[str] = set()
        self._custom: set[str] = set()
        for item in items:
            self._principals.add(str(item.target["principalId"]).lower())
            if item.kind == ROLE:
                listed = str(item.target["roleDefinitionId"]).lower()
                for spelling in spellings(item):
                    self._listed[spelling.lower()] = listed
                if not item.target.get("isBuiltInRole"):
                    self._custom.add(listed)

    async def own_rows(self, item: Item) -> list[Row]:
        """The direct rows of the item's principal (for groups: in its group).

        Raises what ``Session.read`` raises.
        """
        try:
            rows = await self._all(own_rows(item))
        except AccessError:
            # A filter on a principal was refused where the plain list was not (docs-contrib 8970, 9056).
            if item.kind != ROLE:
                raise
            rows = await self._all(role_eligibility_schedule.listing(None))
        principal = str(item.target["principalId"]).lower()
        return [row for row in rows if str(row.get("principalId")).lower() == principal and is_direct(row)]

    async def find(self, item: Item, rows: Iterable[Row]) -> Row | None:
        """The row under the item's key, whichever id PIM uses for the role."""
        for row in rows:
            if await self.key(item.kind, row) == item.key:
                return row
        return None

    async def key(self, kind: str, row: Row) -> str:
        listed = "" if kind == GROUP else await self._listed_role(str(row["roleDefinitionId"]))
        return key_of(kind, row, listed)

    async def standing(self, items: Iterable[Item]) -> Standing:
        """Everything under the items' keys, read by as few listings as that takes. Never raises for a
        refused or failed listing: what could not be read is named instead."""
        wanted = list(items)
        found = Standing()
        if any(item.kind == ROLE for item in wanted):
            await self._take(found, ROLE, "", role_eligibility_schedule.listing(None))
        groups = {str(item.target["groupId"]).lower() for item in wanted if item.kind == GROUP}
        for group_id in sorted(groups):
            await self._take(found, GROUP, group_id, group_eligibility_schedule.listing(group_id))
        return found

    async def maker(self, item: Item, request_id: str) -> dict[str, Any] | None:
        """The request that made a row; ``None`` when Graph no longer has it or does not show it."""
        try:
            return await self._session.read(made_by(item, request_id))
        except (GraphRefused, AccessError):
            return None

    async def _take(self, found: Standing, kind: str, parent: str, request: Request) -> None:
        try:
            rows = await self._all(request)
        except MigrateError as error:
            found.unread[kind, parent] = error.message
            return
        for row in rows:
            if is_direct(row) and str(row.get("principalId")).lower() in self._principals:
                found.rows[kind, await self.key(kind, row)] = row

    async def _all(self, request: Request) -> list[Row]:
        rows: dict[str, Row] = {}
        async for page in pages(self._session, request):
            if page.restarted:
                rows.clear()
            rows.update({str(row["id"]): row for row in page.rows})
        return list(rows.values())

    async def _listed_role(self, role_id: str) -> str:
        """The listed id of a role that PIM may call by another id (graph-facts §4.1)."""
        wanted = role_id.lower()
        if wanted not in self._listed and self._custom:
            self._listed[wanted] = await self._ask_role(wanted)
        return self._listed.get(wanted, wanted)

    async def _ask_role(self, role_id: str) -> str:
        try:
            role = await self._session.read(role_definition.by_id(role_id))
        except (GraphRefused, AccessError):
            return role_id
        names = (str(role.get("id") or "").lower(), role_definition.template_id(role))
        return next((name for name in names if name in self._custom), role_id)
