"""What the rights that could move name, counted while they are gone through once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from migrate.kinds.kind import Kind
from migrate.plan.document import Draft
from migrate.plan.found_codes import COVERAGE
from migrate.resolve import governing
from migrate.resolve.governing import Governed
from migrate.resolve.reference_graph import Node, objects_of
from migrate.resolve.tenant_view import TenantView
from migrate.workbook.held_rights import held_id, kind_of

_NONE: frozenset[str] = frozenset()


class NamedObjects:
    """``rights_of`` counts by object the rights that name it, ``undecided`` those that name at least one of
    the objects ``waiting``, whose proposals wait for somebody."""

    def __init__(self, source: TenantView, waiting: Collection[Node]) -> None:
        self._source, self._waiting = source, waiting
        self.rights_of: Counter[Node] = Counter()
        self.undecided = 0
        self._governing: Counter[Governed] = Counter()
        self._uncovered: dict[Kind, set[str]] = {}
        self._uses: dict[Node, frozenset[str]] = {}
        self._combined: dict[frozenset[str], frozenset[str]] = {}

    def add(self, draft: Draft) -> None:
        kind, row = kind_of(draft), draft.source
        self._governing[governing.governs(kind, row, self._source)] += 1
        if COVERAGE in draft.codes:
            self._uncovered.setdefault(kind, set()).add(held_id(draft))
        nodes = set()
        for named_by, node in objects_of(kind, row, self._source):
            nodes.add(node)
            uses = self._uses.get(node, _NONE)
            if named_by not in uses:
                # One set for all objects that are named in the same ways.
                more = uses | {named_by}
                self._uses[node] = self._combined.setdefault(more, more)
        for node in nodes:
            self.rights_of[node] += 1
        self.undecided += not nodes.isdisjoint(self._waiting)

    def governed(self) -> Counter[Governed]:
        """How many rights a policy governs, to be asked when every right was added. Those of which the source
        does not tell enough are left out: what is missing there stands in their rows alone, not in drafts."""
        found = Counter(self._governing)
        for kind, ids in self._uncovered.items():
            for _, row in self._source.some(kind.name, ids):
                if kind.gaps(row):
                    found[governing.governs(kind, row, self._source)] -= 1
        # Without what none is left of.
        return +found

    def uses_of(self, node: Node) -> frozenset[str]:
        """The properties by which rights name an object."""
        return self._uses.get(node, _NONE)
