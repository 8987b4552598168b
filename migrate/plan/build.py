"""From a resolution to a plan: each right of the source gets exactly one item with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from migrate.kinds import (
    group_eligibility_schedule,
    role_definition,
    role_management_policy,
    role_schedule,
)
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Row
from migrate.kinds.schedule import end_of, format_time
from migrate.plan.describe import names_of, source_of
from migrate.plan.document import Action, Draft, Item, Plan
from migrate.plan.guard import ONBOARD_GROUP, Guard
from migrate.plan.same_place import judged
from migrate.resolve import drift
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.reference_graph import APPLICATION, Node, objects_of, rights
from migrate.resolve.resolution import Resolution
from migrate.resolve.schedule_fit import Span, why_not
from migrate.resolve.target_rights import TargetRights
from migrate.resolve.tenant_view import TenantView

UNDECIDED = "undecided"
"""Stands where a code would: somebody has to accept the proposal first."""
SCHEDULE = "D08"
"""Judged again here, for the moment of the plan: a right that was too long yesterday may fit today."""
WORDS = {
    "principalId": "principal",
    "roleDefinitionId": "role",
    "directoryScopeId": "scope",
    "groupId": "group",
}
"""What people call the properties by which a right names objects."""
COVERAGE = "coverage"
"""Stands where a code would: what the write must know was not read."""


class Planner:
    """Turns rights into drafts. Holds the lookups that every draft needs, and nothing that changes."""

    def __init__(
        self, source: TenantView, target: TenantView, resolution: Resolution, guard: Guard, now: datetime
    ) -> None:
        self._source, self._target, self._guard, self._now = source, target, guard, now
        self._accepted = resolution.accepted()
        self._mappings: dict[Node, Counterpart] = {
            (one.kind, one.source_id): one for one in resolution.mappings
        }
        self._codes: dict[Node, list[str]] = {}
        self._drift: dict[str, list[str]] = {}
        self._told: dict[str, set[str]] = {}
        for conflict in resolution.conflicts:
            if conflict.blocks or not conflict.concerns:
                self._codes.setdefault((conflict.kind, conflict.source_id), []).append(conflict.code)
        for found in resolution.drift:
            if found.code == SCHEDULE:
                continue
            for blocked in found.blocks:
                self._drift.setdefault(blocked, []).append(found.code)
        findings: tuple[Conflict | Drift, ...] = (*resolution.conflicts, *resolution.drift)
        for finding in findings:
            for concerned in finding.concerns:
                self._told.setdefault(concerned, set()).add(finding.code)
        self._there = TargetRights(target)

    def drafts(self) -> list[Draft]:
        """One draft a right, roles before groups, in a fixed order."""
        found = [draft for _, _, draft in self.each()]
        places: dict[tuple[str, str], list[Draft]] = {}
        for draft in found:
            if draft.action is Action.CREATE:
                places.setdefault((draft.kind, draft.key), []).append(draft)
        return [judged(draft, places.get((draft.kind, draft.key), [])) for draft in found]

    def each(self) -> Iterator[tuple[Kind, Row, Draft]]:
        """As ``drafts``, one at a time and each for itself: several may claim one key of the target."""
        for kind, row in rights(self._source):
            yield kind, row, self._draft(kind, row)

    def _draft(self, kind: Kind, row: Row) -> Draft:
        if gaps := kind.gaps(row):
            reason = f"the source's answer does not tell {', '.join(gaps)}: nothing can be concluded from it"
            return self._stopped(kind, row, Action.BLOCKED, reason, (COVERAGE,))
        if stopped := self._unmapped(kind, row):
            return stopped
        key = drift.target_key(kind, row, self._source, self._accepted)
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
        if found := self._drift.get(_id(kind, row)):
            reason = "drift that nobody has decided"
            return self._stopped(kind, row, Action.BLOCKED, reason, tuple(sorted(set(found))))
        standing = self._there.standing(kind, key)
        equal = next((one for one in standing if _equals(span, one, self._now)), None)
        if equal is not None:
            return self._open(kind, row, key, span, Action.KEEP, "already there and equal", equal)
        if standing:
            reason = "already there, but it begins at another time"
            return self._stopped(kind, row, Action.BLOCKED, reason, ("D10",))
        if problem := why_not(span, self._there.policy(kind, key), self._now):
            return self._stopped(kind, row, Action.BLOCKED, problem, (SCHEDULE,))
        residue: tuple[str, ...] = ()
        if group_id := self._there.to_onboard(kind, key):
            name = self._target.name_of("group", group_id)
            becomes = "may become" if self._target.probed else "becomes"
            residue = (f"group {name} ({group_id}) {becomes} managed by PIM, which cannot be undone",)
            if ONBOARD_GROUP not in self._guard.allow_irreversible:
                reason = f'{residue[0]}: allow it with [guard] allow_irreversible = ["{ONBOARD_GROUP}"]'
                return self._stopped(kind, row, Action.BLOCKED, reason, (ONBOARD_GROUP,))
        return self._open(kind, row, key, span, Action.CREATE, "not there yet", None, residue)

    def _unmapped(self, kind: Kind, row: Row) -> Draft | None:
        codes: list[str] = []
        reasons: list[str] = []
        skipped = False
        for named_by, node in objects_of(kind, row, self._source):
            mapping = self._mappings[node]
            if {node[1], mapping.target_id} & self._guard.protected:
                codes.append("C13")
                reasons.append(f"{mapping.name} is protected by the engagement")
            if mapping.state is State.SKIPPED:
                skipped = True
                reasons.append(f"{mapping.name}: {mapping.reason}")
            elif mapping.state is not State.ACCEPTED:
                codes += self._codes.get(node) or [self._open_code(node)]
                reasons.append(f"{WORDS[named_by]} {mapping.name}: {mapping.reason}")
        if skipped and "C13" not in codes:
            return self._stopped(kind, row, Action.SKIP, "; ".join(reasons), ())
        if codes:
            codes += self._drift.get(_id(kind, row), [])
            known = sorted({code for code in codes if code != UNDECIDED or len(set(codes)) == 1})
            return self._stopped(kind, row, Action.BLOCKED, "; ".join(reasons), tuple(known))
        return None

    def _open_code(self, node: Node) -> str:
        """Why an object is open that no conflict is about."""
        if node[0] == APPLICATION:
            return UNDECIDED if self._source.answers_id(DIRECTORY_OBJECT, node[1]) else COVERAGE
        seen = self._target.read_as_meant(node[0]) and self._source.read_as_meant(node[0])
        return UNDECIDED if seen else COVERAGE

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
    ) -> Draft:
        principal, second, third = key.split("|", 2)
        ids: dict[str, Any] = {"principalId": principal}
        if kind is group_eligibility_schedule.KIND:
            ids |= {"groupId": second, "accessId": third}
        else:
            named = dict(objects_of(kind, row, self._source))
            ids |= {
                "roleDefinitionId": second,
                "pimRoleDefinitionId": self._target.pim_spelling(second),
                "directoryScopeId": drift.target_scope(row, named, self._accepted),
                "isBuiltInRole": role_definition.is_built_in(
                    self._target.row("roleDefinition", second) or {}
                ),
            }
        policy = self._there.policy(kind, key)
        ticket = policy is not None and "ticketing" in role_management_policy.enabled(
            policy, "Enablement_Admin_Eligibility"
        )
        # A start in the past means "from now on"; only a start that is still to come is kept.
        ids |= {
            "startDateTime": format_time(span.start) if span.start and span.start > self._now else None,
            "endDateTime": _text(span.end),
            "ticket": ticket,
        }
        # A write names what was found about it and does not stand in its way.
        told = tuple(sorted(self._told.get(_id(kind, row), ()))) if action is Action.CREATE else ()
        return Draft(
            action,
            kind.name,
            key,
            reason,
            told,
            source_of(row),
            ids,
            self._names(kind, row),
            None if base is None else {"id": kind.id_of(base), "endDateTime": _text(end_of(base))},
            residue,
        )

    def _stopped(self, kind: Kind, row: Row, action: Action, reason: str, codes: tuple[str, ...]) -> Draft:
        key = f"source:{kind.natural_key(row)}"
        return Draft(action, kind.name, key, reason, codes, source_of(row), {}, self._names(kind, row))

    def _names(self, kind: Kind, row: Row) -> Mapping[str, str]:
        holder = dict(objects_of(kind, row, self._source)).get("principalId")
        return names_of(kind, row, self._source, self._mappings.get(holder) if holder else None)


def _id(kind: Kind, row: Row) -> str:
    return kind.id_of(row).lower()


def _equals(span: Span, there: Row, now: datetime) -> bool:
    try:
        return span.equals(Span.of(there), now)
    except ValueError:
        return False


def _text(end: datetime | None) -> str | None:
    return format_time(end) if end else None


def assemble(
    drafts: list[Draft],
    *,
    plan_id: str,
    wave: str,
    number: int,
    engagement: str,
    made_at: datetime,
    source: Mapping[str, str],
    target: Mapping[str, str],
    resolution: Mapping[str, str],
    batch_size: int,
    warnings: tuple[str, ...] = (),
    terms: Mapping[str, Any] | None = None,
) -> Plan:
    """Gives each draft its id and each write its batch, and seals the plan.

    Ids are made of the plan's and a running number, so that the justification of a request, which
    carries the write id, names one write of one plan for ever.
    """
    items: list[Item] = []
    writes = 0
    for position, draft in enumerate(drafts, start=1):
        batch = 0
        if draft.action is Action.CREATE:
            batch = writes // batch_size + 1
            writes += 1
        items.append(
            Item(
                id=f"{plan_id}.{position:05}",
                batch=batch,
                reverse="adminRemove" if draft.action is Action.CREATE else None,
                **{one.name: getattr(draft, one.name) for one in fields(draft)},
            )
        )
    return Plan(
        id=plan_id,
        wave=wave,
        number=number,
        engagement=engagement,
        made_at=format_time(made_at.replace(microsecond=0)),
        source=source,
        target=target,
        resolution=resolution,
        items=tuple(items),
        warnings=warnings,
        terms=terms or {},
    ).sealed()
