"""What was deleted and can be restored for thirty days (graph-facts §3.7, §4.12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso_or_none
from migrate.lab.directory import READERS, polymorphic
from migrate.lab.errors import resource_not_found
from migrate.lab.listing import of, page
from migrate.lab.tenant import TYPE_OF

KEPT = timedelta(days=30)
ABOUT = ("Deleted items", "§3.7, §4.12", "I")
_KINDS = ("users", "groups", "servicePrincipals")
_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")


def _kept(call: Call) -> Iterator[tuple[str, Json]]:
    """Only what was deleted during this run: of what the seed calls deleted nothing but the id is known."""
    for object_id, when in call.tenant.gone_at.items():
        found = call.tenant.gone.get(object_id)
        if found is not None and found[0] in _KINDS and call.now - when < KEPT:
            yield found[0], {**found[1], "deletedDateTime": iso_or_none(when)}


def list_deleted(call: Call, kind: str) -> Answer:
    rows = ({"found": each} for each in _kept(call) if each[0] == kind)

    def shape(row: Any) -> Json:
        return polymorphic(call, row["found"])

    return page(call, of(rows), f"directory/deletedItems/microsoft.graph.{TYPE_OF[kind]}", shape)


def get_deleted(call: Call, id: str) -> Answer:
    for found in _kept(call):
        if str(found[1]["id"]).lower() == id.lower():
            context = call.context("directoryObjects/$entity")
            return Answer(200, {"@odata.context": context, **polymorphic(call, found)})
    raise resource_not_found(id)


def restore(call: Call, id: str) -> Answer:
    """The object comes back under its id; its memberships do not."""
    for kind, row in _kept(call):
        if str(row["id"]).lower() == id.lower():
            row.pop("deletedDateTime")
            call.tenant.objects[kind].put(str(row["id"]), row)
            call.tenant.gone.pop(id.lower())
            call.tenant.gone_at.pop(id.lower())
            call.tenant.changes.mark(id)
            call.tenant.touch()
            context = call.context("directoryObjects/$entity")
            return Answer(200, {"@odata.context": context, **polymorphic(call, (kind, row))})
    raise resource_not_found(id)


def routes() -> list[Route]:
    made = []
    for kind in _KINDS:
        pattern = f"/directory/deletedItems/microsoft.graph.{TYPE_OF[kind]}"
        made.append(Route("GET", pattern, partial(list_deleted, kind=kind), READERS[kind]))
    made.append(Route("GET", "/directory/deletedItems/{id}", get_deleted, _DIRECTORY))
    made.append(Route("POST", "/directory/deletedItems/{id}/restore", restore, _DIRECTORY[1:]))
    return made
