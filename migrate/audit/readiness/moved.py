"""The rights that a wave has moved or will move, as the target will have them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MovedRight:
    """One eligibility of the target: of a role at a scope, or (with ``group_id``) of access to a group.

    ``item`` is the plan's item; ``start`` and ``end`` are None where they set no limit.
    """

    item: str
    principal_id: str
    role_id: str = ""
    scope: str = ""
    group_id: str = ""
    access: str = ""
    start: datetime | None = None
    end: datetime | None = None
