"""Every right of the source and what will happen to it, for those who go through very many: kept in a
temporary file, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from migrate.plan.document import Action, Draft
from migrate.plan.same_place import STANDING, settled
from migrate.resolve.reference_graph import MOVED, every_row
from migrate.workbook.held_rights import Held, ReadOnly, in_words, source_row

if TYPE_CHECKING:
    from datetime import datetime

    from migrate.cli.context import Context
    from migrate.cli.resolving import Resolved
    from migrate.plan.along.companions import Companions
    from migrate.plan.build import Planner
    from migrate.plan.guard import Guard
    from migrate.resolve.privilege import Addition, Privilege
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.shelf import Label, Shelf
    from migrate.views.progress import ProgressLine

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


def shelve(
    context: Context, db: Database, resolved: Resolved, shelf: Shelf, now: datetime, line: ProgressLine
) -> Shelved:
    """Judges every right for ``now`` as ``planning.draft`` does, one at a time where one can be judged alone.

    Raises:
        FileError, PartialCoverage: as ``guard_of``.
    """
    from migrate.cli.tiering import tier_table
    from migrate.plan.broader_role import BroaderRoles
    from migrate.plan.tier_gate import TierGate, additions_of

    source = resolved.inputs.source
    along, guard, moving = _planned(context, db, resolved, shelf, now, line)
    _change(shelf, settled((key, number, _draft(row)) for key, number, row in shelf.claimed_twice()))
    roles, broader = BroaderRoles(source, along.target, guard), []
    added: list[Addition] = []
    for number, draft in _numbered(shelf.claiming()):
        narrow = roles.judged(draft)
        if narrow is not draft:
            broader.append((number, narrow))
        added += additions_of(number, narrow)
    _change(shelf, broader)
    # Links have numbers of their own, after those of all rows; what becomes of them is the plan's.
    for number, link in enumerate(along.links, shelf.count()):
        added += additions_of(number, link)
    table, nobody = tier_table(context), frozenset[str]()
    # A report asks the gate for no warnings: whom the drafts move need not be gathered.
    gate = TierGate.judging(added, source, along.unpeopled, along.resolution, table, now, nobody)
    stopped = gate.stopped()
    _change(
        shelf, ((number, gate.blocked(one, stopped[number])) for number, one in _numbered(shelf.of(stopped)))
    )
    return Shelved(ShelvedDrafts(shelf, moving), ShelvedRights(shelf), gate.source, now)


def _planned(
    context: Context, db: Database, resolved: Resolved, shelf: Shelf, now: datetime, line: ProgressLine
) -> tuple[Companions, Guard, int]:
    """Shelves all that is held, each right that may move as it is judged alone, and lets go of what that
    took; gives what the rights bring along, what is allowed, and how many may move."""
    from migrate.cli.planning import prepare

    made = prepare(context, db, resolved, now=now)
    rows = _Rows(made.planner, resolved.inputs.source, line)
    shelf.add(rows.each())
    return made.along, made.guard, rows.moving


@dataclass
class _Rows:
    """What goes onto the shelf; ``moving`` counts the drafts among it."""

    planner: Planner
    source: TenantView
    line: ProgressLine
    moving: int = 0

    def each(self) -> Iterator[tuple[int, str | None, Label, Any]]:
        total = sum(len(self.source.of_kind(kind.name)) for kind in MOVED)
        every = self.line.counted("judging rights", every_row(self.source), total)
        for number, (kind, row, moves) in enumerate(every):
            if moves:
                self.moving += 1
                draft = self.planner.draft(kind, row)
                key = f"{draft.kind}\n{draft.key}" if draft.action in STANDING else None
                yield number, key, _label(draft, self.source), _row(draft)
            else:
                held = ReadOnly(kind.name, row)
                yield number, None, _label(held, self.source), held._asdict()


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


def _numbered(rows: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Draft]]:
    return ((number, _draft(row)) for number, row in rows)


_row: Callable[[Draft], tuple[Any, ...]] = attrgetter(*_FIELDS)


def _draft(row: list[Any]) -> Draft:
    for place in _TUPLES:
        row[place] = tuple(row[place])
    row[_ACTION] = Action(row[_ACTION])
    return Draft(*row)


def _held(row: Any) -> Held:
    return _draft(row) if isinstance(row, list) else ReadOnly(row["kind"], row["row"])
