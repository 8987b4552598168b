"""From a resolution to a plan: each right of the source gets exactly one item with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from migrate.kinds import (
    role_definition,
    role_management_policy,
    role_schedule,
)
from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import Kind, Row
from migrate.kinds.rights import ELIGIBLE, is_of_group, is_plain_member
from migrate.kinds.schedule import end_of, format_time
from migrate.plan.along.moving import DEFAULT, Moving
from migrate.plan.conversion_words import ConversionWords
from migrate.plan.describe import names_of, source_of
from migrate.plan.document import Action, Draft
from migrate.plan.found_codes import COVERAGE, DIFFERENT, SCHEDULE
from migrate.plan.guard import ONBOARD_GROUP, Guard
from migrate.plan.held_ends import ends_alike, ends_sooner, equals
from migrate.plan.made import is_new
from migrate.plan.obstacles import Obstacles
from migrate.plan.same_place import STANDING, judged
from migrate.plan.target_rules import Asked, Solution, solve
from migrate.resolve import drift
from migrate.resolve.converted import is_converted
from migrate.resolve.reference_graph import Node, objects_of, rights
from migrate.resolve.resolution import Resolution
from migrate.resolve.schedule_fit import Span, why_not
from migrate.resolve.target_rights import TargetRights
from migrate.resolve.tenant_view import TenantView

NOTHING: Mapping[str, str] = MappingProxyType({})


class Planner:
    """Turns rights into drafts. Holds the lookups that every draft needs."""

    def __init__(
        self,
        source: TenantView,
        target: TenantView,
        resolution: Resolution,
        guard: Guard,
        now: datetime,
        moving: Moving = DEFAULT,
        shortened: Collection[tuple[str, str]] = (),
        converts: Mapping[str, str] = NOTHING,
        stays: Mapping[str, str] = NOTHING,
    ) -> None:
        """``shortened`` are the kinds and keys of rights that this engagement gave a nearer end than asked;
        ``converts`` says of each converted right, by its id, what it becomes, and ``stays`` why one that was
        to be converted stays as it is."""
        self._source, self._target, self._guard, self._now = source, target, guard, now
        self._moving, self._shortened = moving, shortened
        self._accepted = resolution.accepted()
        self._obstacles = Obstacles(source, target, resolution, guard, updates=moving.updates)
        self._there = TargetRights(target)
        self._rules: dict[int, tuple[Row, list[Row]]] = {}
        self._conversion = ConversionWords(
            {**converts, **stays}, self._there, ends_overlap=moving.ends_overlap
        )
        self._last: tuple[Row | None, Mapping[str, Node]] = (None, {})

    def drafts(self) -> list[Draft]:
        """One draft a right, roles before groups, in a fixed order."""
        found = [self.draft(kind, row) for kind, row in rights(self._source)]
        places: dict[tuple[str, str], list[Draft]] = {}
        for draft in found:
            if draft.action in STANDING:
                places.setdefault((draft.kind, draft.key), []).append(draft)
        return [judged(draft, places.get((draft.kind, draft.key), [])) for draft in found]

    def draft(self, kind: Kind, row: Row) -> Draft:
        """One right, judged for itself: several may claim one key of the target."""
        if gaps := kind.gaps(row):
            reason = f"the source's answer does not tell {', '.join(gaps)}: nothing can be concluded from it"
            return self._stopped(kind, row, Action.BLOCKED, reason, (COVERAGE,))
        named = self._objects(kind, row)
        if stop := self._obstacles.unmapped(_id(kind, row), named):
            return self._stopped(kind, row, stop.action, stop.reason, stop.codes)
        key = drift.copied_key(kind, row, named, self._accepted)
        if key is None:
            scope = role_schedule.scope_of(row)
            reason = f"the scope {scope} has no counterpart"
            return self._stopped(kind, row, Action.BLOCKED, reason, (drift.scope_code(row),))
        if unread := self._there.why_unknown(kind, key):
            return self._stopped(kind, row, Action.BLOCKED, unread, (COVERAGE,))
        try:
            span = Span.of(row)
        except ValueError as error:
            return self._stopped(kind, row, Action.BLOCKED, str(error), (SCHEDULE,))
        return self._compared(kind, row, key, span)

    def _compared(self, kind: Kind, row: Row, key: str, span: Span) -> Draft:
        """The right held against what the target has and allows."""
        standing = self._there.standing(kind, key)
        short = bool(standing) and (kind.name, key) in self._shortened and ends_sooner(standing[0], span)
        found = [one for one in self._obstacles.drift_of(_id(kind, row)) if not (short and one == DIFFERENT)]
        if found:
            reason = "drift that nobody has decided"
            return self._stopped(kind, row, Action.BLOCKED, reason, tuple(sorted(set(found))))
        if standing and is_converted(row):
            return self._eligible_already(kind, row, key, standing)
        equal = next((one for one in standing if equals(span, one, self._now)), None)
        if equal is not None:
            return self._open(kind, row, key, span, Action.KEEP, "already there and equal", equal)
        if short:
            told = "already there, with the nearer end that the target's policy allowed"
            return self._open(kind, row, key, span, Action.KEEP, told, standing[0])
        if standing and is_plain_member(kind, standing[0]):
            reason = "already there as a plain member, to whom PIM can give no end"
            return self._stopped(kind, row, Action.BLOCKED, reason, (DIFFERENT,))
        if standing and (not self._moving.updates or len(standing) > 1 or ends_alike(span, standing[0])):
            reason = "already there, but it begins at another time"
            return self._stopped(kind, row, Action.BLOCKED, reason, (DIFFERENT,))
        solved = self._solved(kind, row, key, span)
        if solved.problem:
            return self._stopped(kind, row, Action.BLOCKED, solved.problem, solved.codes)
        if standing:
            if kind in ELIGIBLE and self._there.is_active(kind, key):
                return self._stopped(kind, row, Action.BLOCKED, _HELD_MEANWHILE, (DIFFERENT,))
            return self._open(
                kind,
                row,
                key,
                solved.span,
                Action.UPDATE,
                "already there, with another end",
                standing[0],
                solved=solved,
            )
        residue: tuple[str, ...] = ()
        if (group_id := self._there.to_onboard(kind, key)) and not is_new(group_id):
            name = self._target.name_of("group", group_id)
            becomes = "may become" if self._target.probed else "becomes"
            residue = (f"group {name} ({group_id}) {becomes} managed by PIM, which cannot be undone",)
            if ONBOARD_GROUP not in self._guard.allow_irreversible:
                reason = f'{residue[0]}: allow it with [guard] allow_irreversible = ["{ONBOARD_GROUP}"]'
                return self._stopped(kind, row, Action.BLOCKED, reason, (ONBOARD_GROUP,))
        return self._open(kind, row, key, solved.span, Action.CREATE, "not there yet", None, residue, solved)

    def _eligible_already(self, kind: Kind, row: Row, key: str, standing: tuple[Row, ...]) -> Draft:
        """A converted right asks that its principal be eligible: how long, who made it so has said."""
        try:
            span = Span.of(standing[0])
        except ValueError as error:
            return self._stopped(kind, row, Action.BLOCKED, str(error), (DIFFERENT,))
        return self._open(kind, row, key, span, Action.KEEP, "already eligible there", standing[0])

    def _solved(self, kind: Kind, row: Row, key: str, span: Span) -> Solution:
        """The right held against the rules that Graph will judge it by."""
        policy = self._there.policy(kind, key)
        if policy is None:
            # Not read: only Graph's answer will tell, and a plan says so.
            problem = why_not(span, None, self._now)
            return Solution(span, problem=problem, codes=(SCHEDULE,) if problem else ())
        role = self._target.row("roleDefinition", key.split("|")[1]) or {}
        asked = Asked(
            kind.name,
            self._objects(kind, row)["principalId"][0],
            span,
            not is_of_group(kind.name) and not role_definition.is_built_in(role),
            key.endswith(f"|{TENANT_SCOPE}"),
        )
        return solve(
            asked,
            self._rules_of(policy),
            choice=self._moving.choice,
            consent=self._moving.consent,
            now=self._now,
            app_only=self._moving.app_only,
        )

    def _objects(self, kind: Kind, row: Row) -> Mapping[str, Node]:
        """What the right names, by the property that names it; remembered for the last right, which is asked
        about again and again."""
        if self._last[0] is not row:
            self._last = (row, dict(objects_of(kind, row, self._source)))
        return self._last[1]

    def _rules_of(self, policy: Row) -> list[Row]:
        """Many rights share one policy, whose row lives as long as the target."""
        known = self._rules.get(id(policy))
        if known is None or known[0] is not policy:
            known = self._rules[id(policy)] = (policy, list(role_management_policy.rules(policy).values()))
        return known[1]

    def _open(
        self,
        kind: Kind,
        row: Row,
        key: str,
        span: Span,
        action: Action,
        reason: str,
        base: Row | None,
        residue: tuple[str, ...] = (),
        solved: Solution | None = None,
    ) -> Draft:
        principal, second, third = key.split("|", 2)
        ids: dict[str, Any] = {"principalId": principal}
        if is_of_group(kind.name):
            ids |= {"groupId": second, "accessId": third}
        else:
            named = self._objects(kind, row)
            ids |= {
                "roleDefinitionId": second,
                "pimRoleDefinitionId": self._target.pim_spelling(second),
                "directoryScopeId": drift.target_scope(row, named, self._accepted),
                "isBuiltInRole": role_definition.is_built_in(
                    self._target.row("roleDefinition", second) or {}
                ),
            }
        # A start in the past means "from now on"; only a start that is still to come is kept.
        ids |= {
            "startDateTime": format_time(span.start) if span.start and span.start > self._now else None,
            "endDateTime": _text(span.end),
            "ticket": solved is not None and solved.ticket,
        }
        # A write names what was found about it and does not stand in its way.
        told: set[str] = set()
        if solved is not None:
            told = {*self._obstacles.told_of(_id(kind, row)), *solved.codes}
            reason = "; ".join(filter(None, (reason, solved.cost, solved.told)))
        reason = "; ".join(filter(None, (reason, self._conversion.of(kind, row, key))))
        return Draft(
            action,
            kind.name,
            key,
            reason,
            tuple(sorted(told)),
            source_of(row),
            ids,
            self._names(kind, row),
            None if base is None else {"id": kind.id_of(base), "endDateTime": _text(end_of(base))},
            residue,
            relax=solved.relax if solved else (),
        )

    def _stopped(self, kind: Kind, row: Row, action: Action, reason: str, codes: tuple[str, ...]) -> Draft:
        key = f"source:{kind.natural_key(row)}"
        return Draft(action, kind.name, key, reason, codes, source_of(row), {}, self._names(kind, row))

    def _names(self, kind: Kind, row: Row) -> Mapping[str, str]:
        holder = self._objects(kind, row).get("principalId")
        return names_of(kind, row, self._source, self._obstacles.mapping(holder) if holder else None)


_HELD_MEANWHILE = (
    "already there, with another end; Graph changes no eligibility while the same right is held actively"
)


def _id(kind: Kind, row: Row) -> str:
    return kind.id_of(row).lower()


def _text(end: datetime | None) -> str | None:
    return format_time(end) if end else None
