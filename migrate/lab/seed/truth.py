"""The ground truth: which object of the target is the right counterpart of each object of the source, or why
none is.

It comes from how the tenants were made, not from comparing them, so it can judge a resolver.
"""

from __future__ import annotations

from dataclasses import dataclass

from migrate.lab.seed.draft import Seed


@dataclass(frozen=True)
class Counterpart:
    """What is true of one source object.

    `target_id` is set, or `reason` says why there is none: "no counterpart", "two candidates", "claimed
    twice", "other permissions", "deleted", "every tenant has its own". `evidence` is what the two share (a
    Graph property, "permissions", or "name", which no machine may accept); `candidates` are those who could
    be taken for it wrongly.
    """

    target_id: str | None
    reason: str | None
    evidence: str
    candidates: tuple[str, ...] = ()


def counterparts(source_seed: Seed, target_seed: Seed) -> dict[tuple[str, str], Counterpart]:
    """The truth for every user, group, service principal, unit and role of the source, by (kind, source
    id)."""
    there = {
        (row["kind"], row["key"]): identity
        for identity, row in target_seed["truth"].items()
        if "reason" not in row
    }
    answer: dict[tuple[str, str], Counterpart] = {}
    for identity, row in source_seed["truth"].items():
        target = None if "reason" in row else there.get((row["kind"], row["key"]))
        reason = row.get("reason") or (None if target else "no counterpart")
        answer[(row["kind"], identity)] = Counterpart(
            target_id=target,
            reason=reason,
            evidence=row["evidence"] if target else "none",
            candidates=tuple(row.get("candidates", ())),
        )
    return answer
