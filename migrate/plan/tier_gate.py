"""The tier gate of a plan: blocks every write through which somebody would reach a tier in the target that
they did not reach in the source, and tells what could not be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from sys import intern

from migrate.kinds import (
    group_assignment_schedule,
    group_eligibility_schedule,
    group_member,
    group_owner,
    role_assignment_schedule,
    role_eligibility_schedule,
    role_schedule,
)
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import DIRECTORY_OBJECT
from migrate.plan.document import Action, Draft
from migrate.resolve.escalation import Gain, Sides, gains
from migrate.resolve.privilege import Addition, Privilege, privilege_of
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import Classifier, TierTable

TIER_ESCALATION = "tier_escalation"
"""The code of a right that somebody would gain a tier by."""
_KINDS = {
    kind.name: kind
    for kind in (
        role_eligibility_schedule.KIND,
        group_eligibility_schedule.KIND,
        role_assignment_schedule.KIND,
        group_assignment_schedule.KIND,
    )
}
_JOINING = {group_member.KIND.name: "member", group_owner.KIND.name: "owner"}
"""Who is put into a group comes to what the group holds."""
_IDS = frozenset(
    {
        "principalId",
        "roleDefinitionId",
        "directoryScopeId",
        "groupId",
        "accessId",
        "objectId",
        "parentId",
    }
)
"""By what the target of a write says who comes to what."""
_NAMED = 5


@dataclass(frozen=True)
class TierGate:
    """Who reaches what in both tenants, the target as the plan would leave it, and what they would gain."""

    source: Privilege
    target: Privilege
    gains: tuple[Gain, ...]
    table: TierTable
    moved: frozenset[str]
    """Groups of either tenant that hold a right that moves."""

    @classmethod
    def of(
        cls,
        drafts: Iterable[Draft],
        source: TenantView,
        target: TenantView,
        resolution: Resolution,
        table: TierTable,
        now: datetime,
    ) -> TierGate:
        """Judges the drafts together; the number of each is its place among them."""
        moved: set[str] = set()
        numbered = enumerate(_noting(drafts, moved))
        added = [one for number, draft in numbered for one in additions_of(number, draft)]
        return cls.judging(added, source, target, resolution, table, now, frozenset(moved))

    @classmethod
    def judging(
        cls,
        added: Iterable[Addition],
        source: TenantView,
        target: TenantView,
        resolution: Resolution,
        table: TierTable,
        now: datetime,
        moved: frozenset[str],
    ) -> TierGate:
        """As ``of``, for those who have the additions at hand (``additions_of``). Of other groups
        than ``moved`` the warnings do not say that they were not read whole."""
        additions = tuple(added)
        before = privilege_of(source, Classifier(source, table), now)
        after = privilege_of(target, Classifier(target, table), now, additions)
        accepted = {**resolution.beside, **resolution.accepted()}
        source_of = {target_id.lower(): node[1] for node, target_id in sorted(accepted.items())}
        found = gains(Sides(before, after, additions, source_of, table.unknown_blocks_up_to))
        return cls(before, after, found, table, moved)

    def let_through(self, drafts: list[Draft]) -> list[Draft]:
        """The drafts with those blocked that the gate stops."""
        stopped = self.stopped()
        return [
            self.blocked(draft, stopped[number]) if number in stopped else draft
            for number, draft in enumerate(drafts)
        ]

    def stopped(self) -> dict[int, Gain]:
        """The places of the drafts that the gate stops, and what somebody would gain by each."""
        return {int(one.cause): one for one in self.gains if one.blocks}

    def told(self, gain: Gain) -> str:
        """Who would gain what through whom, in a sentence."""
        view = self.target.view
        who = view.name_of(DIRECTORY_OBJECT, gain.who[0])
        others = f" and {gain.count - 1} more" if gain.count > 1 else ""
        name = self.table.names.get(gain.tier)
        tier = f"tier {gain.tier}" + (f" ({name})" if name else "")
        through = " > ".join(view.name_of(DIRECTORY_OBJECT, one) for one in gain.through[1:])
        way = f" through {through}" if through else ""
        if gain.unknown:
            return (
                f"whether {who}{others} would gain {tier}, {self.right_name(gain)}{way}, is unknown:"
                f" {gain.unknown}"
            )
        if not gain.has_counterpart:
            known = "nobody who reaches a tier in the source is known to be the same person"
        elif gain.before_source is None:
            known = "no tier in the source"
        else:
            known = f"tier {gain.before_source} in the source"
        return f"{who}{others} would gain {tier}, {self.right_name(gain)}{way}: {known}"

    def right_name(self, gain: Gain) -> str:
        view, right = self.target.view, gain.right
        if right.kind == "group":
            return f"group {view.name_of('group', right.id)}"
        role = view.name_of("roleDefinition", right.id)
        if right.scope == TENANT_SCOPE:
            return role
        unit = role_schedule.administrative_unit_in(right.scope)
        return f"{role} at {view.name_of('administrativeUnit', unit) if unit else right.scope}"

    def warnings(self) -> tuple[str, ...]:
        """What of the wave the gate could not judge and lets through all the same."""
        found: list[str] = []
        for side, privilege in (("source", self.source), ("target", self.target)):
            unknown = sorted(
                privilege.view.name_of("group", one) for one in self.moved & set(privilege.unknown)
            )
            if unknown:
                found.append(
                    f"{side}: who can come into {_some(unknown)} was not read whole; what is passed on there"
                    " was not judged by the tier gate"
                )
        doubtful = [self.told(one) for one in self.gains if not one.blocks]
        return (*found, *doubtful[:_NAMED], *_more(len(doubtful) - _NAMED))

    def blocked(self, draft: Draft, gain: Gain) -> Draft:
        """What becomes of a draft that the gate stops."""
        kind = _KINDS.get(draft.kind)
        key = f"source:{kind.natural_key(draft.source) if kind else draft.key}"
        return replace(
            draft,
            action=Action.BLOCKED,
            key=key,
            reason=self.told(gain),
            codes=(TIER_ESCALATION,),
            target={},
            base=None,
            residue=(),
        )


def _noting(drafts: Iterable[Draft], moved: set[str]) -> Iterator[Draft]:
    """The drafts, gone through once, with whom they move noted into ``moved``."""
    for draft in drafts:
        if draft.action is not Action.SKIP:
            for side in (draft.source, draft.target):
                for name in ("principalId", "groupId"):
                    moved.add(str(side.get(name) or "").lower())
        yield draft


def additions_of(number: int, draft: Draft) -> Iterator[Addition]:
    """What the draft with this number would add to who reaches what: one addition, or nothing."""
    if draft.action is not Action.CREATE:
        return
    # Of very many drafts few name something new: each id is held in memory once.
    ids = {name: intern(str(value or "")) for name, value in draft.target.items() if name in _IDS}
    if access := _JOINING.get(draft.kind):
        yield Addition(str(number), ids["objectId"], "", "", ids["parentId"], access)
    elif draft.kind in _KINDS:
        yield Addition(
            str(number),
            ids["principalId"],
            ids.get("roleDefinitionId", ""),
            ids.get("directoryScopeId", ""),
            ids.get("groupId", ""),
            ids.get("accessId", ""),
        )


def _some(names: list[str]) -> str:
    noun = "group" if len(names) == 1 else f"{len(names)} groups"
    more = ", …" if len(names) > _NAMED else ""
    return f"{noun} ({', '.join(names[:_NAMED])}{more})"


def _more(count: int) -> tuple[str, ...]:
    return (f"and {count} more rights whose gain is unknown",) if count > 0 else ()
