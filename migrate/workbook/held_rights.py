"""Every row of the source that says who holds or may activate what: those that move, and those that are read.

A right that moves has a draft, which says what will happen to it. Activated sessions, rows that mirror
another one and, unless they move too, standing assignments are shown as well, so that nobody misses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from migrate.kinds import rights
from migrate.kinds.kind import Kind, Row
from migrate.kinds.schedule import is_shadow
from migrate.plan.document import Draft
from migrate.resolve.reference_graph import every_row
from migrate.resolve.right_in_words import words_of
from migrate.resolve.tenant_view import TenantView

ELIGIBLE, ACTIVE, ACTIVATED, THROUGH_GROUP = "eligible", "active", "activated", "through a group"
_KINDS = {one.name: one for one in (*rights.ELIGIBLE, *rights.ACTIVE)}
_REASONS = {
    ACTIVE: "active now: read and shown, not moved",
    ACTIVATED: "an activated session: it ends by itself, it is never moved",
    THROUGH_GROUP: "mirrors what a group gives: it comes with the group",
}


class ReadOnly(NamedTuple):
    """A row that is read and shown, but not moved."""

    kind: str
    row: Row


Held = Draft | ReadOnly


def read_only(view: TenantView) -> Iterator[ReadOnly]:
    """All rows of the tenant that are not moved, in a fixed order."""
    return (ReadOnly(kind.name, row) for kind, row, moves in every_row(view) if not moves)


def kind_of(held: Held) -> Kind:
    return _KINDS[held.kind]


def source_row(held: Held) -> Row:
    return held.source if isinstance(held, Draft) else held.row


def is_of_group(held: Held) -> bool:
    return rights.is_of_group(held.kind)


def how_held(held: Held) -> str:
    """Eligible, active, activated, or through a group."""
    if isinstance(held, Draft):
        return ACTIVE if held.kind in rights.BESIDE else ELIGIBLE
    if str(held.row.get("assignmentType") or "").lower() == "activated":
        return ACTIVATED
    return THROUGH_GROUP if is_shadow(held.row) else ACTIVE


def why_read_only(held: ReadOnly) -> str:
    return _REASONS[how_held(held)]


def held_id(held: Held) -> str:
    return str(source_row(held).get("id") or "").lower()


class InWords(NamedTuple):
    """Who holds which right where; ``scope`` is ``tenant``, ``group`` or a name."""

    principal: str
    right: str
    scope: str


def in_words(held: Held, source: TenantView) -> InWords:
    if isinstance(held, Draft):
        names = held.names
        return InWords(names.get("principal", ""), names.get("right", ""), names.get("scope", ""))
    said = words_of(_KINDS[held.kind], held.row, source)
    return InWords(said.principal, said.right, said.scope)


def label(held: Held, source: TenantView) -> str:
    """Who may do what, and where, in one line."""
    said = in_words(held, source)
    where = "" if said.scope in ("", "tenant", "group") else f" in {said.scope}"
    return f"{said.principal} → {said.right}{where}"


def in_order(every: Iterable[Held], source: TenantView) -> list[Held]:
    """By person, then by right and scope.

    Sorted by one part after the other, the least first, so that no text is made for each of very many rows:
    people, roles and scopes repeat.
    """
    found = list(every)
    folded: dict[str, str] = {}

    def part(number: int) -> Callable[[Held], str]:
        def of(held: Held) -> str:
            text = in_words(held, source)[number]
            return folded.setdefault(text, text.casefold())

        return of

    found.sort(key=lambda held: str(source_row(held).get("id") or ""))
    found.sort(key=lambda held: held.kind)
    for number in (2, 1, 0):
        found.sort(key=part(number))
    return found
