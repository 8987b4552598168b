"""In which order Graph accepts changes of one policy.

MFA at activation and an authentication context exclude each other. Whatever asks for MFA is refused while
the context is on, so that it goes off before all else and on after all else (observed behaviours 10).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from migrate.kinds.kind import Row
from migrate.kinds.policy_defaults import RULE_IDS
from migrate.kinds.policy_rule_names import CONTEXT
from migrate.plan.policy_change import RuleChange

_PLACE = {rule_id: place for place, rule_id in enumerate(RULE_IDS)}


def apply_order(changes: Iterable[RuleChange]) -> tuple[RuleChange, ...]:
    """As they are to be sent."""
    return _around_the_context(sorted(changes, key=_place), lambda change: change.after)


def undo_order(changes: Iterable[RuleChange]) -> tuple[RuleChange, ...]:
    """As they are to be taken back, whether all of them were made or only some."""
    return _around_the_context(sorted(changes, key=_place, reverse=True), lambda change: change.before)


def _place(change: RuleChange) -> int:
    return _PLACE.get(change.rule_id, len(_PLACE))


def _around_the_context(
    changes: list[RuleChange], result: Callable[[RuleChange], Row]
) -> tuple[RuleChange, ...]:
    first = [one for one in changes if one.rule_id == CONTEXT and result(one).get("isEnabled") is not True]
    last = [one for one in changes if one.rule_id == CONTEXT and result(one).get("isEnabled") is True]
    return (*first, *(one for one in changes if one.rule_id != CONTEXT), *last)
