"""What stands in the way of a right before the target's rights are looked at: what was found about it, and
objects that it names without an accepted counterpart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from migrate.kinds.kind import DIRECTORY_OBJECT
from migrate.plan.document import Action
from migrate.plan.found_codes import COVERAGE, DIFFERENT, MISSING, SCHEDULE, UNDECIDED
from migrate.plan.guard import Guard
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.reference_graph import APPLICATION, Node
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView

_WORDS = {
    "principalId": "principal",
    "roleDefinitionId": "role",
    "directoryScopeId": "scope",
    "groupId": "group",
}
"""What people call the properties by which a right names objects."""
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stop:
    """Why a right is not written."""

    action: Action
    reason: str
    codes: tuple[str, ...]


class Obstacles:
    """Rights are asked about by their ids in lower case. ``updates`` is whether the plan gives what stands
    with another end the source's."""

    def __init__(
        self, source: TenantView, target: TenantView, resolution: Resolution, guard: Guard, *, updates: bool
    ) -> None:
        self._source, self._target, self._guard = source, target, guard
        self._mappings: dict[Node, Counterpart] = {
            (one.kind, one.source_id): one for one in resolution.mappings
        }
        self._codes: dict[Node, list[str]] = {}
        self._drift: dict[str, list[str]] = {}
        self._told: dict[str, frozenset[str]] = {}
        for conflict in resolution.conflicts:
            if conflict.blocks or not conflict.concerns:
                self._codes.setdefault((conflict.kind, conflict.source_id), []).append(conflict.code)
        for found in resolution.drift:
            # What the plan solves by itself is judged again there, for the moment of the plan.
            if found.code == SCHEDULE or (found.code == DIFFERENT and updates):
                continue
            for blocked in found.blocks:
                self._drift.setdefault(blocked, []).append(found.code)
        findings: tuple[Conflict | Drift, ...] = (*resolution.conflicts, *resolution.drift)
        # One set for all rights of which the same was found: they are very many.
        shared: dict[frozenset[str], frozenset[str]] = {}
        for finding in findings:
            for concerned in finding.concerns:
                codes = self._told.get(concerned, _NOTHING) | {finding.code}
                self._told[concerned] = shared.setdefault(codes, codes)

    def mapping(self, node: Node) -> Counterpart | None:
        return self._mappings.get(node)

    def drift_of(self, right: str) -> Sequence[str]:
        """The codes of drift that blocks a right."""
        return self._drift.get(right, ())

    def told_of(self, right: str) -> Collection[str]:
        """The codes of everything that was found about a right, whether it stands in its way or not."""
        return self._told.get(right, _NOTHING)

    def unmapped(self, right: str, named: Mapping[str, Node]) -> Stop | None:
        """What keeps a right back among the objects that it names, by the property that does."""
        codes: list[str] = []
        reasons: list[str] = []
        skipped = False
        protected = self._guard.protected
        for named_by, node in named.items():
            mapping = self._mappings[node]
            if not protected.isdisjoint((node[1], mapping.target_id)):
                codes.append("C13")
                reasons.append(f"{mapping.name} is protected by the engagement")
            if mapping.state is State.SKIPPED:
                skipped = True
                reasons.append(f"{mapping.name}: {mapping.reason}")
            elif mapping.state is State.CREATE:
                codes.append(MISSING)
                reasons.append(f"{_WORDS[named_by]} {mapping.name}: {mapping.reason}")
            elif mapping.state is not State.ACCEPTED:
                codes += self._codes.get(node) or [self._open_code(node)]
                reasons.append(f"{_WORDS[named_by]} {mapping.name}: {mapping.reason}")
        if skipped and "C13" not in codes:
            return Stop(Action.SKIP, "; ".join(reasons), ())
        if codes:
            codes += self.drift_of(right)
            # That nobody has decided is told where nothing else is.
            known = set(codes) - {UNDECIDED} or {UNDECIDED}
            return Stop(Action.BLOCKED, "; ".join(reasons), tuple(sorted(known)))
        return None

    def _open_code(self, node: Node) -> str:
        """Why an object is open that no conflict is about."""
        if node[0] == APPLICATION:
            return UNDECIDED if self._source.answers_id(DIRECTORY_OBJECT, node[1]) else COVERAGE
        seen = self._target.read_as_meant(node[0]) and self._source.read_as_meant(node[0])
        return UNDECIDED if seen else COVERAGE
