"""What would go beyond the numbers that Microsoft sets, told before the first write and not by the hundredth.

Only what goes beyond is stopped: of the writes that count towards one number, the first keep their place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from migrate.kinds.ids import TENANT_SCOPE
from migrate.kinds.kind import Row
from migrate.kinds.role_schedule import scope_of
from migrate.kinds.schedule import is_over
from migrate.kinds.service_limits import MOST, WORDS, Limited
from migrate.plan.target_rules import Asked

SERVICE_LIMIT = "service_limit"
"""Stands where a code would: the target has, or will have, as many as Microsoft allows."""


@dataclass(frozen=True)
class Place:
    """One number that is counted towards: ``of`` is the principal or resource in lower case, empty for what
    belongs to the tenant."""

    what: Limited
    of: str = ""


@dataclass(frozen=True)
class Planned:
    """A write that counts towards a number, by the key under which the plan has it."""

    place: Place
    key: str


@dataclass(frozen=True)
class LimitExceeded:
    """``there`` is how many the target has, ``None`` where that was not read; ``planned`` how many more the
    plan would make, of which those in ``concerned`` must not be sent."""

    what: Limited
    of: str
    limit: int
    there: int | None
    planned: int
    concerned: tuple[str, ...]

    @property
    def reason(self) -> str:
        if self.there is None:
            return f"how many {WORDS[self.what]} there are was not read; {self.limit} are allowed"
        return (
            f"{self.there} {WORDS[self.what]} are there and {self.planned} are planned,"
            f" {self.limit} are allowed: not more than {max(self.limit - self.there, 0)} of them can be made"
        )


def place_of(asked: Asked, principal_id: str) -> Place | None:
    """What a right counts towards. Eligibility and rights in groups are not counted by Microsoft, and neither
    are built-in roles in the whole tenant."""
    if asked.kind != "roleAssignmentSchedule":
        return None
    if asked.role_is_custom:
        return Place(Limited.CUSTOM_ROLE_ASSIGNMENTS, principal_id.lower())
    return None if asked.scope_is_tenant else Place(Limited.SCOPED_ASSIGNMENTS, principal_id.lower())


def count_assignments(
    rows: Iterable[Row], is_custom: Callable[[str], bool | None], now: datetime
) -> dict[Place, int]:
    """What the active role assignments of a tenant fill. What cannot be told counts: a role that nobody knows
    (``is_custom`` gives ``None``) towards both numbers, an end that cannot be read as one still to come."""
    found: Counter[Place] = Counter()
    for row in rows:
        if str(row.get("memberType") or "").lower() in ("group", "inherited") or is_over(row, now):
            continue
        principal = str(row.get("principalId") or "").lower()
        custom = is_custom(str(row.get("roleDefinitionId") or ""))
        if custom is not False:
            found[Place(Limited.CUSTOM_ROLE_ASSIGNMENTS, principal)] += 1
        if not custom and scope_of(row) != TENANT_SCOPE:
            found[Place(Limited.SCOPED_ASSIGNMENTS, principal)] += 1
    return dict(found)


def check(counts: Mapping[Place, int | None], planned: Iterable[Planned]) -> list[LimitExceeded]:
    """The places where the plan goes beyond, in the order in which the plan comes to them.

    ``counts`` says what the target has: a place that is not in it has nothing, ``None`` is a place whose
    count was not read, and all that is planned there is stopped. A key that is planned twice is one write.
    """
    wanted: dict[Place, dict[str, None]] = {}
    for one in planned:
        wanted.setdefault(one.place, {})[one.key] = None
    found = []
    for place, keys in wanted.items():
        limit, there = MOST[place.what], counts.get(place, 0)
        room = 0 if there is None else max(limit - there, 0)
        if beyond := tuple(keys)[room:]:
            found.append(LimitExceeded(place.what, place.of, limit, there, len(keys), beyond))
    return found
