"""Drafts become a plan: each gets its id, each write its batch, and what needs what is said by ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from migrate.kinds.schedule import format_time
from migrate.plan.document import WRITES, Action, Draft, Item, Plan

_REVERSES = {Action.CREATE: "adminRemove", Action.UPDATE: "adminUpdate", Action.REPLACE: "adminAssign"}
"""What takes a right back, where its draft does not say it."""

_KEPT = tuple(one.name for one in fields(Draft) if one.name != "relax")
"""How a rule is loosened stands in the items that do it."""


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
    carries the write id, names one write of one plan for ever. Drafts stand in an order in which nothing
    comes before what it needs. A key that a draft needs and that no write of this plan has is there already.
    """
    ids: dict[str, str] = {}
    for position, draft in enumerate(drafts, start=1):
        if draft.action in WRITES:
            # Eligibility and assignment share their keys: what needs the one names its kind too.
            ids[draft.key] = ids[f"{draft.kind}:{draft.key}"] = f"{plan_id}.{position:05}"
    items: list[Item] = []
    writes = 0
    for position, draft in enumerate(drafts, start=1):
        batch, needs = 0, tuple[str, ...]()
        if draft.action in WRITES:
            batch = writes // batch_size + 1
            writes += 1
            needs = tuple(sorted({ids[key] for key in draft.needs if key in ids}))
        values = {name: getattr(draft, name) for name in _KEPT}
        values |= {"needs": needs, "reverse": draft.reverse or _reverse(draft)}
        items.append(Item(id=f"{plan_id}.{position:05}", batch=batch, **values))
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


def _reverse(draft: Draft) -> str | None:
    return _REVERSES.get(draft.action) if draft.kind.endswith("Schedule") else None
