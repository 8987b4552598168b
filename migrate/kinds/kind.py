"""The form that every kind takes: the same few answers, in the same order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from migrate.kinds.request import Request

Row = Mapping[str, Any]
"""One object as Graph answered it, with Graph's own property names."""

DIRECTORY_OBJECT = "directoryObject"
"""Where Graph names an object by id alone: a user, a group or a service principal."""


class Reference(NamedTuple):
    """One GUID inside an object that names another object of the same tenant."""

    property: str
    to_kind: str
    to_id: str


def no_references(_row: Row) -> Iterable[Reference]:
    return ()


def no_gaps(_row: Row) -> tuple[str, ...]:
    return ()


def display_name(row: Row) -> str:
    """The name that a person knows the object by; the id where Graph gives none."""
    return str(row.get("displayName") or row.get("id") or "")


def object_id(row: Row) -> str:
    return str(row.get("id") or "")


def as_answered(row: Row) -> Row:
    return row


@dataclass(frozen=True)
class Kind:
    """Where a kind of object is listed, what that needs, and how to read one row of it.

    ``listing`` takes the id of the parent for kinds that Graph lists per parent only
    (``listed_per`` names the parent's kind), otherwise ``None``. ``gaps`` names the properties that a row
    leaves out, or fills with what nobody knows, although nothing can be concluded from the row without them.
    ``page_size`` is how many rows a page holds at most, as far as anybody knows: it serves estimates.
    ``lasting`` leaves out of a row what Graph makes up anew in every answer, so that an unchanged tenant
    gives an unchanged snapshot. ``properties`` are those that the listing selects by name; empty where Graph
    chooses.
    A kind that is ``optional`` tells more about the tenant, but rights can move without it: where consent or
    a licence for it is missing it counts as unread, while for the others the snapshot ends.
    """

    name: str
    collection: str
    listing: Callable[[str | None], Request]
    natural_key: Callable[[Row], str]
    references: Callable[[Row], Iterable[Reference]] = no_references
    name_of: Callable[[Row], str] = display_name
    id_of: Callable[[Row], str] = object_id
    listed_per: str | None = None
    gaps: Callable[[Row], tuple[str, ...]] = no_gaps
    page_size: int = 100
    optional: bool = False
    properties: tuple[str, ...] = ()
    lasting: Callable[[Row], Row] = as_answered
