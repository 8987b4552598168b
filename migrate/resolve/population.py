"""Groups and administrative units by who is in them: the same people, or the same rule that fills them.

Only people count whose own counterpart is accepted. Names and nicknames bring up the candidates, members
decide among them; what properties of its own settle is not put in doubt by members.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from migrate.kinds import membership
from migrate.kinds.kind import Row
from migrate.resolve.decisions import Verdict
from migrate.resolve.evidence import membership_rule
from migrate.resolve.findings import Evidence, State
from migrate.resolve.ladder import HINTS, Ladder
from migrate.resolve.tenant_view import TenantView

LIST_OF = {"group": "groupMember", "administrativeUnit": "administrativeUnitMember"}


def people_in(view: TenantView, kind: str, object_id: str) -> frozenset[str] | None:
    """The ids of the people who are directly in a group or unit; ``None`` where that was not read whole."""
    rows = view.listed(LIST_OF[kind], object_id)
    if rows is None:
        return None
    return frozenset(str(row["id"]).lower() for row in rows if row.get("id") and _is_person(row, view))


def _is_person(row: Row, view: TenantView) -> bool:
    named = membership.type_of(row)
    return named == "user" or (not named and view.kind_of(str(row["id"])) == "user")


class Population:
    """Compares groups and units by their people. ``person`` gives the verdict on a user of the source, if it
    was looked at."""

    def __init__(
        self,
        source: TenantView,
        target: TenantView,
        ladder: Ladder,
        person: Callable[[str], Verdict | None],
    ) -> None:
        self._source, self._target, self._ladder, self._person = source, target, ladder, person
        self._units_of: dict[str, list[str]] | None = None

    def evidence(
        self, kind: str, object_id: str, evidence: Iterable[Evidence], targets: Mapping[str, Row]
    ) -> list[Evidence]:
        """What members and membership rules say for the candidates that the evidence brings up; units are
        always listed whole, so that their people bring up candidates as well."""
        known = list(evidence)
        strong = {one.target_id for one in known if one.rule not in HINTS}
        candidates = sorted(strong or {one.target_id for one in known})
        return [
            *self._by_rule(kind, object_id, candidates, targets),
            *self._by_members(kind, object_id, candidates, bool(strong)),
        ]

    def _by_rule(
        self, kind: str, object_id: str, candidates: Iterable[str], targets: Mapping[str, Row]
    ) -> Iterable[Evidence]:
        row = self._source.row(kind, object_id)
        if kind != "group" or row is None or not self._ladder.on("membership_rule"):
            return
        for rule in membership_rule(row, self._ladder):
            for one in candidates:
                if rule in membership_rule(targets[one], self._ladder):
                    yield Evidence("membership_rule", rule, one, self._ladder.confidence("membership_rule"))

    def _by_members(
        self, kind: str, object_id: str, candidates: list[str], settled: bool
    ) -> Iterable[Evidence]:
        ours = people_in(self._source, kind, object_id) if self._ladder.on("member_overlap") else None
        if ours is None:
            return
        arrived, unknown = self._arrived(ours)
        if kind == "administrativeUnit" and not settled:
            candidates = sorted({*candidates, *self._units_with(arrived)})
        theirs = {one: people_in(self._target, kind, one) for one in candidates}
        if not settled and None in theirs.values():
            # Of several candidates the one that was not read might be the one with the same people.
            return
        for one, people in theirs.items():
            if people is None:
                continue
            common, whole = len(arrived & people), len(arrived | people) + unknown
            if (
                common >= self._ladder.overlap_members
                and 100 * common >= self._ladder.overlap_percent * whole
            ):
                said = f"{common} of {whole} people"
                yield Evidence("member_overlap", said, one, self._ladder.confidence("member_overlap"))

    def _arrived(self, people: Iterable[str]) -> tuple[set[str], int]:
        """The counterparts of those who have one, and of how many people nobody knows."""
        arrived: set[str] = set()
        unknown = 0
        for one in people:
            verdict = self._person(one)
            if verdict is None or verdict.unsure:
                unknown += 1
            elif verdict.counterpart.state is State.ACCEPTED and verdict.counterpart.target_id:
                arrived.add(verdict.counterpart.target_id)
        return arrived, unknown

    def _units_with(self, arrived: Iterable[str]) -> list[str]:
        """The target's units that hold as many of these people as an overlap takes."""
        if self._units_of is None:
            self._units_of = {}
            for unit in sorted(self._target.of_kind("administrativeUnit")):
                for one in people_in(self._target, "administrativeUnit", unit) or ():
                    self._units_of.setdefault(one, []).append(unit)
        counts = Counter(unit for one in arrived for unit in self._units_of.get(one, ()))
        return [unit for unit, count in counts.items() if count >= self._ladder.overlap_members]
