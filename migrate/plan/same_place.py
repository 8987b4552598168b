"""A key of the target is written at most once, and only where it is clear what is to stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from migrate.plan.document import WRITES, Action, Draft
from migrate.resolve.reference_graph import MOVED

SCHEDULE = "D08"
STANDING = frozenset({*WRITES, Action.KEEP})
"""What says how the target will stand under a key."""
_KINDS = {kind.name: kind for kind in MOVED}
_Claim = tuple[str, int, Draft]


def judged(draft: Draft, same_place: Sequence[Draft]) -> Draft:
    """The draft as it is among all of ``STANDING`` that claim its key, itself among them."""
    if draft.action not in WRITES or len(same_place) == 1:
        return draft
    if len({(one.target["startDateTime"], one.target["endDateTime"]) for one in same_place}) > 1:
        reason = "several rights of the source would be one in the target, and they differ in when they hold"
        return _stopped(draft, Action.BLOCKED, reason, (SCHEDULE,))
    if draft is not same_place[0]:
        return _stopped(draft, Action.SKIP, "another right makes the same", ())
    return draft


def settled(claims: Iterable[_Claim]) -> Iterator[tuple[int, Draft]]:
    """The numbers of those that stand back, and what becomes of them; ``claims`` come by key and number."""
    for _, group in groupby(claims, key=lambda one: one[0]):
        claiming = list(group)
        drafts = [draft for _, _, draft in claiming]
        for (_, number, draft), one in zip(claiming, drafts, strict=True):
            if (now := judged(one, drafts)) is not draft:
                yield number, now


def _stopped(draft: Draft, action: Action, reason: str, codes: tuple[str, ...]) -> Draft:
    key = f"source:{_KINDS[draft.kind].natural_key(draft.source)}"
    return replace(
        draft, action=action, key=key, reason=reason, codes=codes, target={}, base=None, residue=()
    )
