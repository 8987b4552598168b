"""When two rows of one kind say the same, property by property, as Graph itself compares them.

Graph keeps no order in most lists, spells words of a fixed vocabulary in either case, and answers nothing,
``null``, ``""`` and ``[]`` for the same emptiness. A right is compared by when it ends, never by how its
expiration is spelt (observed behaviours 14).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from migrate.kinds import role_definition
from migrate.kinds.kind import Kind, Row
from migrate.kinds.schedule import end_of, format_time, parse_time

_KEYED = frozenset({"rules"})
"""Lists of objects that have a fixed id of their own, and are compared one by one under it."""
_ORDERED = frozenset({"approvalStages", "stageSettings"})
"""Lists in which the place of an element has a meaning; all others are compared as sets."""
_WORDS = frozenset(
    {
        "accessId", "allowedResourceActions", "assignmentType", "capabilityStatus", "enabledRules",
        "excludedResourceActions", "groupTypes", "level", "memberType", "notificationLevel", "operations",
        "rolePermissions", "state", "status", "type", "userType", "visibility",
    }
)  # fmt: skip
"""Properties whose values are words of Graph's own, which it spells in either case."""
_STANDING = frozenset({"roleAssignmentSchedule", "groupAssignmentSchedule"})
_START = "scheduleInfo.startDateTime"
_END = "scheduleInfo.expiration.endDateTime"
_OF_ONE_TENANT = frozenset(
    {
        "accountId", "accountName", "createdBy", "createdDateTime", "createdUsing", "id", "lastModifiedBy",
        "lastModifiedDateTime", "modifiedDateTime", "policyId", "templateId",
    }
)  # fmt: skip
"""What a tenant stamps on its objects by itself, and what therefore differs between any two tenants."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def identity(kind: Kind, row: Row) -> str:
    """What an object is the same by in another tenant; empty where it says nothing of the sort.

    A direct right and its shadows have one natural key, so that the kind of membership is added.
    """
    key = kind.natural_key(row)
    if not key:
        return ""
    how = "|".join(str(row.get(name) or "") for name in ("memberType", "assignmentType") if name in row)
    return f"{key}|{how}".casefold() if how else key.casefold()


def comparable(kind_name: str, row: Row, *, across: bool) -> dict[str, Any]:
    """Graph's own values by the path of their property, without those that say nothing here.

    ``across`` leaves out what only means something inside one tenant, and when a right began: Graph rewrites
    that when it makes the right anew. An assignment made outside PIM begins, in Graph's words, whenever one
    asks (graph-facts §2.3); that is never a difference.
    """
    found = dict(_leaves("", row))
    if "scheduleInfo" in row:
        _simplify_schedule(row, found)
        if across or (kind_name in _STANDING and not row.get("createdUsing")):
            found.pop(_START, None)
    if kind_name == "roleDefinition":
        found["rolePermissions"] = sorted(role_definition.actions(row))
    if across:
        return {path: value for path, value in found.items() if _last(path) not in _OF_ONE_TENANT}
    return found


def unequal(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The paths at which two comparable rows differ, with both values as Graph gave them."""
    if one == other:
        return {}  # Nearly every row, and this is far quicker than spelling them all out.
    return {
        path: (one.get(path), other.get(path))
        for path in sorted({*one, *other})
        if _plain(path, one.get(path)) != _plain(path, other.get(path))
    }


def fingerprint(values: Mapping[str, Any]) -> str:
    """Equal for exactly those comparable rows between which nothing is unequal."""
    plain = {path: _plain(path, value) for path, value in values.items()}
    said = {path: value for path, value in plain.items() if value is not None}
    return json.dumps(said, sort_keys=True, default=str)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if not name.partition("@")[2] or name == "@odata.type":
                yield from _leaves(f"{path}.{name}" if path else name, part)
    elif _last(path) in _KEYED and _is_keyed(value):
        for part in value:
            yield from _leaves(f"{path}.{part['id']}", {**part, "id": None})
    else:
        yield path, value


def _is_keyed(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        return False
    ids = [one.get("id") for one in value]
    return all(isinstance(one, str) and one for one in ids) and len(set(ids)) == len(ids)


def _simplify_schedule(row: Row, found: dict[str, Any]) -> None:
    try:
        end = end_of(row)
    except ValueError:
        return  # It names no end that can be read: then every word of it counts.
    for path in [path for path in found if path.startswith("scheduleInfo.expiration")]:
        del found[path]
    found[_END] = None if end is None else format_time(end)


def _plain(path: str, value: Any) -> Any:
    """A value in the one spelling that all its equals share."""
    if isinstance(value, str):
        return _plain_text(path, value)
    if isinstance(value, Mapping):
        parts = {name: _plain(f"{path}.{name}", part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part is not None} or None
    if isinstance(value, list):
        parts_of = [json.dumps(_plain(path, one), sort_keys=True, default=str) for one in value]
        return (parts_of if _last(path) in _ORDERED else sorted(set(parts_of))) or None
    return value


def _plain_text(path: str, text: str) -> str | None:
    if _MOMENT.fullmatch(text):
        try:
            moment = parse_time(text)
        except ValueError:
            return text
        return None if moment is None else format_time(moment)
    if _last(path) in _WORDS or _GUID.fullmatch(text):
        return text.lower()
    return text or None


def _last(path: str) -> str:
    return path.rpartition(".")[2]
