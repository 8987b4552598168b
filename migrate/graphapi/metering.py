"""What answers tell of the budget, handed on to the pacer."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.graphapi.pacer import Pacer
from migrate.kinds.request import Lane

_USED = "x-ms-throttle-limit-percentage"
_COST = "x-ms-resource-unit"


def tell(
    pacer: Pacer,
    lane: Lane,
    sent_at: float,
    units: float,
    judged: Sequence[tuple[Answer, Outcome]],
    requests: int | None = None,
) -> None:
    """Tells the pacer of one turn that was thought to cost ``units``; a batch has one answer for each part,
    or one for all its ``requests`` when it was judged as a whole."""
    refused = [outcome for _, outcome in judged if outcome.meaning is Meaning.THROTTLED]
    passed = [answer for answer, outcome in judged if outcome.meaning is not Meaning.THROTTLED]
    answered = [answer for answer in passed if answer.status is not None and answer.status < 500]
    costs = [number for answer, _ in judged if (number := _number(answer, _COST)) is not None]
    true_cost = sum(costs) if len(costs) == len(judged) else units
    if true_cost != units:
        pacer.settled(lane, true_cost - units)
    if answered:
        told = [used for answer, _ in judged if (used := _number(answer, _USED)) is not None]
        part = true_cost * len(answered) / len(judged)
        pacer.succeeded(lane, sent_at, max(told, default=None), part)
    if refused:
        waits = [outcome.retry_after for outcome in refused if outcome.retry_after]
        count = len(refused) if len(judged) > 1 else requests or 1
        pacer.throttled(lane, sent_at, max(waits, default=None), count)


def _number(answer: Answer, name: str) -> float | None:
    try:
        return float(answer.headers[name])
    except (KeyError, ValueError):
        return None
