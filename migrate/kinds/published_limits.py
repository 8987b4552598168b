"""What Microsoft publishes about throttling, by lane (graph-facts §1.1). A lane without a number has none."""

from __future__ import annotations

from migrate.kinds.request import Lane

_SMALL, _MEDIUM = 50, 500
PUBLISHED: dict[Lane, str] = {
    Lane.PIM: "nothing published: learned from refusals",
    Lane.PIM_POLICIES: "nothing published: learned from refusals",
    Lane.CONDITIONAL_ACCESS: "1 request a second for all applications of the tenant together",
    Lane.REPORTS: "5 requests in 10 s",
}


def directory_units(users: int) -> int:
    """Resource units in ten seconds that the directory gives one application in a tenant of that size."""
    if users < _SMALL:
        return 3_500
    return 5_000 if users <= _MEDIUM else 8_000


def published(lane: Lane, users: int | None) -> str:
    """The limit in words; ``users`` is None where nobody could count them."""
    if lane is not Lane.DIRECTORY:
        return PUBLISHED[lane]
    if users is None:
        return (
            f"{directory_units(0)} to {directory_units(_MEDIUM + 1)} resource units in 10 s, by tenant size"
        )
    return f"{directory_units(users)} resource units in 10 s ({users} users)"
