"""From a resolution to a plan: each right of the source gets exactly one item with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from migrate.kinds import (
    group_eligibility_schedule,
    role_definition,
    role_management_policy,
    role_schedule,
)
from migrate.kinds.ids import ADMINISTRATIVE_UNIT_SCOPE, TENANT_SCOPE
from migrate.kinds.kind import Kind, Row
from migrate.kinds.schedule import end_of, format_time, same_end, start_of
from migrate.plan.document import Action, Draft, Item, Plan
from migrate.plan.guard import ONBOARD_GROUP, Guard
from migrate.resolve import drift
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.reference_graph import Node, objects_of, rights
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView

UNDECIDED = "undecided"
"""Stands where a code would: somebody has to accept the proposal first."""
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
        self._blocking: dict[str, list[str]] = {}
        for conflict in resolution.conflicts:
            self._codes.setdefault((conflict.kind, conflict.source_id), []).append(conflict.code)
        for found in resolution.drift:
            for blocked in found.blocks:
                self._blocking.setdefault(blocked, []).append(found.code)
        self._standing: dict[str, dict[str, Row]] = {}
        self._policies = {
            self._policy_key(row): row for row in target.of_kind("roleManagementPolicy").values()
        }
        self._pim_groups = target.of_kind("pimGroup")

    def _policy_key(self, row: Row) -> str:
        if role_management_policy.is_of_group(row):
            return role_management_policy.natural_key(row)
        return role_management_policy.key_of_role(self._target.role_id(str(row.get("roleDefinitionId"))))

    def drafts(self) -> list[Draft]:
        """One draft a right, roles before groups, in a fixed order."""
        found: list[Draft] = []
        taken: set[tuple[str, str]] = set()
        for kind, row in rights(self._source):
            draft = self._draft(kind, row)
            if draft.action is Action.CREATE:
                place = (draft.kind, draft.key)
                if place in taken:
                    draft = self._stopped(
                        kind, row, Action.SKIP, "another right of this wave makes the same", ()
                    )
                taken.add(place)
            found.append(draft)
        return found

    def _draft(self, kind: Kind, row: Row) -> Draft:
        if stopped := self._unmapped(kind, row):
            return stopped
        key = drift.target_key(kind, row, self._source, self._accepted)
        if key is None:
            return self._stopped(kind, row, Action.BLOCKED, "the scope has no counterpart", ("D01",))
        if stopped := self._unreadable(kind, row):
            return stopped
        end = end_of(row)
        if kind.name not in self._standing:
            self._standing[kind.name] = drift.standing(kind, self._target)
        base = self._standing[kind.name].get(key)
        if base is not None and same_end(end, end_of(base)):
            return self._open(kind, row, key, Action.KEEP, "already there and equal", base)
        if problem := self._blocking.get(str(row["id"]).lower()):
            return self._stopped(
                kind, row, Action.BLOCKED, "drift that nobody has decided", tuple(sorted(set(problem)))
            )
        if problem_text := self._unkeepable(kind, key, end):
            return self._stopped(kind, row, Action.BLOCKED, problem_text, ("D08",))
        return self._create(kind, row, key)

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
                found = self._codes.get(node, [])
                unread = not self._target.saw_all(node[0]) or not self._source.saw_all(node[0])
                codes += found or [COVERAGE if unread and node[0] != "application" else UNDECIDED]
                reasons.append(f"{named_by} {mapping.name}: {mapping.reason}")
        if skipped and "C13" not in codes:
            return self._stopped(kind, row, Action.SKIP, "; ".join(reasons), ())
        if codes:
            codes += self._blocking.get(str(row["id"]).lower(), [])
            known = sorted({code for code in codes if code != UNDECIDED or len(set(codes)) == 1})
            return self._stopped(kind, row, Action.BLOCKED, "; ".join(reasons), tuple(known))
        return None

    def _unreadable(self, kind: Kind, row: Row) -> Draft | None:
        """Absence in the target must be known before a write that supposes it."""
        collection = kind.collection
        if kind.listed_per:
            group = self._accepted[dict(objects_of(kind, row, self._source))["groupId"]]
            collection = f"{kind.collection}:{group}"
        if collection in self._target.unread or kind.collection in self._target.unread:
            reason = f"{kind.collection} of the target were not read completely"
            return self._stopped(kind, row, Action.BLOCKED, reason, (COVERAGE,))
        try:
            end_of(row)
        except ValueError as error:
            return self._stopped(kind, row, Action.BLOCKED, str(error), ("D08",))
        return None

    def _unkeepable(self, kind: Kind, key: str, end: datetime | None) -> str:
        if end is not None and end <= self._now:
            return f"the right expired at {format_time(end)}"
        policy = self._policies.get(self._policy_of(kind, key))
        if policy is None:
            return ""
        if end is None:
            if role_management_policy.eligibility_must_end(policy):
                return "the right is permanent, and the target's policy demands an end"
            return ""
        longest = role_management_policy.longest_eligibility(policy)
        must_end = role_management_policy.eligibility_must_end(policy)
        if must_end and longest is not None and end - self._now > longest:
            return f"the right lasts until {format_time(end)}, longer than the target's policy allows"
        return ""

    def _policy_of(self, kind: Kind, key: str) -> str:
        _, second, third = key.split("|", 2)
        if kind is group_eligibility_schedule.KIND:
            return role_management_policy.key_of_group(second, third)
        return role_management_policy.key_of_role(second)

    def _create(self, kind: Kind, row: Row, key: str) -> Draft:
        residue: tuple[str, ...] = ()
        if kind is group_eligibility_schedule.KIND:
            group_id = key.split("|")[1]
            if group_id not in self._pim_groups:
                name = self._target.name_of("group", group_id)
                residue = (f"group {name} ({group_id}) becomes managed by PIM, which cannot be undone",)
                if ONBOARD_GROUP not in self._guard.allow_irreversible:
                    reason = f"{residue[0]}: allow it with [guard] allow_irreversible"
                    return self._stopped(kind, row, Action.BLOCKED, reason, (ONBOARD_GROUP,))
        return self._open(kind, row, key, Action.CREATE, "not there yet", None, residue)

    def _open(
        self,
        kind: Kind,
        row: Row,
        key: str,
        action: Action,
        reason: str,
        base: Row | None,
        residue: tuple[str, ...] = (),
    ) -> Draft:
        end, start = end_of(row), start_of(row)
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
                "isBuiltInRole": role_definition.is_built_in(self._target.row("roleDefinition", second) or {}),
            }
        policy = self._policies.get(self._policy_of(kind, key))
        ticket = policy is not None and "ticketing" in role_management_policy.enabled(
            policy, "Enablement_Admin_Eligibility"
        )
        # A start in the past means "from now on"; only a start that is still to come is kept.
        ids |= {
            "startDateTime": format_time(start) if start and start > self._now else None,
            "endDateTime": format_time(end) if end else None,
            "ticket": ticket,
        }
        return Draft(
            action,
            kind.name,
            key,
            reason,
            (),
            self._source_of(row),
            ids,
            self._names(kind, row),
            None if base is None else {"id": base["id"], "endDateTime": _text(end_of(base))},
            residue,
        )

    def _stopped(self, kind: Kind, row: Row, action: Action, reason: str, codes: tuple[str, ...]) -> Draft:
        key = f"source:{kind.natural_key(row)}"
        return Draft(action, kind.name, key, reason, codes, self._source_of(row), {}, self._names(kind, row))

    def _source_of(self, row: Row) -> Mapping[str, Any]:
        wanted = ("id", "principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId")
        found = {name: row[name] for name in wanted if row.get(name) is not None}
        return found | {"scheduleInfo": row.get("scheduleInfo")}

    def _names(self, kind: Kind, row: Row) -> Mapping[str, str]:
        source = self._source
        names = {"principal": source.name_of("directoryObject", str(row["principalId"]))}
        mapping = self._mappings[dict(objects_of(kind, row, source))["principalId"]]
        names["target_principal"] = mapping.target_name or ""
        if kind is group_eligibility_schedule.KIND:
            access = group_eligibility_schedule.access_of(row)
            names["right"] = f"{access} of {source.name_of('group', str(row['groupId']))}"
            names["scope"] = "group"
            return names
        role = source.role_id(str(row["roleDefinitionId"]))
        names["right"] = source.name_of("roleDefinition", role)
        scope = role_schedule.scope_of(row)
        if scope == TENANT_SCOPE:
            names["scope"] = "tenant"
        elif scope.startswith(ADMINISTRATIVE_UNIT_SCOPE):
            names["scope"] = source.name_of("administrativeUnit", scope[len(ADMINISTRATIVE_UNIT_SCOPE) :])
        else:
            names["scope"] = scope
        return names


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
                **vars(draft),
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
    ).sealed()
