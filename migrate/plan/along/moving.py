"""What moves along, as a plan takes it: ``mappings/move.toml`` and the consents of the engagement."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.plan.policy_change import Mode
from migrate.plan.target_rules import Choice


@dataclass(frozen=True)
class Moving:
    """``creates`` names the kinds of objects that are made where a moved right needs one that the target
    lacks; ``consent`` lets rules of the target be loosened for the length of a run; ``updates`` gives a right
    that is there with another end the source's; ``converts`` makes standing assignments eligible, and
    ``ends_overlap`` then takes them away in the target."""

    creates: frozenset[str] = frozenset()
    members_of_new: bool = True
    members_of_existing: bool = False
    policies: Mode = Mode.LEAVE
    minimum_approvers: int = 1
    active: bool = False
    choice: Choice = Choice.SKIP
    consent: bool = False
    updates: bool = False
    converts: bool = False
    ends_overlap: bool = False
    access_reviews: bool = False
    conditional_access: bool = False
    app_only: bool = True
    """Whether the target is written to by an application, which can never show a second factor."""


DEFAULT = Moving()
