"""Two audits of one tenant: what was bettered between them, what was worsened, what stayed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from migrate.audit.answers import Result
from migrate.audit.run import Audit, State, Verdict


@dataclass(frozen=True)
class Turn:
    """A control whose verdict changed."""

    before: Verdict
    after: Verdict

    @property
    def bettered(self) -> bool:
        order = list(State)
        return order.index(self.after.state) > order.index(self.before.state)


@dataclass(frozen=True)
class Comparison:
    """``gone`` findings were there before and are not now; one that only cannot be judged any more is in
    ``lost_sight``: that betters nothing."""

    new: tuple[Result, ...]
    gone: tuple[Result, ...]
    lost_sight: tuple[Result, ...]
    stayed: tuple[Result, ...]
    turns: tuple[Turn, ...]


def compare(before: Audit, after: Audit) -> Comparison:
    """Findings are the same where one check says it of one object for the same controls. Waived ones count:
    to waive something betters nothing."""
    old, new = _by_key(before.results), _by_key(after.results)
    unknown = {(one.check.id, control) for one in after.open if one.check for control in one.controls}
    missing = [one for key, one in old.items() if key not in new]
    lost = [one for one in missing if any((one.check.id, control) in unknown for control in one.controls)]
    earlier = {one.control: one for one in before.verdicts}
    turns = [
        Turn(earlier[one.control], one)
        for one in after.verdicts
        if one.control in earlier and earlier[one.control].state is not one.state
    ]
    return Comparison(
        new=tuple(one for key, one in new.items() if key not in old),
        gone=tuple(one for one in missing if one not in lost),
        lost_sight=tuple(lost),
        stayed=tuple(one for key, one in new.items() if key in old),
        turns=tuple(turns),
    )


def _by_key(results: Sequence[Result]) -> dict[tuple[str, str, str, str], Result]:
    return {one.key: one for one in results}
