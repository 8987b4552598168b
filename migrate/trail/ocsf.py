"""OCSF, the Open Cybersecurity Schema Framework, version 1.5.0, category Identity & Access Management.

What a principal is given or loses is User Access Management (3005); what is made, changed or deleted for its
own sake, and what happens to a plan, is Entity Management (3004). Source: the schema's definitions of these
classes and their objects; what they have no place for stands in ``unmapped``.
"""

from __future__ import annotations

import json
from typing import Any

from migrate.trail import jsonl
from migrate.trail.event import Event, Origin, Result, Severity, Subject, Who
from migrate.trail.moments import milliseconds
from migrate.trail.words import ASSIGN, CHANGES

VERSION = "1.5.0"
CATEGORY, CATEGORY_NAME = 3, "Identity & Access Management"
ENTITY_MANAGEMENT, USER_ACCESS = 3004, 3005
_CLASSES = {ENTITY_MANAGEMENT: "Entity Management", USER_ACCESS: "User Access Management"}
_ACTIVITIES = {
    ENTITY_MANAGEMENT: {1: "Create", 3: "Update", 4: "Delete"},
    USER_ACCESS: {1: "Assign Privileges", 2: "Revoke Privileges"},
}
OTHER = 99
_STATUS = {Result.UNKNOWN: (0, "Unknown"), Result.SUCCESS: (1, "Success"), Result.FAILURE: (2, "Failure")}
_SERVICE, _UNKNOWN = (4, "Service"), (0, "Unknown")
"""Types of a user."""
_MAPPED = frozenset({"type", "version", "time", "result", "severity", "sequence", "hash"})
"""Of our own JSON lines, what the class has a place for."""


def line(event: Event, origin: Origin) -> str:
    """One event as JSON on one line, in ASCII."""
    return json.dumps(document(event, origin), ensure_ascii=True, default=str)


def document(event: Event, origin: Origin) -> dict[str, Any]:
    """The event in the class that fits it."""
    class_uid = USER_ACCESS if event.what.principal_id else ENTITY_MANAGEMENT
    activity_id = _activity(event, class_uid)
    activity = _ACTIVITIES[class_uid].get(activity_id, event.action.capitalize())
    status_id, status = _STATUS[event.result]
    made = {
        "category_uid": CATEGORY,
        "category_name": CATEGORY_NAME,
        "class_uid": class_uid,
        "class_name": _CLASSES[class_uid],
        "activity_id": activity_id,
        "activity_name": activity,
        "type_uid": class_uid * 100 + activity_id,
        "type_name": f"{_CLASSES[class_uid]}: {activity}",
        "severity_id": event.severity.value,
        "severity": _severity(event.severity),
        "status_id": status_id,
        "status": status,
        "status_code": event.outcome,
        "status_detail": event.why.message,
        "time": milliseconds(event.at) or 0,
        "timezone_offset": 0,
        "message": event.told,
        "metadata": _metadata(event, origin),
        "actor": _actor(event.who),
        **(_access(event) if class_uid == USER_ACCESS else _entity(event)),
        "unmapped": _unmapped(event, origin),
    }
    return {name: value for name, value in made.items() if value != ""}


def _activity(event: Event, class_uid: int) -> int:
    if event.subject is not Subject.WRITE or not event.direction:
        return OTHER
    assigns, changes = event.direction == ASSIGN, event.what.plan_action in CHANGES
    if class_uid == USER_ACCESS:
        return 1 if assigns else 2
    return 3 if changes else 1 if assigns else 4


def _severity(severity: Severity) -> str:
    return severity.name.capitalize()


def _metadata(event: Event, origin: Origin) -> dict[str, Any]:
    return {
        "version": VERSION,
        "product": {"name": "pim-migrate", "vendor_name": "pim-migrate", "version": origin.version},
        "uid": event.hash or f"{origin.engagement}-{event.sequence}",
        "sequence": event.sequence,
        "event_code": event.action,
        "log_name": "journal",
        "original_time": event.at,
        "correlation_uid": event.run,
    }


def _actor(who: Who) -> dict[str, Any]:
    type_id, type_name = _SERVICE if who.app_only else _UNKNOWN
    actor: dict[str, Any] = {"app_name": "pim-migrate"}
    if who.app_id:
        actor["app_uid"] = who.app_id
    if who.object_id or who.operator:
        # Whoever typed is another than the service principal that Graph saw: that name stands in unmapped.
        actor["user"] = {"uid": who.object_id} if who.object_id else {"name": who.operator}
        actor["user"] |= {"type_id": type_id, "type": type_name}
    return actor


def _access(event: Event) -> dict[str, Any]:
    what = event.what
    places = (
        ("role", what.role_id, what.right),
        ("group", what.group_id, what.right),
        ("scope", what.scope_id, what.scope),
    )
    resources = [{"uid": uid, "name": name or uid, "type": kind} for kind, uid, name in places if uid]
    return {
        "user": {
            "uid": what.principal_id,
            "name": what.principal or what.principal_id,
            "type_id": _UNKNOWN[0],
            "type": _UNKNOWN[1],
        },
        "privileges": [what.right or what.key or what.kind or "unknown"],
        "resources": resources or [{"name": what.key or event.write, "type": what.kind or "unknown"}],
    }


def _entity(event: Event) -> dict[str, Any]:
    what = event.what
    if event.write:
        named = {
            "uid": what.object_id or what.key or event.write,
            "name": what.right or what.key or event.write,
            "type": what.kind or "unknown",
        }
        entity: dict[str, Any] = {"entity": {**named, "data": event.before or {}}}
        if event.after is not None:
            entity["entity_result"] = {**named, "data": event.after}
    else:
        entity = {"entity": {"uid": event.plan or event.run, "name": event.plan or "run", "type": "plan"}}
    return {**entity, "comment": event.why.justification or event.why.reason}


def _unmapped(event: Event, origin: Origin) -> dict[str, Any]:
    """What the class has no place for, as our own JSON lines tell it."""
    return {name: value for name, value in jsonl.document(event, origin).items() if name not in _MAPPED}
