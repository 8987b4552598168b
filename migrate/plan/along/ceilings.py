"""The writes of a wave held against the numbers that Microsoft sets (see ``migrate.plan.limits``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from migrate.kinds import (
    administrative_unit,
    administrative_unit_member,
    group,
    role_assignment_schedule,
    role_definition,
)
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.service_limits import MOST, WORDS, Limited
from migrate.plan.document import Action, Draft
from migrate.plan.limits import SERVICE_LIMIT, Place, Planned, check, count_assignments, place_of
from migrate.plan.made import is_new
from migrate.plan.target_rules import Asked
from migrate.resolve.reference_graph import MOVED
from migrate.resolve.schedule_fit import Span
from migrate.resolve.tenant_view import COLLECTION_OF, TenantView

_KINDS = {kind.name: kind for kind in MOVED}
_UNIT, _UNIT_MEMBER = administrative_unit.KIND.name, administrative_unit_member.KIND.name
_ASSIGNMENT = role_assignment_schedule.KIND


@dataclass
class Ceilings:
    """``target`` is the tenant as it stands; what is to be made there may be in it and is not counted."""

    target: TenantView
    now: datetime
    _counts: dict[Limited, Counter[str] | None] = field(default_factory=dict)

    def beyond(self, drafts: Iterable[Draft]) -> dict[str, str]:
        """The keys of the writes that go beyond, with the reason."""
        planned = list(_planned(drafts))
        found: dict[str, str] = {}
        for one in check(self._there(planned), self._judged(planned)):
            found |= dict.fromkeys(one.concerned, one.reason)
        return found

    def told(self, drafts: Iterable[Draft]) -> tuple[str, ...]:
        """The numbers towards which something counts and of which it is not known how far they are used."""
        planned = dict.fromkeys(one.place.what for one in _planned(drafts))
        return tuple(
            f"how many {WORDS[what]} there are was not read in the target: whether more than {MOST[what]}"
            " would be there is left for Graph to tell"
            for what in planned
            if self._count(what) is None
        )

    def _judged(self, planned: Iterable[Planned]) -> Iterator[Planned]:
        return (one for one in planned if self._count(one.place.what) is not None)

    def _there(self, planned: Iterable[Planned]) -> Mapping[Place, int | None]:
        return {
            one.place: counted[one.place.of]
            for one in planned
            if (counted := self._count(one.place.what)) is not None
        }

    def _count(self, what: Limited) -> Counter[str] | None:
        """How many there are, by whose they are; ``None`` where that was not read."""
        if what not in self._counts:
            self._counts |= self._counted(what)
        return self._counts[what]

    def _counted(self, what: Limited) -> dict[Limited, Counter[str] | None]:
        target = self.target
        match what:
            case Limited.CUSTOM_ROLES:
                rows = target.of_kind(role_definition.KIND.name).items()
                customs = (
                    one for one, row in rows if not is_new(one) and not role_definition.is_built_in(row)
                )
                return {what: self._whole(role_definition.KIND.name, customs)}
            case Limited.ROLE_ASSIGNABLE_GROUPS:
                groups = target.of_kind(group.KIND.name).items()
                holding = (one for one, row in groups if not is_new(one) and group.can_hold_roles(row))
                return {what: self._whole(group.KIND.name, holding)}
            case Limited.RESTRICTED_UNITS:
                units = target.of_kind(_UNIT).items()
                kept = (one for one, row in units if not is_new(one) and row.get(_RESTRICTED) is True)
                return {what: self._whole(_UNIT, kept)}
            case Limited.UNITS_OF_RESOURCE:
                return {what: self._memberships()}
            case _:
                return self._assignments()

    def _whole(self, kind: str, found: Iterable[str]) -> Counter[str] | None:
        return Counter({"": len(list(found))}) if self.target.saw_all(kind) else None

    def _memberships(self) -> Counter[str] | None:
        units = [one for one in self.target.of_kind(_UNIT) if not is_new(one)]
        lists = [self.target.listed(_UNIT_MEMBER, one) for one in units]
        if not self.target.saw(COLLECTION_OF[_UNIT]) or any(rows is None for rows in lists):
            return None
        return Counter(str(row.get("id") or "").lower() for rows in lists for row in rows or ())

    def _assignments(self) -> dict[Limited, Counter[str] | None]:
        both = (Limited.CUSTOM_ROLE_ASSIGNMENTS, Limited.SCOPED_ASSIGNMENTS)
        if not self.target.saw(_ASSIGNMENT.collection):
            return dict.fromkeys(both)
        rows = (row for _, row in self.target.in_order(_ASSIGNMENT.name))
        found: dict[Limited, Counter[str] | None] = {}
        counts = count_assignments(rows, self._is_custom, self.now)
        for one in both:
            found[one] = Counter({place.of: count for place, count in counts.items() if place.what is one})
        return found

    def _is_custom(self, role_id: str) -> bool | None:
        row = self.target.row(role_definition.KIND.name, self.target.role_id(role_id))
        return None if row is None else not role_definition.is_built_in(row)


_RESTRICTED = "isMemberManagementRestricted"


def _planned(drafts: Iterable[Draft]) -> Iterator[Planned]:
    for draft in drafts:
        if draft.action is Action.CREATE and (place := _place(draft)):
            yield Planned(place, draft.key)


def _place(draft: Draft) -> Place | None:
    ids = draft.target
    if draft.kind == role_definition.KIND.name:
        return Place(Limited.CUSTOM_ROLES)
    if draft.kind == group.KIND.name and group.can_hold_roles(ids["body"]):
        return Place(Limited.ROLE_ASSIGNABLE_GROUPS)
    if draft.kind == _UNIT and ids["body"].get(_RESTRICTED) is True:
        return Place(Limited.RESTRICTED_UNITS)
    if draft.kind == _UNIT_MEMBER:
        return Place(Limited.UNITS_OF_RESOURCE, str(ids["objectId"]).lower())
    if draft.kind == _ASSIGNMENT.name:
        tenant = ids["directoryScopeId"] == TENANT_SCOPE
        asked = Asked(draft.kind, "", Span(None, None), not ids["isBuiltInRole"], tenant)
        return place_of(asked, str(ids["principalId"]))
    return None


def stopped(draft: Draft, reason: str) -> Draft:
    """The draft as one that is not written, because it goes beyond or needs what does."""
    kind = _KINDS.get(draft.kind)
    return replace(
        draft,
        action=Action.BLOCKED,
        key=f"source:{kind.natural_key(draft.source) if kind else draft.key}",
        reason=reason,
        codes=(SERVICE_LIMIT,),
        target={},
        base=None,
        residue=(),
        needs=(),
        relax=(),
    )
