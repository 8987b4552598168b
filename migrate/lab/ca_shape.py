"""A conditional access policy as it is stored and read back: what a body leaves out is filled in."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from migrate.lab.call import Json
from migrate.lab.errors import GraphError, malformed
from migrate.lab.shapes import check_body, check_nested, properties

STATES = ("enabled", "disabled", "enabledForReportingButNotEnforced")
CLIENTS = ("all", "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other")
_PARTS = {
    "applications": "conditionalAccessApplications",
    "users": "conditionalAccessUsers",
    "locations": "conditionalAccessLocations",
    "platforms": "conditionalAccessPlatforms",
    "devices": "conditionalAccessDevices",
    "clientApplications": "conditionalAccessClientApplications",
    "authenticationFlows": "conditionalAccessAuthenticationFlows",
}
_ALWAYS = ("applications", "users")
_READ_ONLY = ("id", "createdDateTime", "modifiedDateTime", "deletedDateTime")


def does_not_fit() -> GraphError:
    """A body that is no policy (graph-facts §2.8)."""
    return GraphError(
        400,
        "BadRequest",
        "1007: Incoming ConditionalAccessPolicy object is null or does not match the schema of "
        "ConditionalAccessPolicy type.",
    )


def check_shape(body: Any) -> Json:
    """The body, when every name in it is known. Read-only properties are refused (observed-behaviours 38)."""
    if not isinstance(body, dict):
        raise does_not_fit()
    check_body(body, "conditionalAccessPolicy")
    if any(body.get(name) is not None for name in _READ_ONLY):
        raise malformed()
    if body.get("state") is not None and body["state"] not in STATES:
        raise does_not_fit()
    conditions = check_nested(body, "conditions", "conditionalAccessConditionSet") or {}
    for name, type_name in _PARTS.items():
        check_nested(conditions, name, type_name)
    if not set(conditions.get("clientAppTypes") or ()) <= set(CLIENTS):
        raise does_not_fit()
    controls = check_nested(body, "grantControls", "conditionalAccessGrantControls") or {}
    if str(controls.get("operator") or "OR").upper() not in ("AND", "OR"):
        raise does_not_fit()
    check_nested(body, "sessionControls", "conditionalAccessSessionControls")
    return body


def merged(standing: Mapping[str, Any], change: Mapping[str, Any]) -> Json:
    """PATCH: complex properties are merged, lists and values replaced, null clears."""
    made = dict(standing)
    for name, value in change.items():
        if name.startswith("@"):
            continue
        before = made.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping) and "@odata.type" not in value:
            made[name] = merged(before, value)
        else:
            made[name] = copy.deepcopy(value)
    return made


def _full(value: Mapping[str, Any], type_name: str) -> Json:
    return {
        name: value.get(name) if value.get(name) is not None else ([] if many else None)
        for name, many in properties(type_name).items()
    }


def complete(row: Mapping[str, Any]) -> Json:
    """With every property that the metadata has, empty where nothing was given."""
    shown = _full(row, "conditionalAccessPolicy")
    conditions = _full(row.get("conditions") or {}, "conditionalAccessConditionSet")
    conditions["clientAppTypes"] = conditions["clientAppTypes"] or ["all"]
    for name, type_name in _PARTS.items():
        if conditions[name] is not None or name in _ALWAYS:
            conditions[name] = _full(conditions[name] or {}, type_name)
    shown["conditions"] = conditions
    if row.get("grantControls") is not None:
        shown["grantControls"] = _full(row["grantControls"], "conditionalAccessGrantControls")
        shown["grantControls"]["operator"] = str(shown["grantControls"]["operator"] or "OR").upper()
    if row.get("sessionControls") is not None:
        shown["sessionControls"] = _full(row["sessionControls"], "conditionalAccessSessionControls")
    return shown
