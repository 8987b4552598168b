"""Finds out which role an id stands for that only PIM uses (graph-facts §4.1)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping

from migrate.crawl.run import Run
from migrate.errors import AccessError, GraphRefused, Unreachable
from migrate.kinds import role_definition, role_eligibility_schedule
from migrate.kinds.kind import Row


async def record_aliases(into: Run) -> None:
    """Records the listed role behind every unknown role id of schedules and policies.

    An id that Graph does not resolve stays unknown: rights that name it are orphans.
    """
    rows = into.snapshots.rows(into.snapshot_id, role_definition.KIND.name)
    listed = {str(row["id"]).lower(): row for row in rows}
    for alias in sorted(into.touched.role_definitions() - set(listed) - {""}):
        found = await _listed_role(into, alias, listed)
        if found:
            into.snapshots.add_alias(into.snapshot_id, alias, found)


async def _listed_role(into: Run, alias: str, listed: Mapping[str, Row]) -> str | None:
    candidates: list[Row] = []
    # Not resolving is an answer too: the expanded form below is the second way to ask.
    with contextlib.suppress(GraphRefused, Unreachable, AccessError):
        candidates.append(await into.session.read(role_definition.by_id(alias)))
    if found := _recognised(candidates, listed):
        return found
    try:
        body = await into.session.read(role_eligibility_schedule.with_role_names(alias), listing=True)
    except (GraphRefused, Unreachable, AccessError):
        return None
    expanded = [row["roleDefinition"] for row in body["value"] if isinstance(row.get("roleDefinition"), dict)]
    return _recognised(expanded, listed)


def _recognised(candidates: Iterable[Row], listed: Mapping[str, Row]) -> str | None:
    """The listed role with the same id or template id, else the one custom role of that very name."""
    for role in candidates:
        for one in (str(role.get("id") or "").lower(), role_definition.template_id(role)):
            if one in listed:
                return one
        by_template = [key for key, row in listed.items() if _same_template(row, role)]
        by_name = [
            key
            for key, row in listed.items()
            if not role_definition.is_built_in(row)
            and role.get("displayName")
            and row.get("displayName") == role.get("displayName")
        ]
        for hits in (by_template, by_name):
            if len(hits) == 1:
                return hits[0]
    return None


def _same_template(row: Row, role: Row) -> bool:
    return bool(role.get("templateId")) and role_definition.template_id(row) == role_definition.template_id(
        role
    )
