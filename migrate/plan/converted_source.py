"""The source as ``--convert permanent`` moves it: what stands there for good becomes eligibility."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from migrate.kinds import group, role_assignment_schedule, role_eligibility_schedule, role_schedule
from migrate.kinds.kind import Row
from migrate.kinds.schedule import format_time, is_shadow
from migrate.plan.convert import Converted, Staying, TierRuleSet, convert
from migrate.plan.describe import names_of, source_of
from migrate.plan.document import Action, Draft
from migrate.resolve.converted import converted
from migrate.resolve.schedule_fit import Span
from migrate.resolve.tenant_view import TenantView

_ACTIVE = role_assignment_schedule.KIND
_ELIGIBLE = role_eligibility_schedule.KIND


@dataclass(frozen=True)
class Conversion:
    """``source`` has the converted rows among its eligibility and no longer among its assignments; ``says``
    tells of each under which rule set, by its id in lower case. ``covered`` are those whose principal is
    eligible for just that in the source already, ``staying`` those that stay as they are."""

    source: TenantView
    says: Mapping[str, str]
    covered: tuple[Staying, ...]
    staying: tuple[Staying, ...]

    def why_staying(self) -> dict[str, str]:
        """By the id of the row in lower case."""
        return {_ACTIVE.id_of(one.row).lower(): one.reason for one in self.staying}

    def left_out(self) -> Iterator[Draft]:
        """An item for each row that a plan does not make eligible itself. Where active assignments move,
        those that stay are rights that move, and have their own."""
        left = self.covered if self.source.moves_active else (*self.covered, *self.staying)
        for one in left:
            yield Draft(
                Action.SKIP,
                _ACTIVE.name,
                f"source:{_ACTIVE.natural_key(one.row)}",
                f"not converted: {one.reason}",
                source=source_of(one.row),
                names=names_of(_ACTIVE, one.row, self.source, None),
            )


def converted_source(
    source: TenantView,
    rule_set_of: Callable[[Row], TierRuleSet | None],
    exempt: frozenset[str],
    now: datetime,
) -> Conversion:
    """Looks at every standing assignment that somebody gave directly; sessions and what comes through a
    group are none. ``exempt`` and ``rule_set_of`` as for ``convert``."""
    rows = [row for _, row in source.in_order(_ACTIVE.name) if not is_shadow(row)]

    def kind_of(principal: str) -> str | None:
        return source.kind_of(principal) if principal else None

    def can_hold_roles(group_id: str) -> bool | None:
        found = source.row("group", group_id)
        return None if found is None else group.can_hold_roles(found)

    found, staying = convert(
        rows,
        principal_kind=kind_of,
        exempt=exempt,
        rule_set_of=rule_set_of,
        now=now,
        can_hold_roles=can_hold_roles,
    )
    eligible = dict(source.of_kind(_ELIGIBLE.name))
    already = {_place(row, source) for row in eligible.values() if not is_shadow(row)}
    says: dict[str, str] = {}
    covered: list[Staying] = []
    for one in found:
        if _place(one.row, source) in already:
            covered.append(Staying(one.row, "eligible for it in the source already: that right moves"))
            continue
        here = _ACTIVE.id_of(one.row).lower()
        eligible[here] = _as_eligibility(one)
        says[here] = one.says
    gone = {_ACTIVE.id_of(one.row).lower() for one in found}
    active = {row_id: row for row_id, row in source.of_kind(_ACTIVE.name).items() if row_id not in gone}
    rows_of = {**source.rows, _ELIGIBLE.name: eligible, _ACTIVE.name: active}
    return Conversion(replace(source, rows=rows_of), says, tuple(covered), tuple(staying))


def _place(row: Row, source: TenantView) -> str:
    role = source.role_id(str(row.get("roleDefinitionId") or ""))
    return role_schedule.key_of(str(row.get("principalId") or ""), role, role_schedule.scope_of(row))


def _as_eligibility(one: Converted) -> dict[str, Any]:
    return {**converted(one.row), "scheduleInfo": _schedule(one.span)}


def _schedule(span: Span) -> dict[str, Any]:
    never = {"type": "noExpiration"}
    until = {"type": "afterDateTime", "endDateTime": format_time(span.end)} if span.end else never
    return {"startDateTime": format_time(span.start) if span.start else None, "expiration": until}
