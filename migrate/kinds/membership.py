"""Who is in a group or an administrative unit, and who owns a group: one row per member and parent.

Only id, type and name are asked for: what a member *is* stands in the member's own kind.
"""

from __future__ import annotations

from functools import partial

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get, reference_to

PROPERTIES = "id,displayName"
_TYPES = {
    "user": "user",
    "group": "group",
    "serviceprincipal": "servicePrincipal",
    "device": "device",
    "orgcontact": "orgContact",
}


def listing_of(path: str, permissions: tuple[str, ...], parent: str | None) -> Request:
    if parent is None:
        raise ValueError(f"{path} is listed per parent")
    return get(path.format(id=parent), permissions=permissions, select=PROPERTIES, top="999")


def added(path: str, parent: str, object_id: str, permissions: tuple[str, ...]) -> Request:
    """Puts an object of whatever type into the list of ``parent``. Graph refuses what is in it already."""
    body = reference_to(f"/directoryObjects/{object_id}")
    return Request("POST", f"{path.format(id=parent)}/$ref", body=body, permissions=permissions)


def removed(path: str, parent: str, object_id: str, permissions: tuple[str, ...]) -> Request:
    """Takes an object out of the list; without ``/$ref`` at its end this would delete the object itself."""
    return Request("DELETE", f"{path.format(id=parent)}/{object_id}/$ref", permissions=permissions)


def type_of(row: Row) -> str:
    """What a member is: ``user``, ``group``, ``servicePrincipal``, ``device``, ``orgContact``; an unknown
    type keeps Graph's own spelling, and is empty where Graph names none."""
    name = str(row.get("@odata.type") or "").rsplit(".", 1)[-1]
    return _TYPES.get(name.lower(), name)


def natural_key(row: Row) -> str:
    return str(row.get("id") or "").lower()


def membership(name: str, collection: str, path: str, permissions: tuple[str, ...], *, of: str) -> Kind:
    """The kind of one such list. Its rows name their member by their own id, and their parent by its."""
    return Kind(
        name,
        collection,
        partial(listing_of, path, permissions),
        natural_key,
        listed_per=of,
        page_size=999,
        optional=True,
    )
