"""Two tenants between which groups, units and roles are missing, and the wave that comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assembled_plan import assembled
from tenant_pairs import (
    LADDER,
    NOW,
    SOURCE,
    TARGET,
    built_in,
    user,
    view,
)

from migrate.plan.along.companions import Companions
from migrate.plan.along.moving import Moving
from migrate.plan.build import Planner
from migrate.plan.document import WRITES, Action, Draft, Plan
from migrate.plan.guard import Guard
from migrate.resolve.decisions import Decision
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1", mail="anna@contoso.com")
BEN = user("ben@contoso.com", displayName="Ben Kim", employeeId="C2", mail="ben@contoso.com")
LONE = user("lone@contoso.com", displayName="Lone Berg")
THEIR_ANNA = user("as@fabrikam.com", displayName="Anna Smith", employeeId="C1", mail="as@fabrikam.com")
THEIR_BEN = user("bk@fabrikam.com", displayName="Ben Kim", employeeId="C2", mail="bk@fabrikam.com")
EVERYTHING = Moving(
    creates=frozenset({"administrativeUnit", "group", "roleDefinition", "authenticationContext"}),
    allows_contexts=True,
)
NO_LISTS: Mapping[str, Mapping[str, Iterable[Row]]] = {}


@dataclass
class Wave:
    """What a wave of everything would do, step by step as the command line goes."""

    source: TenantView
    target: TenantView
    resolution: Resolution
    moving: Moving
    along: Companions
    planner: Planner
    rights: list[Draft]
    drafts: list[Draft]
    told: tuple[str, ...]

    def of(self, kind: str) -> list[Draft]:
        return [one for one in self.drafts if one.kind == kind]

    def one(self, kind: str) -> Draft:
        (found,) = self.of(kind)
        return found

    @property
    def writes(self) -> list[Draft]:
        return [one for one in self.drafts if one.action in WRITES]

    def plan(self) -> Plan:
        return assembled(self.drafts)


def sides(
    ours: Mapping[str, Iterable[Row]],
    theirs: Mapping[str, Iterable[Row]] | None = None,
    *,
    our_lists: Mapping[str, Mapping[str, Iterable[Row]]] = NO_LISTS,
    their_lists: Mapping[str, Mapping[str, Iterable[Row]]] = NO_LISTS,
    our_unread: Iterable[str] = (),
    their_unread: Iterable[str] = (),
    active: bool = False,
) -> tuple[TenantView, TenantView]:
    """Both tenants with Anna and Ben in each, the one built-in role, and what is given."""
    domains = {SOURCE: "contoso.com", TARGET: "fabrikam.com"}
    both = []
    for tenant, people, more, lists, unread in (
        (SOURCE, [ANNA, BEN, LONE], ours, our_lists, our_unread),
        (TARGET, [THEIR_ANNA, THEIR_BEN], theirs or {}, their_lists, their_unread),
    ):
        rows = {"roleDefinition": [built_in()], "group": [], "administrativeUnit": [], **more}
        rows["user"] = [*people, *more.get("user", ())]
        rows["organization"] = [{"id": tenant, "verifiedDomains": [{"name": domains[tenant]}]}]
        both.append(replace(view(tenant, rows, unread=unread, lists=lists), moves_active=active))
    return both[0], both[1]


def wave(
    both: tuple[TenantView, TenantView],
    moving: Moving = EVERYTHING,
    *,
    made: Mapping[str, str] | None = None,
    decisions: tuple[Decision, ...] = (),
    protected: frozenset[str] = frozenset(),
    guard: Guard | None = None,
    shortened: Iterable[tuple[str, str]] = (),
    only: Any = None,
    also: Iterable[tuple[str, str]] | None = None,
) -> Wave:
    """Resolves and plans; ``only`` says which rights fall into the wave. Members of groups and units are
    looked up beside, as the command line does, unless ``also`` says who."""
    source, target = both
    if also is None:
        also = [
            (kind, str(row["id"]).lower())
            for parents in source.lists.values()
            for rows in parents.values()
            for row in rows
            if (kind := source.kind_of(str(row["id"])))
        ]
    resolution = resolve(source, target, LADDER, decisions, as_of=NOW, also=tuple(also))
    guard = guard or Guard(protected=protected)
    along = Companions.of(
        source, target, resolution, moving, made=made or {}, protected=guard.protected, now=NOW
    )
    planner = Planner(source, along.target, along.resolution, guard, NOW, moving, tuple(shortened))
    rights = planner.drafts()
    drafts, told = along.brought_by([one for one in rights if only is None or only(one)])
    return Wave(source, target, resolution, moving, along, planner, rights, drafts, told)


def stopped(drafts: Iterable[Draft]) -> list[Draft]:
    return [one for one in drafts if one.action is Action.BLOCKED]


def in_order(drafts: list[Draft]) -> None:
    """Nothing comes before what it needs, each key is written once."""
    keys = [one.key for one in drafts if one.action in WRITES]
    assert len(keys) == len(set(keys))
    seen: set[str] = set()
    for draft in drafts:
        assert not (set(draft.needs) & set(keys)) - seen, draft
        seen.add(draft.key)
