"""Users, groups and service principals asked for otherwise than by listing all of them: by id, by number,
by what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migrate.kinds import group, service_principal, user
from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

KINDS: dict[str, Kind] = {kind.name: kind for kind in (user.KIND, group.KIND, service_principal.KIND)}
MOST_IDS = 1000
"""So many ids ``getByIds`` takes at once (graph-facts §2.7)."""
_BY_ID_PERMISSIONS = ("Directory.Read.All",)


def path_of(kind: Kind) -> str:
    return kind.listing(None).path


def count(kind: Kind) -> Request:
    """How many there are: an advanced query, whose answer lags behind by seconds to minutes."""
    request = get(
        path_of(kind), permissions=kind.listing(None).permissions, count="true", top="1", select="id"
    )
    return Request(
        "GET",
        request.path,
        request.query,
        permissions=request.permissions,
        headers={"ConsistencyLevel": "eventual"},
    )


def by_ids(ids: Sequence[str], *, properties: Iterable[str] = ()) -> Request:
    """What the ids are, of whichever of the three kinds; ids that are unknown are simply absent.

    With ``properties`` Graph is asked to show these of each object that has them; whether it did so, the
    answer must be looked at for.
    """
    return Request(
        "POST",
        "/directoryObjects/getByIds",
        {"$select": ",".join(dict.fromkeys(["id", *properties]))},
        {"ids": list(ids), "types": list(KINDS)},
        permissions=_BY_ID_PERMISSIONS,
        reads=True,
    )


def all_properties() -> tuple[str, ...]:
    """What the listings of the three kinds select, together."""
    return tuple(dict.fromkeys(name for kind in KINDS.values() for name in kind.properties))


def kind_of(row: Row) -> Kind | None:
    """The kind of an object in a mixed answer; None for what is none of the three."""
    name = str(row.get("@odata.type") or "").rsplit(".", 1)[-1].lower()
    return next((kind for kind in KINDS.values() if kind.name.lower() == name), None)


def shows_all(kind: Kind, row: Row) -> bool:
    """Whether a row holds every property that a listing of its kind selects, empty ones included."""
    return all(name in row for name in kind.properties)


def as_listed(kind: Kind, row: Row) -> Row:
    """The row as the listing gives it, whatever else the answer held."""
    return {name: row[name] for name in kind.properties}


def changes_from_now(kind: Kind) -> Request:
    """A link from which Graph can tell later what has changed; nothing is listed."""
    return get(
        f"{path_of(kind)}/delta",
        permissions=kind.listing(None).permissions,
        deltatoken="latest",
        select=",".join(kind.properties),
    )
