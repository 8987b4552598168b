"""Does a plan still hold? Then the target is as it was plus what the journal says that we did since."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.errors import AccessError, PartialCoverage, PlanStale, Unreachable
from migrate.kinds.kind import Row
from migrate.plan.document import Item
from migrate.replay.attribute import names_our_request
from migrate.replay.fold import WriteState
from migrate.replay.forms.by_kind import by_form, form_of
from migrate.replay.plain import changed_since
from migrate.replay.run import Run
from migrate.replay.writes import end_told, ends_as_asked, is_unchanged

_TOLD_AT_MOST = 5


async def check_stale(run: Run, items: Sequence[Item]) -> None:
    """Reads what stands under the items' keys; a write in doubt is left to those who settle it.

    Raises:
        PlanStale: somebody else made, changed or removed something there.
        PartialCoverage: it could not be read.
        AccessError, Unreachable: nobody may read it, or nobody answers.
    """
    rights = [item for item in items if form_of(item) is None]
    standing = await run.live.standing(rights)
    for (kind, parent), error in standing.unread.items():
        if isinstance(error, AccessError | Unreachable):
            raise error
        raise PartialCoverage(
            f"the target's {' '.join(filter(None, (kind, parent)))} could not be read: {error.message}",
            where="target",
            hint="nothing was sent; run apply again when the target answers",
            code="target_unread",
        )
    changed = []
    for item, what in await _changed_places(run, items):
        changed.append(f"{item.id} {item.names.get('right', item.key)}: {what}")
    for item in rights:
        state = run.recorder.state(item)
        if not state.open and (what := _changed(item, state, standing.row(item))):
            right, whom = item.names.get("right", item.key), item.names.get("principal", "")
            changed.append(f"{item.id} {right} for {whom}: {what}")
    if changed:
        more = f" and {len(changed) - _TOLD_AT_MOST} more" if len(changed) > _TOLD_AT_MOST else ""
        raise PlanStale(
            "D11: the target changed after the plan was made: " + "; ".join(changed[:_TOLD_AT_MOST]) + more,
            where="target",
            hint="pim-migrate snapshot target, then resolve and plan again",
        )


async def _changed_places(run: Run, items: Sequence[Item]) -> list[tuple[Item, str]]:
    """What plain writes are about and somebody else has changed."""
    found: list[tuple[Item, str]] = []
    for form, those in by_form(items):
        values = await form.values(run, those)
        told = ((item, changed_since(form, item, run.state(item), values[item.id])) for item in those)
        found += [(item, what) for item, what in told if what]
    return found


def _changed(item: Item, state: WriteState, row: Row | None) -> str:
    """What somebody else did to a right, if anything."""
    if not state.standing:
        return "" if row is None else f"is there now; it ends {end_told(row)}"
    if row is None:
        return "" if state.granted else "was removed by somebody else"
    if state.granted and not state.image:
        as_left = ends_as_asked(item, row) and (not row.get("createdUsing") or names_our_request(row, state))
    else:
        as_left = is_unchanged(row, state.image)
    return "" if as_left else f"was changed by somebody else; it now ends {end_told(row)}"
