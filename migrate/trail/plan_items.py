"""The plans' items by write id, as registered: the names and reasons that the journal does not repeat.

A plan is read when the first of its writes comes up, and only a few are held: a journal is mostly about one
plan at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from migrate.errors import NoState
from migrate.store.plans import Plans
from migrate.trail.event import What
from migrate.trail.moments import in_utc
from migrate.trail.secrets import without_secrets

HELD = 4
"""Plans in memory at most."""
_PRINCIPALS = ("principalId", "memberId", "ownerId", "userId")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class PlanFacts:
    """``hash`` is '' for a plan that this engagement does not know."""

    hash: str = ""
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class PlanItems:
    """Looks items up; raises StateError where a plan's document is damaged."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._held: OrderedDict[str, PlanFacts] = OrderedDict()

    def facts(self, plan_id: str) -> PlanFacts:
        """The plan's seal and items; nothing for an id that no plan has."""
        if plan_id in self._held:
            self._held.move_to_end(plan_id)
            return self._held[plan_id]
        self._held[plan_id] = found = self._read(plan_id)
        if len(self._held) > HELD:
            self._held.popitem(last=False)
        return found

    def item(self, plan_id: str, write_id: str) -> Mapping[str, Any]:
        """The item as the plan has it; empty where no plan knows it."""
        return self.facts(plan_id).items.get(write_id, _NOTHING)

    def _read(self, plan_id: str) -> PlanFacts:
        try:
            row = self._plans.get(plan_id)
        except NoState:
            return PlanFacts()
        items = row.document.get("items") or ()
        return PlanFacts(
            row.hash, {text(item.get("id")): in_utc(without_secrets(item)) for item in items if mapping(item)}
        )


def what_of(item: Mapping[str, Any], begun: Mapping[str, Any], after: Mapping[str, Any] | None) -> What:
    """What a write is about: by the item's own fields, whatever its kind; else by what its ``begin`` says."""
    names, target = mapping(item.get("names")), mapping(item.get("target"))
    request = mapping(begun.get("request"))
    asked = target or mapping(request.get("body"))
    group_id = text(asked.get("groupId"))
    return What(
        kind=text(item.get("kind")),
        key=text(item.get("key")) or text(begun.get("key")),
        plan_action=text(item.get("action")),
        right=text(names.get("right") or names.get("name") or names.get("role") or names.get("group")),
        principal_id=next((text(asked[one]) for one in _PRINCIPALS if asked.get(one)), ""),
        principal=text(names.get("target_principal") or names.get("principal") or names.get("member")),
        scope_id=text(asked.get("directoryScopeId")),
        scope=text(names.get("scope")),
        object_id=text(mapping(after).get("id")) or text(target.get("id")),
        role_id=text(asked.get("roleDefinitionId")),
        group_id=group_id,
        names=names,
        source=mapping(item.get("source")),
        target=target,
        method=text(request.get("method")),
        path=text(request.get("path")),
    )


def mapping(value: object) -> Mapping[str, Any]:
    """An object as it stands; an empty one for anything that is none."""
    return value if isinstance(value, Mapping) else _NOTHING


def text(value: object) -> str:
    """A text as it stands; '' for anything that is none: what lies in a journal may have been changed."""
    return value if isinstance(value, str) else ""
