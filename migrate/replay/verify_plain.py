"""Plain writes read back: units, groups, roles, members, rules and changed schedules."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.errors import MigrateError
from migrate.plan.document import Action, Item
from migrate.plan.made import is_new, names_in
from migrate.replay.fold import WriteState
from migrate.replay.form import Form, Value
from migrate.replay.forms.by_kind import by_form
from migrate.replay.reads import Reads
from migrate.replay.writes import WriteLine

MATCH, DRIFT, MISSING, UNKNOWN = "match", "drift", "missing", "unknown"


async def verify_plain(reads: Reads, items: Sequence[Item]) -> list[WriteLine]:
    """What stands in the place of each plain write, held against what the journal last intended. What names
    an object that nobody has made has no place: it was never applied."""
    found: list[WriteLine] = []
    for form, those in by_form(items):
        there = [item for item in those if not _names_nothing(item)]
        found += [_without_place(item, reads.state(item)) for item in those if _names_nothing(item)]
        try:
            values = await form.values(reads, there) if there else {}
        except MigrateError as error:
            found += [WriteLine.of(item, UNKNOWN, f"could not be read: {error.message}") for item in there]
            continue
        found += [_judge(form, item, reads.state(item), values[item.id]) for item in there]
    return found


def _names_nothing(item: Item) -> bool:
    own = {item.key.lower()} if is_new(item.key) else set()
    return bool((names_in(item.target) | names_in(item.key)) - own)


def _without_place(item: Item, state: WriteState) -> WriteLine:
    if state.intent is not None and not state.wants_presence and not state.open:
        return WriteLine.of(item, MATCH, "gone together with what it was in, as intended", "remove")
    return WriteLine.of(item, MISSING, "never applied: what it needs was not made")


def _judge(form: Form, item: Item, state: WriteState, value: Value | None) -> WriteLine:
    if state.open and form.reached(item, value) is not state.wants_presence:
        return WriteLine.of(item, UNKNOWN, "in doubt: a request was sent, and what came of it is not known")
    if item.action is Action.KEEP:
        if form.reached(item, value):
            return WriteLine.of(item, MATCH, "there, as found")
        return WriteLine.of(item, MISSING if value is None else DRIFT, form.differs(item, value))
    if item.temporary:
        return _judge_for_a_time(form, item, state, value)
    if state.intent is None and not state.standing:
        word = "there, although this was never applied" if form.reached(item, value) else "never applied"
        return WriteLine.of(item, DRIFT if form.reached(item, value) else MISSING, word)
    # What a rollback left for others is meant to be there; what it could not take back is not.
    if state.wants_presence or state.released:
        if form.reached(item, value):
            return WriteLine.of(item, MATCH, f"{'gone' if value is None else 'there'}, as intended")
        if not state.standing:
            told = f"{state.code}: {state.message}" if state.code else state.message or "not there"
            return WriteLine.of(item, MISSING, told)
        return WriteLine.of(item, MISSING if value is None else DRIFT, form.differs(item, value))
    if form.same(value, state.before):
        return WriteLine.of(item, MATCH, "as before, as intended by the rollback", "remove")
    return WriteLine.of(item, DRIFT, f"not as before: {form.differs(item, value)}", "remove")


def _judge_for_a_time(form: Form, item: Item, state: WriteState, value: Value | None) -> WriteLine:
    """What was changed for the length of a run is meant to be as it was before."""
    theirs = state.standing and not state.created
    if state.before is None or theirs or form.same(value, state.before):
        return WriteLine.of(item, MATCH, "not changed, or restored")
    if form.reached(item, value):
        return WriteLine.of(item, DRIFT, "changed for the time being and not restored")
    return WriteLine.of(item, DRIFT, f"not as before: {form.differs(item, value)}")
