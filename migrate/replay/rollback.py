"""A wave, a batch or a single write, taken back in reverse order."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.plan.document import Item
from migrate.replay.apply import ROUNDS, doubt_left_open
from migrate.replay.crew import work
from migrate.replay.fold import WriteState
from migrate.replay.remove import may_be_removed, remove_one
from migrate.replay.run import Run
from migrate.replay.settle import repair_widened, settle
from migrate.replay.widened import is_left_wide, tell_left
from migrate.replay.writes import WriteLine

OWN_ACCESS = "this is the access of whom this program is signed in as: somebody else has to take it back"


def _is_own(run: Run, item: Item) -> bool:
    """Whoever removes their own access half-way cannot finish: a guard that nothing lifts."""
    caller = run.live.caller_id
    return caller is not None and str(item.target["principalId"]).lower() == caller.lower()


def concerns(state: WriteState) -> bool:
    """Whether a rollback has to look at a write at all."""
    return state.open or state.standing or state.unrepaired or is_left_wide(state)


def is_left_behind(state: WriteState) -> bool:
    """Whether something that this engagement made stands after a rollback, as far as the journal knows."""
    return (state.standing and state.created) or state.unrepaired or is_left_wide(state)


async def rollback(run: Run, items: Sequence[Item]) -> None:
    """Removes what the journal says that we created, newest first. Safe to repeat at any time.

    Raises:
        MigrateError: as ``remove_one``.
    """
    # A right that is found wider than asked is taken back like the others: no reason to leave these.
    run.halts = False
    backwards = list(reversed(items))
    doubt_left_open(run, backwards)
    await repair_widened(run, backwards)
    # What may or may not be there must be known before it can be taken back.
    await settle(run, backwards)
    for item in backwards:
        state = run.recorder.state(item)
        if state.standing and not state.created and not state.open:
            run.report(WriteLine.of(item, "kept", "not made by this engagement: it stays", "remove"))
    own = [item for item in backwards if _is_own(run, item) and may_be_removed(run.recorder.state(item))]
    for item in own:
        run.report(WriteLine.of(item, "kept", OWN_ACCESS, "remove"))
    due = [item for item in backwards if may_be_removed(run.recorder.state(item)) and item not in own]
    for _ in range(ROUNDS):
        due = await settle(run, await work(run, due, remove_one))
        if not due or run.must_stop:
            break
    for item in due:
        run.report(WriteLine.of(item, "not_done", "still there; run rollback again", "remove"))
    for item in backwards:
        if is_left_wide(run.recorder.state(item)):
            await tell_left(run, item)
