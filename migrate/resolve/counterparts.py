"""Who is whom: the verdict on every source object that a right names, with its rivals heard.

Only the objects that are named, whoever claims the same target objects, and the members of groups that
cannot be told otherwise are looked at; each tenant's list is gone through a few times and never copied.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from migrate.kinds import service_principal
from migrate.kinds.kind import Row
from migrate.resolve import suggestions
from migrate.resolve.claims import Claims
from migrate.resolve.decisions import Case, Decided, Verdict, judge
from migrate.resolve.evidence import find_evidence, find_holders
from migrate.resolve.findings import Evidence
from migrate.resolve.ladder import HINTS, Ladder
from migrate.resolve.lookups import by_members
from migrate.resolve.matching import NOTHING, Proposal, propose
from migrate.resolve.population import LIST_OF, Population, people_in
from migrate.resolve.reference_graph import Node
from migrate.resolve.role_matching import propose_role
from migrate.resolve.tenant_view import TenantView


@dataclass(frozen=True)
class Candidates:
    """Source objects of one kind with everything that speaks for their candidates."""

    kind: str
    wanted: Mapping[str, Row]
    rivals: Mapping[str, Row]
    evidence: Mapping[str, list[Evidence]]
    targets: Mapping[str, Row]


class Counterparts:
    """The verdicts of one resolution."""

    def __init__(self, source: TenantView, target: TenantView, ladder: Ladder, decided: Decided) -> None:
        self._source, self._target, self._decided = source, target, decided
        self._ladder = ladder.between(source.domains(), target.domains())
        self._people: dict[str, Verdict] = {}

    def of(self, wanted: Mapping[str, Collection[str]]) -> dict[Node, Verdict]:
        """The verdicts on these ids by kind, as far as the source has them."""
        collective = {kind: self._candidates(kind, wanted.get(kind, ())) for kind in LIST_OF}
        members = self._members_that_tell(collective)
        people = self._candidates("user", {*wanted.get("user", ()), *members})
        judged = self._judged(people, None)
        self._people = {node[1]: verdict for node, verdict in judged.items()}
        population = Population(self._source, self._target, self._ladder, self._people.get)
        found = {node: one for node, one in judged.items() if node[1] in wanted.get("user", ())}
        found |= self._judged(self._candidates("servicePrincipal", wanted.get("servicePrincipal", ())), None)
        for candidates in collective.values():
            found |= self._judged(candidates, population)
        found |= self._roles(wanted.get("roleDefinition", ()))
        self._suggest(found)
        return found

    def _candidates(self, kind: str, ids: Collection[str]) -> Candidates:
        rows = {one: row for one in sorted(ids) if (row := self._source.row(kind, one)) is not None}
        wanted = {one: row for one, row in rows.items() if not row.get("deletedDateTime")}
        evidence, targets = find_evidence(kind, wanted, self._targets(kind, wanted), self._ladder)
        hints = by_members(kind, self._ladder)
        claimed = {
            one.target_id: targets[one.target_id]
            for found in evidence.values()
            for one in found
            if hints or one.rule not in HINTS
        }
        rivals: dict[str, Row] = {}
        for one in self._decided.of_kind(kind):
            decision = self._decided.of(kind, one)
            if decision and decision.target_id and wanted:
                row = self._source.row(kind, one)
                if row is None and not self._source.answers_id(kind, one):
                    # Nobody looked, so that the decision may be about somebody who is there.
                    row = {"id": one}
                if row is not None and not row.get("deletedDateTime") and one not in wanted:
                    rivals[one] = row
                there = self._target.row(kind, decision.target_id)
                if there is not None and one in wanted:
                    claimed[decision.target_id.lower()] = there
        if kind == "administrativeUnit":
            rivals |= self._units_of_the_same_people(wanted)
        if claimed:
            holders = find_holders(kind, claimed, self._source.of_kind(kind), self._ladder, hints=hints)
            rivals |= {one: row for one, row in holders.items() if one not in wanted}
        if rivals:
            more, other_targets = find_evidence(kind, rivals, self._targets(kind, rivals), self._ladder)
            evidence, targets = {**evidence, **more}, {**targets, **other_targets}
        return Candidates(kind, wanted, rivals, evidence, targets)

    def _units_of_the_same_people(self, wanted: Mapping[str, Row]) -> dict[str, Row]:
        """The source's other units that share people with these: both may look like one unit there."""
        if not wanted or not self._ladder.on("member_overlap"):
            return {}
        rows = self._source.of_kind("administrativeUnit")
        people = {one: people_in(self._source, "administrativeUnit", one) or frozenset() for one in rows}
        named = frozenset(person for one in wanted for person in people[one])
        least = self._ladder.overlap_members
        return {
            one: row
            for one, row in sorted(rows.items())
            if one not in wanted
            and not row.get("deletedDateTime")
            and sum(person in named for person in people[one]) >= least
        }

    def _targets(self, kind: str, wanted: Mapping[str, Row]) -> Mapping[str, Row]:
        return self._target.of_kind(kind) if wanted else {}

    def _members_that_tell(self, collective: Mapping[str, Candidates]) -> set[str]:
        """The members of groups and units that nothing but names speak for."""
        found: set[str] = set()
        if not self._ladder.on("member_overlap"):
            return found
        for kind, candidates in collective.items():
            for one in (*candidates.wanted, *candidates.rivals):
                if all(each.rule in HINTS for each in candidates.evidence[one]) and (
                    kind == "administrativeUnit" or candidates.evidence[one]
                ):
                    found |= people_in(self._source, kind, one) or frozenset()
        return found

    def _judged(self, candidates: Candidates, population: Population | None) -> dict[Node, Verdict]:
        claims = Claims()
        verdicts: dict[Node, Verdict] = {}
        for rows, kept in ((candidates.wanted, True), (candidates.rivals, False)):
            for object_id, row in rows.items():
                node = (candidates.kind, object_id)
                verdict = self._verdict(candidates, object_id, row, population)
                claims.add(node, verdict)
                if kept:
                    verdicts[node] = verdict
        claims.settle(verdicts, self._source)
        return verdicts

    def _verdict(
        self, candidates: Candidates, object_id: str, row: Row, population: Population | None
    ) -> Verdict:
        kind, evidence, unread = candidates.kind, candidates.evidence[object_id], False
        targets = candidates.targets
        if population is not None:
            told = population.evidence(kind, object_id, evidence, targets)
            if told:
                strongest = sorted(
                    (*evidence, *told), key=lambda one: (-one.confidence, one.rule, one.target_id, one.value)
                )
                evidence = strongest
                targets = {**targets, **{one.target_id: self._there(kind, one.target_id) for one in told}}
            only_hints = bool(evidence) and all(one.rule in HINTS for one in evidence)
            unread = only_hints and people_in(self._source, kind, object_id) is None
        proposal = _fixed(kind, row) or propose(kind, row, tuple(evidence), targets, self._ladder)
        case = Case(kind, object_id, proposal, self._source, self._target, self._ladder, unread)
        return judge(case, self._decided.of(kind, object_id))

    def _there(self, kind: str, target_id: str) -> Row:
        return self._target.of_kind(kind)[target_id]

    def _roles(self, wanted: Collection[str]) -> dict[Node, Verdict]:
        """Roles are few: all of them are weighed, so that one which nobody holds can claim as well."""
        verdicts: dict[Node, Verdict] = {}
        claims = Claims()
        if not wanted:
            return verdicts
        targets = self._target.of_kind("roleDefinition")
        for object_id, row in sorted(self._source.of_kind("roleDefinition").items()):
            if row.get("deletedDateTime"):
                continue
            proposal = propose_role(row, targets, self._ladder)
            node = ("roleDefinition", object_id)
            case = Case(*node, proposal, self._source, self._target, self._ladder)
            verdict = judge(case, self._decided.of(*node))
            claims.add(node, verdict)
            if object_id in wanted:
                verdicts[node] = verdict
        claims.settle(verdicts, self._source)
        return verdicts

    def _suggest(self, verdicts: dict[Node, Verdict]) -> None:
        """Adds similar names to what has no candidate at all."""
        for kind in ("user", "group", "administrativeUnit"):
            bare = {
                node[1]: row
                for node, verdict in verdicts.items()
                if node[0] == kind and verdict.code == "C01" and not verdict.counterpart.evidence
                if (row := self._source.row(*node)) is not None
            }
            if not bare:
                continue
            similar = suggestions.similar_names(kind, bare, self._target, self._ladder)
            for one, evidence in similar.items():
                verdict = verdicts[kind, one]
                verdicts[kind, one] = replace(
                    verdict, counterpart=replace(verdict.counterpart, evidence=evidence)
                )


def _fixed(kind: str, row: Row) -> Proposal | None:
    if kind == "servicePrincipal" and service_principal.is_managed_identity(row):
        return replace(NOTHING, reason="a managed identity belongs to one tenant and cannot move")
    return None
