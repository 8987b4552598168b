"""What a wave's rights bring along, in an order in which nothing comes before what it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from migrate.kinds import group_eligibility_schedule, role_management_policy, role_schedule
from migrate.kinds.rights import BESIDE
from migrate.plan.along.addresses import Addresses
from migrate.plan.along.ceilings import Ceilings, stopped
from migrate.plan.along.contexts import Contexts
from migrate.plan.along.guards import Guards
from migrate.plan.along.members import Members, Population
from migrate.plan.along.moving import Moving
from migrate.plan.along.objects import Making, to_make
from migrate.plan.along.policies import Policies, place_of, policy_key
from migrate.plan.along.projection import (
    Parents,
    policies_of_new,
    with_mappings,
    with_objects,
    with_people,
    with_policies,
)
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
    guards: Guards
    now: datetime
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
        now: datetime,
    ) -> Companions:
        """``made`` has the ids of what this engagement has made already, by their names in plans; of guards,
        by their keys."""
        makings, hindered = to_make(source, target, resolution.mappings, resolution.conflicts, moving, made)
        ours = frozenset(one.lower() for one in made.values())
        seen = target
        target = with_objects(target, makings)
        unseen = frozenset(one for one in ours if not any(seen.row(kind, one) for kind in _ORDER))
        resolution = with_mappings(resolution, makings, hindered)
        counterparts = {**resolution.beside, **resolution.accepted()}
        members = Members(source, target, counterparts, moving, protected, ours)
        populations = Parents.of(resolution).populations(members)
        links = tuple(draft for one in populations.values() for draft in one.drafts)
        bare, target = target, with_people(target, links)
        contexts = Contexts(
            source, target, "authenticationContext" in moving.creates and moving.allows_contexts
        )
        addresses = Addresses(source, target, counterparts)
        policies = Policies(source, target, counterparts, moving, contexts, addresses, unseen)
        brought = policies.every()
        coming = unseen | {making.target_id for making in makings if making.draft is not None}
        rows = policies_of_new(target, coming)
        rows += [one.row for one in brought if one.drafts and one.row is not None]
        return cls(
            source,
            with_policies(target, rows),
            with_policies(bare, rows),
            resolution,
            {making.target_id: making for making in makings},
            populations,
            policies,
            contexts,
            Guards(source, target, counterparts, moving, contexts, made, now),
            now,
            links,
        )

    def with_links(self, links: Iterable[Draft]) -> Companions:
        """The same after the gates have judged the memberships: whoever is not put into a group cannot
        approve as one of it."""
        judged = tuple(links)
        if not any(one.action is Action.BLOCKED for one in judged):
            return replace(self, links=judged)
        peopled = with_people(
            replace(self.target, lists=self.unpeopled.lists),
            [one for one in judged if one.action in WRITES],
        )
        before = replace(peopled, rows=self.policies.target.rows)
        return replace(
            self, links=judged, target=peopled, policies=replace(self.policies, target=before, _done={})
        )

    def brought_by(self, rights: Sequence[Draft]) -> tuple[list[Draft], tuple[str, ...]]:
        """The rights with everything that they need before them and what guards them after them, and what a
        reader must know of it.

        What goes beyond Microsoft's numbers is stopped, with whatever needs it.
        """
        ceilings = Ceilings(self.unpeopled, self.now)
        barred: dict[str, str] = {}
        while True:
            found, told = self._brought(rights, barred)
            if not (beyond := ceilings.beyond(found)):
                return found, (*told, *ceilings.told(found))
            barred |= beyond

    def _brought(
        self, all_rights: Sequence[Draft], barred: Mapping[str, str]
    ) -> tuple[list[Draft], tuple[str, ...]]:
        """As ``brought_by`` without what is in ``barred``, by key with the reason."""
        rights = [_held_back(one, barred) for one in all_rights]
        standing = [one for one in rights if one.action in _STANDS]
        governed = dict.fromkeys(self._governed(one) for one in standing)
        rules = {one: self.policies.of(one) for one in governed}
        changes = list({draft.key: draft for one in rules.values() for draft in one.drafts}.values())
        changes = [_held_back(one, barred) for one in changes]
        guarding, unguarded = self.guards.of(standing, governed)
        guards = [_held_back(one, barred) for one in guarding]
        parents = {one for draft in standing for one in self._parents(draft)}
        parents |= {one for draft in guards for one in names_in(draft.target)}
        approving = {one for draft in changes for one in _texts(draft.target)}
        parents = self._with_inner(parents | (approving & self.populations.keys()), barred)
        links = [_held_back(draft, barred) for draft in self.links if _parent_of(draft) in parents]
        temporary = self._temporary(standing)
        naming = (*standing, *links, *changes, *guards)
        names = frozenset[str]().union(*(names_in(draft.target) for draft in naming))
        objects = sorted(
            (self.makings[name].draft for name in names if name in self.makings),
            key=lambda draft: (_ORDER.index(draft.kind), draft.key) if draft else (0, ""),
        )
        wanted = {key for draft in (*changes, *guards) if draft.action in WRITES for key in draft.needs}
        published = [draft for draft in self.contexts.made.values() if draft.key in wanted]
        before = [*(one for one in objects if one), *published, *links, *changes, *temporary]
        told = [text for parent in sorted(parents) for text in self._told(parent)]
        told += [text for one in rules.values() for text in one.told]
        told += unguarded
        return [*before, *(self._with_needs(one) for one in rights), *guards], tuple(told)

    def _told(self, parent: str) -> tuple[str, ...]:
        population = self.populations.get(parent)
        return population.told if population else ()

    def _with_inner(self, parents: set[str], barred: Mapping[str, str]) -> set[str]:
        """The parents with the groups that are to be put into them, whose people come along as well."""
        inner: dict[str, list[str]] = {}
        for draft in self.links:
            member = str(draft.target.get("objectId") or "")
            if draft.action in WRITES and draft.key not in barred and member in self.populations:
                inner.setdefault(_parent_of(draft), []).append(member)
        found, waiting = set(parents), sorted(parents)
        while waiting:
            for one in inner.get(waiting.pop(), ()):
                if one not in found:
                    found.add(one)
                    waiting.append(one)
        return found

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
            place = place_of(there, self.target)
            needs = (*sorted(names_in(place)), *(one.key for one in changes))
            drafts += [
                Draft(
                    Action.UPDATE,
                    role_management_policy.RULE,
                    temporary_key(there, one.rule_id),
                    f"{one.says}; for the length of the run, restored before any stop",
                    ("D08",),
                    {},
                    {**place, "ruleId": one.rule_id, "rule": dict(one.after)},
                    {
                        "principal": "",
                        "target_principal": "",
                        "right": governing.label(there, self.target),
                        "scope": one.rule_id,
                    },
                    {"rule": dict(one.before)},
                    reverse="restore",
                    needs=needs,
                    temporary=True,
                )
                for one in for_all(each for draft in needing for each in draft.relax)
            ]
        return drafts


def _held_back(draft: Draft, barred: Mapping[str, str]) -> Draft:
    """The draft, stopped if it or something that it names is barred."""
    if draft.action not in WRITES or not barred:
        return draft
    if draft.key in barred:
        return stopped(draft, barred[draft.key])
    lacking = sorted(names_in(draft.target) & barred.keys())
    return stopped(draft, f"it needs what cannot be made: {barred[lacking[0]]}") if lacking else draft


def _parent_of(link: Draft) -> str:
    """The parent in the target. A membership that was stopped has no target any more; its key names the
    parent still."""
    return link.key.partition("|")[0].partition(f"{link.kind}:".lower())[2]


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, in lower case."""
    if isinstance(value, str):
        yield value.lower()
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def temporary_key(there: Governed, rule_id: str) -> str:
    return f"{policy_key(there)}|{rule_id}|temporary".lower()
