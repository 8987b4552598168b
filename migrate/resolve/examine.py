"""Every conflict and drift that can be told once the counterparts are settled, one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from migrate.resolve import (
    approval_deadlock,
    approval_quorum,
    held_through,
    misplaced_ids,
    nested_groups,
    policy_drift,
    protected_principals,
    role_drift,
    same_guid,
    schedule_drift,
    taken_names,
    unit_population,
    unit_rules,
    wider_scope,
)
from migrate.resolve.findings import Conflict, Drift
from migrate.resolve.settled import Settled

CONFLICTS: tuple[Callable[[Settled], Iterator[Conflict]], ...] = (
    same_guid.find,
    taken_names.find,
    approval_quorum.find,
    approval_deadlock.find,
    nested_groups.find,
    protected_principals.find,
    misplaced_ids.find,
)
DRIFT: tuple[Callable[[Settled], Iterator[Drift]], ...] = (
    wider_scope.find,
    unit_population.find,
    unit_rules.find,
    role_drift.find,
    policy_drift.find,
    schedule_drift.find,
    held_through.find,
)


def conflicts(settled: Settled) -> Iterator[Conflict]:
    for find in CONFLICTS:
        yield from find(settled)


def drift(settled: Settled) -> Iterator[Drift]:
    for find in DRIFT:
        yield from find(settled)
