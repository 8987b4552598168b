"""JSON lines: our own form, which holds everything. runbooks/audit-trail.md tells its fields."""

from __future__ import annotations

import json
from typing import Any

from migrate.trail.event import Event, Origin

TYPE, VERSION = "audit", 1
"""``version`` rises when a field changes its meaning; new fields may come at any time."""


def document(event: Event, origin: Origin) -> dict[str, Any]:
    """The event as plain JSON values."""
    return {
        "type": TYPE,
        "version": VERSION,
        "time": event.at,
        "event": event.subject.value,
        "action": event.action,
        "result": event.result.value,
        "severity": event.severity.name.lower(),
        "direction": event.direction,
        "outcome": event.outcome,
        "engagement": origin.engagement,
        "tenant_id": origin.tenant_id,
        "wave": event.wave,
        "batch": event.batch,
        "plan": event.plan,
        "plan_hash": event.plan_hash,
        "write": event.write,
        "run": event.run,
        "who": vars(event.who),
        "what": vars(event.what) if event.write else None,
        "why": {**vars(event.why), "codes": list(event.why.codes)},
        "approvals": [vars(one) for one in event.approvals],
        "before": event.before,
        "after": event.after,
        "sequence": event.sequence,
        "hash": event.hash,
        "verified": event.verified,
    }


def line(event: Event, origin: Origin) -> str:
    """One line in ASCII: no name, however it is spelt, breaks it or steers a terminal."""
    return json.dumps(document(event, origin), ensure_ascii=True, default=str)
