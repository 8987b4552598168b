"""C13: the engagement protects this principal, on whichever side it is."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.resolve.findings import Conflict
from migrate.resolve.settled import Settled


def find(settled: Settled) -> Iterator[Conflict]:
    if not settled.protected:
        return
    for node, mapping in sorted(settled.mappings.items()):
        if {node[1], mapping.target_id} & settled.protected:
            ids = (mapping.target_id,) if mapping.target_id else ()
            detail = f"{mapping.name} is protected by the engagement"
            yield Conflict("C13", *node, ids, detail, settled.hanging(node))
