"""One attempt at one write: Begin on disk, then the request; and its End."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.errors import MigrateError
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.crash_points import reach
from migrate.replay.fold import Direction, Ended
from migrate.replay.run import Run
from migrate.replay.writes import WriteLine

_POINT = {Direction.ASSIGN: "", Direction.REMOVE: "remove_", Direction.REPAIR: "repair_"}


async def send(
    run: Run,
    item: Item,
    direction: Direction,
    request: Request,
    *,
    wider_before: bool = False,
    before: Mapping[str, Any] | None = None,
    urgent: bool = False,
) -> tuple[Answer, Outcome] | None:
    """Journals the Begin and sends the request; ``None`` when the run was stopped before it left. An
    ``urgent`` one leaves all the same: it takes back what must not stand.

    Raises:
        StateError: the Begin cannot be written; nothing was sent.
        MigrateError: there was no way to send it (the sign-in failed); the attempt has ended.
    """
    point = _POINT[direction]
    reach(f"before_{point}begin", item)
    await run.recorder.begin(item, direction, request, wider_before=wider_before, before=before)
    reach(f"after_{point}begin", item)
    try:
        answer, outcome = await run.attempt(request, urgent=urgent or direction is Direction.REPAIR)
    except MigrateError as error:
        end(run, item, direction, Ended.ABSENT, code=error.code, message=f"not sent: {error.message}")
        raise
    reach(f"after_{point}send", item)
    if run.must_stop and outcome.meaning in (Meaning.NOT_SENT, Meaning.THROTTLED):
        end(run, item, direction, Ended.ABSENT, message="not sent: the run was stopped")
        run.report(WriteLine.of(item, "planned", "not sent: the run was stopped", word(direction)))
        return None
    return answer, outcome


def end(
    run: Run,
    item: Item,
    direction: Direction,
    ended: Ended,
    *,
    code: str = "",
    message: str = "",
    image: Mapping[str, Any] | None = None,
    wider_before: bool = False,
) -> None:
    """Journals what came of an attempt: nobody is told of it before it is on disk."""
    point = _POINT[direction]
    reach(f"before_{point}end", item)
    run.recorder.end(
        item, direction, ended, code=code, message=message, image=image, wider_before=wider_before
    )
    reach(f"after_{point}end", item)


def word(direction: Direction) -> str | None:
    """What a line calls the action; ``None`` for the plan's own word."""
    return None if direction is Direction.ASSIGN else "remove"


def told(outcome: Outcome) -> str:
    """Graph's own words on a refusal."""
    said = f"{outcome.code}: {outcome.message}" if outcome.code else outcome.message
    return said or f"refused with {outcome.status}"
