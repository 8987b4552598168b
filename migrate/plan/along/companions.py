"""What a wave's rights bring along, in an order in which nothing comes before what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from migrate.kinds import group_eligibility_schedule, role_management_policy, role_schedule
from migrate.kinds.rights import BESIDE
from migrate.plan.along.addresses import Addresses
from migrate.plan.along.contexts import Contexts
from migrate.plan.along.members import Members, Population
from migrate.plan.along.moving import Moving
from migrate.plan.along.objects import Making, to_make
from migrate.plan.along.policies import Policies, place_of, policy_key
from migrate.plan.along.projection import Parents, with_mappings, with_objects, with_people, with_policies
from migrate.plan.document import WRITES, Action, Draft
from migrate.plan.made import names_in
from migrate.plan.rule_relaxation import for_all
from migrate.resolve import governing
from migrate.resolve.governing import Governed
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView

_STANDS = frozenset({*WRITES, Action.KEEP})
_ORDER = ("administrativeUnit", "group", "roleDefinition")


@dataclass
class Companions:
    """``target`` and ``resolution`` are as they will be with everything made, ``unpeopled`` is the target
    without those who are to be put into units and groups; ``links`` are all memberships that any right may
    bring along, as the gates have let them through."""

    source: TenantView
    target: TenantView
    unpeopled: TenantView
    resolution: Resolution
    makings: Mapping[str, Making]
    populations: Mapping[str, Population]
    policies: Policies
    contexts: Contexts
    links: tuple[Draft, ...] = field(default=())

    @classmethod
    def of(
        cls,
        source: TenantView,
        target: TenantView,
        resolution: Resolution,
        moving: Moving,
        *,
        made: Mapping[str, str],
        protected: frozenset[str],
    ) -> Companions:
        """``made`` has the ids of what this engagement has made already, by their names in plans."""
        makings, hindered = to_make(source, target, resolution.mappings, resolution.conflicts, moving, made)
        target = with_objects(target, makings)
        resolution = with_mappings(resolution, makings, hindered)
        counterparts = {**resolution.beside, **resolution.accepted()}
        members = Members(source, target, counterparts, moving, protected)
        populations = Parents.of(resolution).populations(members)
        bare, target = target, with_people(target, populations)
        contexts = Contexts(
            source, target, "authenticationContext" in moving.creates and moving.allows_contexts
        )
        addresses = Addresses(source, target, counterparts)
        policies = Policies(source, target, counterparts, moving, contexts, addresses)
        brought = [policies.of(governed) for governed in governing.moved_rights(source)]
        changed = [one.row for one in brought if one.drafts and one.row is not None]
        return cls(
            source,
            with_policies(target, changed),
            with_policies(bare, changed),
            resolution,
            {making.target_id: making for making in makings},
            populations,
            policies,
            contexts,
            tuple(draft for one in populations.values() for draft in one.drafts),
        )

    def with_links(self, links: Iterable[Draft]) -> Companions:
        """The same after the gates have judged the memberships."""
        return replace(self, links=tuple(links))

    def brought_by(self, rights: Sequence[Draft]) -> tuple[list[Draft], tuple[str, ...]]:
        """The rights with everything that they need before them, and what a reader must know of it."""
        standing = [one for one in rights if one.action in _STANDS]
        governed = dict.fromkeys(self._governed(one) for one in standing)
        rules = {one: self.policies.of(one) for one in governed}
        parents = {one for draft in standing for one in self._parents(draft)}
        links = [
            draft
            for draft in self.links
            if str(draft.target.get("parentId")) in parents or self._stopped(draft, parents)
        ]
        changes = [draft for one in rules.values() for draft in one.drafts]
        temporary = self._temporary(standing)
        names = frozenset[str]().union(*(names_in(draft.target) for draft in (*standing, *links, *changes)))
        objects = sorted(
            (self.makings[name].draft for name in names if name in self.makings),
            key=lambda draft: (_ORDER.index(draft.kind), draft.key) if draft else (0, ""),
        )
        wanted = {key for draft in changes for key in draft.needs}
        published = [draft for draft in self.contexts.made.values() if draft.key in wanted]
        before = [*(one for one in objects if one), *published, *links, *changes, *temporary]
        told = [text for parent in sorted(parents) for text in self._told(parent)]
        told += [text for one in rules.values() for text in one.told]
        return [*before, *(self._with_needs(one) for one in rights)], tuple(told)

    def _told(self, parent: str) -> tuple[str, ...]:
        population = self.populations.get(parent)
        return population.told if population else ()

    def _stopped(self, draft: Draft, parents: set[str]) -> bool:
        """A membership that a gate has stopped has no target any more; its key still names the parent."""
        return draft.action is Action.BLOCKED and any(parent in draft.key for parent in parents)

    def _governed(self, draft: Draft) -> Governed:
        """What governs a right of the source."""
        row = draft.source
        if "groupId" in row:
            return "group", str(row["groupId"]).lower(), group_eligibility_schedule.access_of(row)
        return "roleDefinition", self.source.role_id(str(row.get("roleDefinitionId") or "")), ""

    def _parents(self, draft: Draft) -> set[str]:
        """The units and groups of the target that a right depends on."""
        ids = draft.target
        unit = role_schedule.administrative_unit_in(str(ids.get("directoryScopeId") or "")) or ""
        found = {
            unit.lower(),
            str(ids.get("groupId") or "").lower(),
            str(ids.get("principalId") or "").lower(),
        }
        return found - {""}

    def _with_needs(self, draft: Draft) -> Draft:
        if draft.action not in WRITES:
            return draft
        there = self._there(draft)
        rules = self.policies.of(self._governed(draft)).drafts
        loosened = (temporary_key(there, one.rule_id) for one in draft.relax)
        needs = (*sorted(names_in(draft.target)), *(one.key for one in rules), *loosened)
        if draft.kind in BESIDE:
            # Graph changes no eligibility while the same right is held actively (observed behaviours 18).
            needs = (*needs, f"{BESIDE[draft.kind]}:{draft.key}")
        return replace(draft, needs=needs)

    def _there(self, draft: Draft) -> Governed:
        """What governs a right in the target."""
        ids = draft.target
        if "groupId" in ids:
            return "group", str(ids["groupId"]).lower(), str(ids["accessId"]).lower()
        return "roleDefinition", str(ids["roleDefinitionId"]).lower(), ""

    def _temporary(self, rights: Sequence[Draft]) -> list[Draft]:
        """The rules that are loosened while the rights are written, once for all rights of a policy."""
        found: dict[Governed, list[Draft]] = {}
        for draft in rights:
            if draft.relax:
                found.setdefault(self._there(draft), []).append(draft)
        drafts: list[Draft] = []
        for there, needing in sorted(found.items()):
            changes = self.policies.of(self._governed(needing[0])).drafts
            before = {str(one.target["ruleId"]): one.key for one in changes}
            for one in for_all(each for draft in needing for each in draft.relax):
                drafts.append(
                    Draft(
                        Action.UPDATE,
                        role_management_policy.RULE,
                        temporary_key(there, one.rule_id),
                        f"{one.says}; for the length of the run, restored before any stop",
                        ("D08",),
                        {},
                        {**place_of(there, self.target), "ruleId": one.rule_id, "rule": dict(one.after)},
                        {
                            "principal": "",
                            "target_principal": "",
                            "right": governing.label(there, self.target),
                            "scope": one.rule_id,
                        },
                        {"rule": dict(one.before)},
                        reverse="restore",
                        needs=tuple(before.values()) if before else (),
                        temporary=True,
                    )
                )
        return drafts


def temporary_key(there: Governed, rule_id: str) -> str:
    return f"{policy_key(there)}|{rule_id}|temporary".lower()
