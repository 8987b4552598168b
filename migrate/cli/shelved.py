"""Every right of the source and what will happen to it, for those who go through very many: kept in a
temporary file, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import chain
from typing import TYPE_CHECKING, Any

from migrate.plan.document import Action, Draft
from migrate.workbook.held_rights import Held, ReadOnly, in_words, read_only, source_row

if TYPE_CHECKING:
    from datetime import datetime

    from migrate.cli.context import Context
    from migrate.cli.resolving import Resolved
    from migrate.plan.along.companions import Companions
    from migrate.plan.guard import Guard
    from migrate.resolve.privilege import Privilege
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.shelf import Label, Shelf

_FIELDS = tuple(one.name for one in fields(Draft) if one.name != "relax")
"""What a right brings along is said in its reason; how it is done is the plan's. It is the last field."""
_ACTION = _FIELDS.index("action")
_TUPLES = tuple(_FIELDS.index(one) for one in ("codes", "residue", "needs"))
"""Where JSON has lists."""


class ShelvedDrafts(Collection[Draft]):
    """The drafts in the order of a plan; each going through reads them anew."""

    def __init__(self, shelf: Shelf, count: int) -> None:
        self._shelf, self._count = shelf, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Draft]:
        return (held for _, row in self._shelf.by_number() if isinstance(held := _held(row), Draft))

    def __contains__(self, one: object) -> bool:
        return any(one == each for each in self)


class Together(Collection[Draft]):
    """One collection after the other, each read anew by each going through."""

    def __init__(self, *parts: Collection[Draft]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Draft]:
        return chain.from_iterable(self._parts)

    def __contains__(self, one: object) -> bool:
        return any(one in part for part in self._parts)


class ShelvedRights(Collection[Held]):
    """All that is held, by person, then by right and scope."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def __len__(self) -> int:
        return self._shelf.count()

    def __iter__(self) -> Iterator[Held]:
        return (_held(row) for _, row in self._shelf.by_label())

    def __contains__(self, one: object) -> bool:
        return any(one == each for each in self)


@dataclass(frozen=True)
class Shelved:
    """The drafts as the guards let them through, all that is held beside them, and when that was judged;
    ``privilege`` is that of the source."""

    drafts: ShelvedDrafts
    held: ShelvedRights
    privilege: Privilege
    now: datetime


def shelve(context: Context, db: Database, resolved: Resolved, shelf: Shelf, now: datetime) -> Shelved:
    """Judges every right for ``now`` as ``planning.draft`` does, one at a time where one can be judged alone.

    Raises:
        FileError, PartialCoverage: as ``guard_of``.
    """
    from migrate.cli.tiering import tier_table
    from migrate.plan.broader_role import BROADER_ROLE, each_without_broader_roles
    from migrate.plan.same_place import settled
    from migrate.plan.tier_gate import TierGate

    source = resolved.inputs.source
    along, guard = _planned(context, db, resolved, shelf, now)
    drafts = ShelvedDrafts(shelf, shelf.count())
    shelf.add(_others(len(drafts), source))
    _change(shelf, settled((key, number, _draft(row)) for key, number, row in shelf.claimed_twice()))
    narrow = enumerate(each_without_broader_roles(drafts, source, along.target, guard))
    _change(shelf, ((number, one) for number, one in narrow if BROADER_ROLE in one.codes))
    together = Together(drafts, along.links)
    gate = TierGate.of(together, source, along.unpeopled, along.resolution, tier_table(context), now)
    stopped = {number: gain for number, gain in gate.stopped().items() if number < len(drafts)}
    found = ((number, _draft(row)) for number, row in shelf.of(stopped))
    _change(shelf, ((number, gate.blocked(one, stopped[number])) for number, one in found))
    return Shelved(drafts, ShelvedRights(shelf), gate.source, now)


def _planned(
    context: Context, db: Database, resolved: Resolved, shelf: Shelf, now: datetime
) -> tuple[Companions, Guard]:
    """Shelves every right that may move as it is judged alone, and lets go of what that took; gives what the
    rights bring along, and what is allowed."""
    from migrate.cli.planning import prepare

    made = prepare(context, db, resolved, now=now)
    shelf.add(_drafts(made.planner.each(), resolved.inputs.source))
    return made.along, made.guard


def _drafts(
    drafts: Iterable[tuple[Any, Any, Draft]], source: TenantView
) -> Iterator[tuple[int, str | None, Label, Any]]:
    from migrate.plan.same_place import STANDING

    for number, (_, _, draft) in enumerate(drafts):
        key = f"{draft.kind}\n{draft.key}" if draft.action in STANDING else None
        yield number, key, _label(draft, source), _row(draft)


def _others(first: int, source: TenantView) -> Iterator[tuple[int, None, Label, Any]]:
    for number, held in enumerate(read_only(source), first):
        yield number, None, _label(held, source), {"kind": held.kind, "row": held.row}


def _label(held: Held, source: TenantView) -> Label:
    said = in_words(held, source)
    return (
        said.principal.casefold(),
        said.right.casefold(),
        said.scope.casefold(),
        held.kind,
        str(source_row(held).get("id") or ""),
    )


def _change(shelf: Shelf, drafts: Iterable[tuple[int, Draft]]) -> None:
    # All first: what is being read must not change.
    shelf.change([(number, _row(draft)) for number, draft in drafts])


def _row(draft: Draft) -> list[Any]:
    return [getattr(draft, name) for name in _FIELDS]


def _draft(row: list[Any]) -> Draft:
    for place in _TUPLES:
        row[place] = tuple(row[place])
    row[_ACTION] = Action(row[_ACTION])
    return Draft(*row)


def _held(row: Any) -> Held:
    return _draft(row) if isinstance(row, list) else ReadOnly(row["kind"], row["row"])
