"""A wave, a batch or a single write, taken back in reverse order."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.kinds.rights import BESIDE
from migrate.plan.document import Action, Item
from migrate.replay.apply import ROUNDS, doubt_left_open
from migrate.replay.board import Board, who_relies
from migrate.replay.crew import work
from migrate.replay.fold import WriteState
from migrate.replay.forms.by_kind import form_of
from migrate.replay.own_access import OWN_ACCESS, is_own
from migrate.replay.plain import unmake
from migrate.replay.remove import may_be_removed, remove_one
from migrate.replay.run import Run
from migrate.replay.settle import repair_widened, settle
from migrate.replay.temporary import restore
from migrate.replay.widened import is_left_wide, tell_left
from migrate.replay.writes import WriteLine


def concerns(state: WriteState) -> bool:
    """Whether a rollback has to look at a write at all."""
    return state.open or state.standing or state.unrepaired or is_left_wide(state)


def is_left_behind(item: Item, state: WriteState) -> bool:
    """Whether something that this engagement made stands after a rollback, as far as the journal knows, and
    the plan did not say that nothing takes it away."""
    announced = item.reverse is None and bool(item.residue)
    return (state.standing and state.created and not announced) or state.unrepaired or is_left_wide(state)


async def rollback(run: Run, items: Sequence[Item], others: Sequence[Item] = ()) -> None:
    """Removes what the journal says that we created and restores what we changed, newest first; what one of
    the ``others`` relies on stays. Safe to repeat at any time.

    Raises:
        MigrateError: as ``remove_one``.
    """
    # A right that is found wider than asked is taken back like the others: no reason to leave these.
    run.halts = False
    board = Board(items, run.state, run.made_elsewhere)
    backwards = list(reversed(board.bound(items)))
    run.live.add(backwards)
    doubt_left_open(run, backwards)
    await restore(run, list(reversed(backwards)))
    await repair_widened(run, backwards)
    # What may or may not be there must be known before it can be taken back.
    await settle(run, backwards)
    for item in backwards:
        state = run.state(item)
        if state.standing and not state.created and not state.open:
            run.report(WriteLine.of(item, "kept", "not made by this engagement: it stays", "remove"))
    own = [item for item in backwards if is_own(run, item) and may_be_removed(run.state(item))]
    for item in own:
        run.report(WriteLine.of(item, "kept", OWN_ACCESS, "remove"))
    theirs = {item.id for item in own}
    everybody = (*board.items, *others)
    ours = [item for item in backwards if item.id not in theirs]
    # What gave way comes back first: nobody loses the one right before the other is there again.
    given = [item for item in ours if item.action is Action.REPLACE and may_be_removed(run.state(item))]
    await _take_back(run, given)
    depths = sorted({board.depth(item) for item in board.items}, reverse=True)
    for depth in depths:
        due = [
            item
            for item in ours
            if board.depth(item) == depth
            and item.action is not Action.REPLACE
            and may_be_removed(run.state(item))
        ]
        await _take_back(run, _free(run, due, everybody))
    for item in backwards:
        if is_left_wide(run.state(item)):
            await tell_left(run, item)


def _free(run: Run, due: Sequence[Item], everybody: Sequence[Item]) -> list[Item]:
    """The writes that nothing relies on which stands; the others are told to stay."""
    found: list[Item] = []
    for item in due:
        why = who_relies(item, everybody, run.state) if form_of(item) is not None else ""
        if why := why or _gave_way(run, item, everybody):
            run.report(WriteLine.of(item, "kept", f"it stays: {why}", "remove"))
        else:
            found.append(item)
    return found


def _gave_way(run: Run, item: Item, everybody: Sequence[Item]) -> str:
    """An assignment that gave way to this very eligibility and is not back; empty where there is none."""
    for other in everybody:
        if other.action is Action.REPLACE and BESIDE.get(other.kind) == item.kind and other.key == item.key:
            state = run.state(other)
            if state.open or (state.standing and state.created):
                return f"write {other.id} took the assignment beside it away, and that is not there again"
    return ""


async def _take_back(run: Run, due: list[Item]) -> None:
    for _ in range(ROUNDS):
        due = await settle(run, await work(run, due, take_back_one))
        if not due or run.must_stop:
            break
    for item in due:
        run.report(WriteLine.of(item, "not_done", "still there; run rollback again", "remove"))


async def take_back_one(run: Run, item: Item) -> bool:
    """Takes one write back, whatever it is; false when it stays open."""
    form = form_of(item)
    return await remove_one(run, item) if form is None else await unmake(run, item, form)
