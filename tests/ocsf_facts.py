"""What OCSF 1.5.0 requires of the two classes that we write, and of the objects in them.

Facts of the published schema: names of attributes, their types, values of enumerations, constraints.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TEXT, NUMBER, OBJECT, LIST = str, int, dict, list

BASE = {
    "activity_id": NUMBER,
    "category_uid": NUMBER,
    "class_uid": NUMBER,
    "metadata": OBJECT,
    "severity_id": NUMBER,
    "time": NUMBER,
    "type_uid": NUMBER,
}
CLASSES: dict[int, dict[str, type]] = {
    3004: {**BASE, "entity": OBJECT},
    3005: {**BASE, "user": OBJECT, "privileges": LIST},
}
ACTIVITIES = {
    3004: {0: "Unknown", 1: "Create", 2: "Read", 3: "Update", 4: "Delete"},
    3005: {0: "Unknown", 1: "Assign Privileges", 2: "Revoke Privileges"},
}
OTHER = 99
"""In every class: an activity that it has no number for, named by activity_name."""
SEVERITIES = {1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical"}
STATUS = {0: "Unknown", 1: "Success", 2: "Failure"}
OBJECTS: dict[str, dict[str, type]] = {"metadata": {"product": OBJECT, "version": TEXT}}
AT_LEAST_ONE: dict[str, tuple[str, ...]] = {
    "actor": ("process", "user", "session", "app_name", "app_uid"),
    "user": ("account", "name", "uid"),
    "entity": ("name", "uid"),
    "entity_result": ("name", "uid"),
    "product": ("name", "uid"),
    "resources": ("name", "uid"),
}
USER_TYPES = {0, 1, 2, 3, 4, 99}
ATTRIBUTES = {
    *BASE, "activity_name", "actor", "category_name", "class_name", "comment", "entity", "entity_result",
    "message", "privileges", "resources", "severity", "status", "status_code", "status_detail", "status_id",
    "timezone_offset", "type_name", "unmapped", "user",
}  # fmt: skip
"""Those of the two classes that we use: anything else would be an invention."""


def wrong_with(event: Json) -> list[str]:
    """What the schema would say against an event."""
    found = [f"{name} is no attribute" for name in event.keys() - ATTRIBUTES]
    required = CLASSES.get(event.get("class_uid", 0), BASE)
    found += [f"{name} is missing" for name, kind in required.items() if type(event.get(name)) is not kind]
    if found:
        return found
    class_uid, activity = event["class_uid"], event["activity_id"]
    named = ACTIVITIES[class_uid].get(activity)
    if activity != OTHER and event.get("activity_name") != named:
        found.append(f"activity {activity} is {named}")
    if activity == OTHER and not event.get("activity_name"):
        found.append("another activity has no name")
    if event["type_uid"] != class_uid * 100 + activity or event["category_uid"] != class_uid // 1000:
        found.append("type_uid or category_uid does not follow")
    if SEVERITIES.get(event["severity_id"]) != event.get("severity"):
        found.append("severity")
    if STATUS.get(event.get("status_id", -1)) != event.get("status"):
        found.append("status")
    return found + _objects("", event)


def _objects(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return [wrong for each in value for wrong in _objects(name, each)]
    if not isinstance(value, dict) or name in ("unmapped", "data"):
        return []
    found = [
        f"{name}.{key}" for key, kind in OBJECTS.get(name, {}).items() if type(value.get(key)) is not kind
    ]
    if name in AT_LEAST_ONE and not any(value.get(key) for key in AT_LEAST_ONE[name]):
        found.append(f"{name} has none of {AT_LEAST_ONE[name]}")
    if name == "user" and value.get("type_id", 0) not in USER_TYPES:
        found.append("user.type_id")
    return found + [wrong for key, each in value.items() for wrong in _objects(key, each)]
