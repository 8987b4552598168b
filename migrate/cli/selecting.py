"""Which writes of a plan one run of ``apply`` is to send: all, those up to a batch, or those named."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

from migrate.errors import UsageError

if TYPE_CHECKING:
    from migrate.plan.document import Item, Plan
    from migrate.replay.fold import WriteState


def check_usage(until: int | None, only: Sequence[str], plan: str, *, resume: bool) -> None:
    """Raises UsageError where no plan is named, or twice, and for options that contradict each other."""
    if bool(plan) == resume:
        raise UsageError(
            "name a plan, or let --resume find the newest unfinished one",
            where="PLAN",
            hint="pim-migrate apply --resume",
            code="apply_plan",
        )
    if until is not None and only:
        raise UsageError(
            "--until takes whole batches, --only single writes: one of them",
            where="--until and --only",
            hint="pim-migrate apply PLAN --until 1",
            code="apply_selection",
        )


def named_ids(only: Iterable[str]) -> list[str]:
    """The ids of ``--only``, which may be repeated and may hold several, with commas between them."""
    return list(dict.fromkeys(one.strip() for text in only for one in text.split(",") if one.strip()))


def selected(plan: Plan, until: int | None, only: Sequence[str], done: Container[str]) -> list[Item]:
    """The writes that may be sent. ``done`` holds the ids of those that stand already.

    Raises UsageError ``unknown_batch``, ``unknown_write``, ``not_a_write``, and ``needs_missing`` where a
    write depends on one that is neither done nor selected.
    """
    writes = list(plan.writes())
    if until is not None:
        _check_batch(plan, until)
        writes = [item for item in writes if item.batch <= until]
    elif only:
        _check_ids(plan, only)
        writes = [item for item in writes if item.id in only]
    # What is changed for the time being goes with whoever needs it.
    needed = {need for item in writes for need in item.needs}
    chosen = {item.id for item in writes}
    writes += [item for item in plan.writes() if item.temporary and item.id in needed - chosen]
    _check_needs(writes, done)
    return writes


def was_tried(state: WriteState) -> bool:
    """Whether a write was begun since it was last taken back."""
    return state.wants_presence or state.open


def _check_batch(plan: Plan, until: int) -> None:
    batches = sorted({item.batch for item in plan.writes()})
    if until not in batches:
        last = f"its last is {batches[-1]}" if batches else "it has no writes"
        raise UsageError(
            f"plan {plan.id} has no batch {until}: {last}",
            where="--until",
            hint=f"pim-migrate plans show {plan.id}",
            code="unknown_batch",
        )


def _check_ids(plan: Plan, only: Sequence[str]) -> None:
    items = {item.id: item for item in plan.items}
    writes = {item.id for item in plan.writes()}
    if unknown := [one for one in only if one not in items]:
        raise UsageError(
            f"plan {plan.id} has no write {', '.join(unknown)}",
            where="--only",
            hint=f"pim-migrate plans show {plan.id}",
            code="unknown_write",
        )
    if others := [f"{one} ({items[one].action.value})" for one in only if one not in writes]:
        raise UsageError(
            f"nothing is written for {', '.join(others)}",
            where="--only",
            hint=f"name writes: pim-migrate plans show {plan.id}",
            code="not_a_write",
        )


def _check_needs(writes: Sequence[Item], done: Container[str]) -> None:
    ids = {item.id for item in writes}
    missing = [
        (item.id, needed)
        for item in writes
        if item.id not in done
        for needed in item.needs
        if needed not in ids and needed not in done
    ]
    if missing:
        told = "; ".join(f"{one} needs {needed}" for one, needed in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        every = ",".join(dict.fromkeys(needed for _, needed in missing))
        raise UsageError(
            f"what these writes depend on is neither done nor among them: {told}{more}",
            where="--only",
            hint=f"add them: --only {every},…",
            code="needs_missing",
        )
