"""How long it takes until what was just made is known everywhere (graph-facts §4.3, observed 30, 40)."""

from __future__ import annotations

from migrate.lab.call import Call


def made(call: Call, object_id: str) -> None:
    """Notes a new object: reads may not see it for a while, and PIM learns of it later than the directory.

    PIM's delay is the seed's ``pimLagSeconds``, or that of a fault ``hide_from_pim``.
    """
    tenant, key = call.tenant, object_id.lower()
    if call.does("hide_after_write"):
        tenant.hidden[key] = call.hidden_until
    if call.does("hide_from_pim"):
        tenant.unknown_to_pim[key] = call.hidden_until
    elif tenant.pim_lag:
        tenant.unknown_to_pim[key] = call.now + tenant.pim_lag
