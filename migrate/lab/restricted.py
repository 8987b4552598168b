"""Restricted administrative units: only who administers the unit touches what is in it (graph-facts §2.6)."""

from __future__ import annotations

from migrate.lab.call import Call
from migrate.lab.errors import request_denied


def check_restricted(call: Call, object_id: str) -> None:
    """403 for a change of an object in a restricted unit by anybody without an active role at that unit."""
    for unit_id, members in call.tenant.unit_members.items():
        if object_id.lower() not in members:
            continue
        unit = call.tenant.objects["administrativeUnits"].get(unit_id)
        if unit is not None and unit.get("isMemberManagementRestricted") and not _administers(call, unit_id):
            raise request_denied()


def _administers(call: Call, unit_id: str) -> bool:
    scope, caller = f"/administrativeunits/{unit_id.lower()}", call.caller.object_id.lower()
    return any(
        row.where.lower() == scope and row.in_force(call.now)
        for _, row in call.tenant.schedules["roleAssignment"].marked(("principal", caller))
    )
