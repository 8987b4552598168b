"""What a crawl tells while it works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Rows read so far of one collection; ``parents_done`` of ``parents`` where it is listed per group."""

    tenant: str
    collection: str
    rows: int
    parents_done: int = 0
    parents: int = 0
    finished: bool = False
