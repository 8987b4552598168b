"""What the control plane can do, for whoever asks it: the answer to ``GET /``."""

from __future__ import annotations

from typing import Any

from migrate.lab.faults import KINDS

OPERATIONS: dict[str, str] = {
    "GET /": "this list, and what each fault does",
    "GET /tenants": "the tenants and how large they are",
    "GET /metrics": "requests, refused, units and writes by tenant, and the least time of the writes",
    "GET /log?tenant=&since=": "every request with its cost, its effect and the fault that it drew",
    "GET /dump?tenant=&parts=": "a tenant in canonical form: two dumps are equal when the tenants are",
    "GET /clock": "the lab's time",
    "POST /clock": '{"advance_seconds": 3600}: time goes on',
    "GET /faults": "the faults that are left",
    "POST /faults": (
        '[{"match": {"method", "path_prefix", "path_regex", "tenant", "body"}, "do", "skip", "times"}]'
    ),
    "DELETE /faults": "forgets them",
    "POST /throttle": '{"enabled", "scale", "pim": [requests, seconds], "conditional_access_per_second"}',
    "POST /consent": '{"tenant", "appId", "roles"} replaces what an app may do',
    "POST /change": '{"tenant", "op", "kind", "object"}: somebody else changes the tenant',
    "POST /token": '{"tenant", "userId", "mfa", "acrs", "scopes"}: a delegated token of a person',
    "POST /approve": '{"tenant", "requestId", "approve"} decides an activation or extension that waits',
    "POST /load": "a list of seed documents takes the place of all tenants",
    "POST /reset": "back to what was loaded",
}


def guide() -> dict[str, Any]:
    """The operations, and the faults with what each of them does."""
    return {"operations": OPERATIONS, "faults": dict(KINDS)}
