"""The plan of some drafts, where it does not matter whose plan it is."""

from __future__ import annotations

from tenant_pairs import NOW

from migrate.plan.assemble import assemble
from migrate.plan.document import Draft, Plan


def assembled(drafts: list[Draft], batch_size: int = 3) -> Plan:
    return assemble(
        drafts,
        plan_id="all-1",
        wave="all",
        number=1,
        engagement="e",
        made_at=NOW,
        source={"tenant_id": "s"},
        target={"tenant_id": "t"},
        resolution={},
        batch_size=batch_size,
    )
