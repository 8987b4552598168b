"""The wave of one right to the built-in role, whose policies are given for both tenants."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from along_sample import ANNA, EVERYTHING, Wave, sides, wave
from tenant_pairs import ELIGIBILITY, EXCHANGE, policy, right

from migrate.plan.policy_change import Mode

ME = str(ANNA["id"])
SOON, FAR = "2026-06-01T00:00:00Z", "2029-06-01T00:00:00Z"
COPY = replace(EVERYTHING, policies=Mode.COPY)


def rule(name: str, **values: Any) -> Any:
    return {name: values}


SHORT = rule("Expiration_EndUser_Assignment", isExpirationRequired=True, maximumDuration="PT2H")


def roles(
    ours: Any,
    theirs: Any = None,
    *,
    moving: Any = COPY,
    end: str | None = SOON,
    more: Any = None,
    **kwargs: Any,
) -> Wave:
    """The wave of one right to the built-in role; ``theirs`` are the rules of the target's policy."""
    given = {
        ELIGIBILITY: [right("r", ME, end=end)],
        "roleManagementPolicy": [policy(EXCHANGE, **ours)],
        **(more or {}),
    }
    there = {"roleManagementPolicy": [policy(EXCHANGE, **(theirs or {}))], **kwargs.pop("there", {})}
    lists = kwargs.pop("our_lists", {})
    return wave(sides(given, there, our_lists=lists), moving, **kwargs)
