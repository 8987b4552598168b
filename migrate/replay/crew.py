"""Many writes at a time, but one after the other for each principal and policy, and none after a stop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from migrate.plan.document import Item
from migrate.replay.forms.by_kind import form_of
from migrate.replay.run import Run


async def work(run: Run, items: Sequence[Item], do: Callable[[Run, Item], Awaitable[bool]]) -> list[Item]:
    """Does every item; returns those that stayed open. Items of one principal, policy or list keep order.

    An error stops the run: what is in flight is finished, nothing new begins, then the first error is raised.
    """
    queues: dict[str, deque[Item]] = {}
    for item in items:
        queues.setdefault(_turn(item), deque()).append(item)
    # A queue whose turn is over goes to the end of the line; a few workers, since a wave may have very many.
    line = deque(queues.values())
    opened: list[Item] = []
    failures: list[Exception] = []

    async def worker() -> None:
        while line and not failures and run.may_begin():
            queue = line.popleft()
            item = queue.popleft()
            try:
                ended = await do(run, item)
                await run.recorder.on_disk()
                if not ended:
                    opened.append(item)
                    if run.brake is not None and run.recorder.state(item).unanswered:
                        run.brake.note(item.id, "in_doubt")
            except Exception as error:  # noqa: BLE001 - kept, and raised once the others are finished
                failures.append(error)
                return
            if queue:
                line.append(queue)

    await asyncio.gather(*(worker() for _ in range(min(run.at_once, len(line)))))
    if failures:
        raise failures[0]
    return opened


def _turn(item: Item) -> str:
    form = form_of(item)
    return str(item.target["principalId"]).lower() if form is None else form.turn(item)
