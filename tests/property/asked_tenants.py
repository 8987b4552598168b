"""Tenants of which only single objects are read: what a snapshot of privilege holds after it has asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from migrate.kinds.look_up import LookUp
from migrate.resolve import lookups
from migrate.resolve.ladder import Ladder
from migrate.resolve.tenant_view import PRINCIPAL_KINDS, TenantView

Row = Mapping[str, Any]


class Asked:
    """A tenant that answers look-ups, and what came back so far."""

    def __init__(self, whole: TenantView) -> None:
        self._whole = whole
        self.rows: dict[str, dict[str, Row]] = {kind: {} for kind in PRINCIPAL_KINDS}
        self.asked: dict[str, set[tuple[str, str]]] = {kind: set() for kind in PRINCIPAL_KINDS}

    def by_id(self, kind: str, object_id: str) -> None:
        self.asked[kind].add(("id", object_id.casefold()))
        if row := self._whole.row(kind, object_id):
            self.rows[kind][object_id] = row

    def answer(self, questions: Iterable[LookUp]) -> list[tuple[str, str]]:
        """Asks all of it and says which objects are new."""
        new: dict[tuple[str, str], None] = {}
        for one in sorted(questions):
            self.asked[one.kind].add(one.key)
            for object_id, row in sorted(self._whole.of_kind(one.kind).items()):
                value = row.get(one.property)
                values = value if isinstance(value, list) else [value]
                said = {str(each).casefold() for each in values if each is not None}
                if one.value.casefold() in said and not row.get("deletedDateTime"):
                    if object_id not in self.rows[one.kind]:
                        new[one.kind, object_id] = None
                    self.rows[one.kind][object_id] = row
        return list(new)

    def view(self, kinds: Iterable[str]) -> TenantView:
        """The tenant with only what was asked for of these kinds, and all of the others."""
        seen = {kind: self.rows[kind] for kind in kinds}
        asked = {kind: self.asked[kind] for kind in seen}
        return replace(self._whole, rows={**self._whole.rows, **seen}, asked=asked)


Step = Callable[[str, Row, Ladder], frozenset[LookUp]]


def privileged(
    source: TenantView, target: TenantView, ladder: Ladder, kind: str = "user", *, steps: int = 3
) -> tuple[TenantView, TenantView]:
    """Both tenants after so many of the three steps of asking about those who hold a right."""
    ladder = ladder.between(source.domains(), target.domains())
    here, there = Asked(source), Asked(target)
    for row in source.of_kind("roleEligibilitySchedule").values():
        here.by_id(kind, str(row["principalId"]))
    questions = {one for row in here.rows[kind].values() for one in lookups.forward(kind, row, ladder)}
    if steps > 0:
        there.answer(questions)
    if steps > 1:
        claimed = list(there.rows[kind].values())
        rivals = here.answer({one for row in claimed for one in lookups.backward(kind, row, ladder)})
        if steps > 2:
            rows = [here.rows[kind][object_id] for _, object_id in rivals]
            there.answer({one for row in rows for one in lookups.forward(kind, row, ladder)})
    kinds = PRINCIPAL_KINDS if kind == "user" else (kind,)
    return here.view(kinds), there.view(kinds)
