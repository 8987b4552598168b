"""One plain write: read, journalled, sent, read back; and the same way back to what was there before.

Whose change it is, where the place itself does not say: a write that began over another value and whose
answer was lost counts as ours when the place is as asked afterwards, since it was read before and was not so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.crash_points import reach
from migrate.replay.fold import Direction, Ended, WriteState
from migrate.replay.form import Form, Value
from migrate.replay.run import FIRST_WAIT, Run, fatal, waits
from migrate.replay.send import end, send, told
from migrate.replay.writes import WriteLine

READ_BACK = 3.0
"""Seconds that a write is waited for in its turn; after that it is looked for again at the end of the run."""
ACCEPTED = "accepted"
_LATER = (Meaning.REPLICATING, Meaning.CONTENDED)
_NOT_NOW = (*_LATER, Meaning.TOO_YOUNG)
_YOUNG = 330.0
"""Seconds to wait at most for a row that PIM calls too young to change; it says so for five minutes."""


async def make(run: Run, item: Item, form: Form) -> bool:
    """Brings the place of one item to what is asked. False when it stays open.

    Raises:
        MigrateError: an answer that every further write would get as well, or a read that failed.
    """
    waited, until = FIRST_WAIT, run.deadline(run.now())
    young: datetime | None = None
    while True:
        value = await _value(run, item, form)
        if form.reached(item, value):
            _end_reached(run, item, form, value)
            return True
        if _is_ours_but_other(run, item, form, value):
            # Sent again it would stand there twice.
            _end_different(run, item, form, value)
            return True
        if why := form.cannot(item, value):
            if await waits(run, until, waited):
                waited *= 2
                continue
            return _refuse(run, item, Outcome(Meaning.REFUSED, message=why), None)
        request = form.request(run, item, value)
        sent = await send(run, item, Direction.ASSIGN, request, before=form.image(value))
        if sent is None:
            return True
        answer, outcome = sent
        if outcome.meaning in (Meaning.DONE, Meaning.IN_DOUBT, Meaning.EXISTS, Meaning.PENDING):
            _heard(run, item, answer, outcome)
            return await look(run, item, form, seconds=READ_BACK)
        end(run, item, Direction.ASSIGN, Ended.REFUSED, code=outcome.code, message=outcome.message)
        if outcome.meaning is Meaning.ABSENT and form.reached(item, value := await _value(run, item, form)):
            # What was to be taken away is gone, by another's hand.
            _end_reached(run, item, form, value)
            return True
        if outcome.meaning is Meaning.TOO_YOUNG:
            young = young or run.now()
            until = max(until, young + timedelta(seconds=_YOUNG))
        if outcome.meaning not in _NOT_NOW or not await waits(run, until, waited, outcome.retry_after):
            return _refuse(run, item, outcome, request)
        waited *= 2


def _heard(run: Run, item: Item, answer: Answer, outcome: Outcome) -> None:
    if outcome.meaning is Meaning.IN_DOUBT:
        run.recorder.doubt(item, outcome.message or f"no answer that settles it ({outcome.status})")
    elif outcome.meaning is Meaning.DONE:
        made = (answer.body or {}).get("id")
        run.recorder.answered(item, str(made) if made is not None else None, ACCEPTED)
    else:
        run.recorder.answered(item, None, outcome.meaning.value)
    reach("after_answered", item)


def _refuse(run: Run, item: Item, outcome: Outcome, request: Request | None) -> bool:
    if request is None:
        end(run, item, Direction.ASSIGN, Ended.REFUSED, message=outcome.message)
    run.report(WriteLine.of(item, "refused", told(outcome)))
    if request is not None and (error := fatal(outcome, request)):
        raise error
    return True


async def _value(run: Run, item: Item, form: Form) -> Value | None:
    return (await form.values(run, [item]))[item.id]


def _end_reached(run: Run, item: Item, form: Form, value: Value | None) -> None:
    state = run.recorder.state(item)
    ours = form.ours(run, item, value)
    if ours is None:
        ours = state.doubted or (state.assigning and state.answer in ("", ACCEPTED))
    ended = Ended.DONE if ours else Ended.EXISTS
    there = "gone" if value is None else "there"
    reason = f"{there}, as asked" if ours else "it was so already: it will stay at a rollback"
    end(run, item, Direction.ASSIGN, ended, message=reason, image=form.image(value))
    run.report(WriteLine.of(item, "done", reason))


def _is_ours_but_other(run: Run, item: Item, form: Form, value: Value | None) -> bool:
    return value is not None and not form.reached(item, value) and form.ours(run, item, value) is True


def _end_different(run: Run, item: Item, form: Form, value: Value | None) -> None:
    reason = f"there, but not as asked: {form.differs(item, value)}"
    end(run, item, Direction.ASSIGN, Ended.DIFFERENT, message=reason, image=form.image(value))
    run.report(WriteLine.of(item, "drift", reason))


async def look(run: Run, item: Item, form: Form, *, seconds: float) -> bool:
    """Looks for so many seconds whether the place is as asked, and ends the write when it is."""
    until = run.now() + timedelta(seconds=min(seconds, run.window))
    waited = FIRST_WAIT
    while True:
        value = await _value(run, item, form)
        if form.reached(item, value):
            _end_reached(run, item, form, value)
            return True
        if not await waits(run, until, waited):
            return False
        waited *= 2


async def end_unseen(run: Run, item: Item, form: Form) -> None:
    """What becomes of an open write that no read has shown as asked by the end of the replication window."""
    state = run.recorder.state(item)
    if state.removing:
        end(run, item, Direction.REMOVE, Ended.ABSENT, message="still there after the replication window")
        return
    value = await _value(run, item, form)
    if form.reached(item, value):
        _end_reached(run, item, form, value)
    elif _is_ours_but_other(run, item, form, value):
        _end_different(run, item, form, value)
    elif state.answer == ACCEPTED:
        reason = "Graph accepted it, but no read shows it"
        run.recorder.doubt(item, reason)
        run.report(WriteLine.of(item, "in_doubt", reason))
    elif state.answer and not state.doubted:
        reason = f"Graph says that it is there already ({state.answer}), but no read shows it"
        end(run, item, Direction.ASSIGN, Ended.REFUSED, code=state.answer, message=reason)
        run.report(WriteLine.of(item, "refused", reason))
    elif form.ours(run, item, value) is None and not form.same(value, state.before):
        # Perhaps our own, stored otherwise than asked: sent again, it would become what a rollback restores.
        reason = f"neither as before nor as asked: {form.differs(item, value)}"
        run.recorder.doubt(item, reason)
        run.report(WriteLine.of(item, "in_doubt", reason))
    else:
        end(run, item, Direction.ASSIGN, Ended.ABSENT, message="not there after the replication window")


async def unmake(run: Run, item: Item, form: Form, *, urgent: bool = False) -> bool:
    """Brings the place of one item back to what it was. False when it stays open.

    What is not as we left it is refused, what somebody relies on stays. An ``urgent`` one is sent after a
    stop as well, and also where Graph has accepted the write and no read shows it: putting a rule back that
    may never have been changed does no harm, and one that comes true afterwards would. Raises as ``make``.
    """
    waited, until = FIRST_WAIT, run.deadline(run.now())
    young: datetime | None = None
    while True:
        state = run.recorder.state(item)
        unseen = state.assigning
        if unseen and not urgent:
            # Accepted and never seen: nobody can say that there is nothing to take back.
            return False
        value = await _last_value(run, item, form, state, urgent=urgent)
        if form.same(value, state.before) and not unseen:
            end(run, item, Direction.REMOVE, Ended.DONE, message="already as before")
            run.report(WriteLine.of(item, "done", "already as before", "remove"))
            return True
        left = form.same(value, state.before if unseen else state.image)
        if not left and not (unseen and form.reached(item, value)):
            reason = f"D11: changed since by somebody else: {form.differs(item, value)}"
            run.report(WriteLine.of(item, "refused", reason, "remove"))
            return True
        if why := await form.relied_on(run, item, state):
            run.report(WriteLine.of(item, "kept", f"it stays: {why}", "remove"))
            return True
        request = form.undo(run, item, value)
        sent = await send(run, item, Direction.REMOVE, request, urgent=urgent)
        if sent is None:
            return True
        _, outcome = sent
        if outcome.meaning in (Meaning.IN_DOUBT, Meaning.PENDING):
            run.recorder.doubt(item, outcome.message or "no answer that settles it")
        if outcome.meaning in (Meaning.DONE, Meaning.ABSENT, Meaning.IN_DOUBT, Meaning.PENDING):
            return await look_undone(run, item, form, seconds=READ_BACK, urgent=urgent)
        end(run, item, Direction.REMOVE, Ended.REFUSED, code=outcome.code, message=outcome.message)
        if outcome.meaning is Meaning.TOO_YOUNG:
            young = young or run.now()
            until = max(until, young + timedelta(seconds=_YOUNG))
        if outcome.meaning not in _NOT_NOW or not await waits(
            run, until, waited, outcome.retry_after, urgent=urgent
        ):
            run.report(WriteLine.of(item, "refused", told(outcome), "remove"))
            if error := fatal(outcome, request):
                raise error
            return True
        waited *= 2


async def _last_value(run: Run, item: Item, form: Form, state: WriteState, *, urgent: bool) -> Value | None:
    """What stands there. A read that shows the place as before a moment after the write may lag: within the
    replication window it is looked at again."""
    value = await _value(run, item, form)
    if state.standing and state.ended_at is not None:
        until, waited = run.deadline(min(state.ended_at, run.now())), FIRST_WAIT
        while form.same(value, state.before) and await waits(run, until, waited, urgent=urgent):
            value = await _value(run, item, form)
            waited *= 2
    return value


async def look_undone(run: Run, item: Item, form: Form, *, seconds: float, urgent: bool = False) -> bool:
    """Looks for so many seconds whether the place is as it was, and ends the removal when it is."""
    before = run.recorder.state(item).before
    until = run.now() + timedelta(seconds=min(seconds, run.window))
    waited = FIRST_WAIT
    while True:
        if form.same(await _value(run, item, form), before):
            end(run, item, Direction.REMOVE, Ended.DONE, message="as before")
            run.report(WriteLine.of(item, "done", "taken back", "remove"))
            return True
        if not await waits(run, until, waited, urgent=urgent):
            return False
        waited *= 2


def changed_since(form: Form, item: Item, state: WriteState, value: Value | None) -> str:
    """What somebody else did to the place since the plan was made, or since we wrote there, if anything."""
    if state.open:
        return ""
    if state.standing:
        return "" if form.same(value, state.image) else f"was changed since: {form.differs(item, value)}"
    if form.reached(item, value) or item.base is None or form.same(value, item.base):
        return ""
    return f"is no longer what the plan was made for: {form.differs(item, value)}"
