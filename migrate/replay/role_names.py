"""The ids of custom roles: PIM may know a role by another id than the list of roles (graph-facts §4.1)."""

from __future__ import annotations

from dataclasses import replace

from migrate.errors import AccessError, GraphRefused
from migrate.graphapi.pager import rows_of_all_pages
from migrate.graphapi.session import Session
from migrate.kinds import role_definition, role_eligibility_schedule, role_management_policy
from migrate.plan.document import Item
from migrate.replay.writes import spellings


class RoleNames:
    """What the plan knows of its roles' ids, and what is learned of them during a run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._listed: dict[str, str] = {}
        self._custom: set[str] = set()
        self._searched = False

    def add(self, item: Item) -> None:
        """Takes in the ids that an item's role has in its plan."""
        listed = str(item.target["roleDefinitionId"]).lower()
        for spelling in spellings(item):
            self._listed[spelling.lower()] = listed
        if not item.target.get("isBuiltInRole"):
            self._custom.add(listed)

    def know(self, role_id: str) -> None:
        """Takes in a custom role that a plan has made: PIM may know it by another id from now on."""
        listed = role_id.lower()
        if listed not in self._custom:
            self._custom.add(listed)
            # What was taken for another role before may be this one by its other id.
            self._listed = {name: role for name, role in self._listed.items() if name != role}
        self._listed[listed] = listed

    async def listed(self, role_id: str) -> str:
        """The listed id of a role, in lower case, by whichever of its ids."""
        wanted = role_id.lower()
        if wanted and wanted not in self._listed and self._custom:
            self._listed[wanted] = await self._ask(wanted)
        return self._listed.get(wanted, wanted)

    async def spellings(self, item: Item) -> list[str]:
        """The ids to try for a role that PIM did not know by the plan's: those of the plan, then what the
        tenant's schedules and policies call it by now."""
        planned = list(spellings(item))
        listed = str(item.target["roleDefinitionId"]).lower()
        if listed in self._custom and not self._searched:
            self._searched = True
            await self._search()
        known = {name.lower() for name in planned}
        return planned + [name for name, role in self._listed.items() if role == listed and name not in known]

    async def _search(self) -> None:
        policies = role_management_policy.role_listing(None)
        bare = {name: text for name, text in policies.query.items() if name != "$expand"}
        for listing in (role_eligibility_schedule.listing(None), replace(policies, query=bare)):
            try:
                rows = await rows_of_all_pages(self._session, listing)
            except (GraphRefused, AccessError):
                continue
            for role_id in sorted({str(row.get("roleDefinitionId") or "") for row in rows}):
                await self.listed(role_id)

    async def _ask(self, role_id: str) -> str:
        try:
            role = await self._session.read(role_definition.by_id(role_id))
        except (GraphRefused, AccessError):
            return role_id
        names = (str(role.get("id") or "").lower(), role_definition.template_id(role))
        return next((name for name in names if name in self._custom), role_id)
