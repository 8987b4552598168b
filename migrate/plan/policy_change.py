"""What bringing one policy to another is made of: changes of whole rules, their way back, and what stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from migrate.kinds import policy_rule_body
from migrate.plan.carried import Translate

TranslateAddress = Callable[[str], str | None]
MembersOf = Callable[[str], frozenset[str] | None]
"""The people in a group of the target who could approve; ``None`` where that is not known."""


class Mode(StrEnum):
    """``copy``: as in the source. ``strengthen``: only where the source asks for more. ``leave``: nothing."""

    COPY = "copy"
    STRENGTHEN = "strengthen"
    LEAVE = "leave"


@dataclass(frozen=True)
class RuleChange:
    """One rule rewritten. ``before`` is the rule as Graph answered it, ``after`` the full body to send;
    ``says`` tells in words what changes, ``loosens`` whether any part of it asks for less than before."""

    rule_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    says: str
    codes: tuple[str, ...]
    loosens: bool = False


@dataclass(frozen=True)
class LeftAlone:
    """One rule that is not touched although it differs, or may."""

    rule_id: str
    reason: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class PolicyCopy:
    """``changes`` stand in the order in which Graph accepts them. A rule is in one of the two or in none."""

    changes: tuple[RuleChange, ...] = ()
    left: tuple[LeftAlone, ...] = ()


@dataclass(frozen=True)
class Destination:
    """What a rule needs to mean the same in the target, and how many must be able to approve there.
    ``translate`` is asked about users, groups and authentication contexts."""

    translate: Translate
    translate_address: TranslateAddress
    minimum_approvers: int
    requestors: frozenset[str]
    members_of: MembersOf


def reverse(change: RuleChange) -> dict[str, Any]:
    """The body that restores the rule as it was before."""
    return policy_rule_body.body(change.before)
