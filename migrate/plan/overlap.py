"""``--end-overlap``: standing assignments of the target that give way to the eligibility beside them.

Only where the same principal is eligible for the same role at the same scope, or becomes so by the same plan;
and only what a rollback can give back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from migrate.kinds import (
    role_assignment_schedule,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
)
from migrate.kinds.ids import GLOBAL_ADMINISTRATOR, TENANT_SCOPE, same_id
from migrate.kinds.kind import Row
from migrate.kinds.schedule import is_direct, is_for_good, parse_time
from migrate.plan.describe import held_actively
from migrate.plan.document import WRITES, Action, Draft, Item
from migrate.plan.found_codes import COVERAGE
from migrate.plan.guard import Guard, standing_global_administrators
from migrate.plan.own_access import OWN_ACCESS
from migrate.plan.target_rules import Asked, Choice, solve
from migrate.resolve.converted import CONVERTED_FROM
from migrate.resolve.schedule_fit import Span
from migrate.resolve.target_rights import TargetRights
from migrate.resolve.tenant_view import TenantView

BREAK_GLASS = "break_glass_missing"
_ACTIVE = role_assignment_schedule.KIND
_ELIGIBLE = role_eligibility_schedule.KIND


@dataclass(frozen=True)
class Overlap:
    """What is not taken away: ``kept`` are emergency and protected accounts of the target, ``caller`` the ids
    through which this program has its own access; ``covered`` are the keys (in the source) of standing
    assignments whose principal is eligible in the source already."""

    target: TenantView
    guard: Guard
    kept: frozenset[str]
    caller: frozenset[str]
    covered: frozenset[str]
    now: datetime
    app_only: bool = True

    def endings(self, drafts: Iterable[Draft]) -> list[Draft]:
        """An item for each standing assignment beside the eligibility that these drafts make or keep: the
        ones that end, and the ones that stay with the reason."""
        there = TargetRights(self.target)
        found = [one for draft in drafts if self._is_converted(draft) for one in self._ending(draft, there)]
        return list(self._above_the_minimum(found))

    def _is_converted(self, draft: Draft) -> bool:
        if draft.kind != _ELIGIBLE.name or draft.action not in (*WRITES, Action.KEEP):
            return False
        return bool(draft.source.get(CONVERTED_FROM)) or _ELIGIBLE.natural_key(draft.source) in self.covered

    def _ending(self, draft: Draft, there: TargetRights) -> Iterator[Draft]:
        if unread := there.why_unknown(_ACTIVE, draft.key):
            yield _stays(draft, unread, (COVERAGE,))
            return
        rows = [row for row in there.standing(_ACTIVE, draft.key) if is_direct(row)]
        if not any(is_for_good(row) for row in rows):
            return
        principal = str(draft.target["principalId"]).lower()
        start, end = (parse_time(draft.target.get(name)) for name in ("startDateTime", "endDateTime"))
        if len(rows) > 1:
            yield _stays(
                draft, "the target has several such assignments: which of them is meant is not known"
            )
        elif principal in self.kept:
            yield _stays(draft, "an emergency account, or protected by the engagement")
        elif principal in self.caller:
            yield _stays(draft, OWN_ACCESS, ("self_removal",))
        elif not Span(start, end).begins_at_once(self.now) or (end is not None and end <= self.now):
            yield _stays(draft, "the eligibility beside it does not hold yet, or no longer")
        else:
            yield self._given_back_or_not(draft, rows[0], there)

    def _given_back_or_not(self, draft: Draft, row: Row, there: TargetRights) -> Draft:
        """A rollback makes it again by an administrator's request, which the policy has to allow."""
        role = self.target.row("roleDefinition", str(draft.target["roleDefinitionId"])) or {}
        policy = there.policy(_ACTIVE, draft.key)
        asked = Asked(
            _ACTIVE.name,
            self.target.kind_of(str(draft.target["principalId"])) or "",
            Span(None, None),
            not role_definition.is_built_in(role),
            draft.key.endswith(f"|{TENANT_SCOPE}"),
        )
        solved = solve(
            asked,
            None if policy is None else list(role_management_policy.rules(policy).values()),
            choice=Choice.SKIP,
            consent=False,
            now=self.now,
            app_only=self.app_only,
        )
        if solved.problem:
            return _stays(draft, f"a rollback could not give it back: {solved.problem}", solved.codes)
        ids: dict[str, Any] = {
            **draft.target,
            "startDateTime": None,
            "endDateTime": None,
            "ticket": solved.ticket,
        }
        beside = "becomes eligible" if draft.action is Action.CREATE else "is eligible"
        return Draft(
            Action.REPLACE,
            _ACTIVE.name,
            draft.key,
            f"the standing assignment ends: the same principal {beside} for it",
            target=ids,
            names=held_actively(draft.names),
            base={"id": _ACTIVE.id_of(row), "endDateTime": None},
            needs=(f"{_ELIGIBLE.name}:{draft.key}",) if draft.action in WRITES else (),
        )

    def _above_the_minimum(self, drafts: list[Draft]) -> Iterator[Draft]:
        """None of the Global Administrators, where too few would be left: which is for people to choose."""
        leaving = global_administrators_leaving(drafts)
        left = standing_global_administrators(self.target) - leaving
        short = bool(leaving) and len(left) < self.guard.min_break_glass
        for draft in drafts:
            if short and draft.action is Action.REPLACE and is_global_administrator(draft):
                told = (
                    f"of the standing Global Administrators {len(left)} would be left,"
                    f" {self.guard.min_break_glass} are demanded"
                )
                draft = _stays(draft, told, (BREAK_GLASS,))
            yield draft


def is_global_administrator(draft: Draft | Item) -> bool:
    ids = draft.target
    return (
        same_id(ids.get("roleDefinitionId"), GLOBAL_ADMINISTRATOR) and ids["directoryScopeId"] == TENANT_SCOPE
    )


def global_administrators_leaving(drafts: Iterable[Draft | Item]) -> frozenset[str]:
    """Who would no longer hold Global Administrator for good."""
    return frozenset(
        str(one.target["principalId"]).lower()
        for one in drafts
        if one.action is Action.REPLACE and is_global_administrator(one)
    )


def _stays(draft: Draft, reason: str, codes: tuple[str, ...] = ()) -> Draft:
    return replace(
        draft,
        action=Action.SKIP,
        kind=_ACTIVE.name,
        key=f"overlap:{draft.key.removeprefix('overlap:')}",
        reason=f"the standing assignment in the target stays: {reason}",
        codes=codes,
        source={},
        target={},
        base=None,
        residue=(),
        relax=(),
        needs=(),
        names=held_actively(draft.names) if draft.kind != _ACTIVE.name else draft.names,
    )
