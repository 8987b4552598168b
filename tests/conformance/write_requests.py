"""What the facts about writes send: new objects, and how long a right holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lab_door import Door
from small_tenants import object_id

from migrate.kinds import administrative_unit, group, role_definition
from migrate.kinds.request import Request

TEMPLATE = object_id(777)
SOON, LATER = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
HOW: dict[str, Any] = {"start": SOON, "end": LATER, "justification": "wave 1", "ticket": "CHG-1"}
NEW_ROLE = role_definition.create(
    template_id=TEMPLATE,
    display_name="Printers",
    description="Prints",
    is_enabled=True,
    role_permissions=[{"allowedResourceActions": ["microsoft.directory/applications/basic/read"]}],
    version=None,
)


def new_group(*, role_assignable: bool = True) -> Request:
    return group.create(
        display_name="Tier 0",
        description=None,
        mail_nickname="tier0",
        role_assignable=role_assignable,
        visibility=None,
    )


def new_unit(**changes: Any) -> Request:
    body: dict[str, Any] = {
        "visibility": None,
        "membership_type": None,
        "membership_rule": None,
        "processing_state": None,
        "restricted": False,
        **changes,
    }
    return administrative_unit.create(display_name="=1+1", description="", **body)


async def rules_of(door: Door, request: Request) -> dict[str, Any]:
    """The policy that a listing by role or by group gives, with its rules by id."""
    await door.done(request)
    assert door.answer.body is not None
    (row,) = door.answer.body["value"]
    return {"id": row["policyId"], "rules": {rule["id"]: rule for rule in row["policy"]["rules"]}}
