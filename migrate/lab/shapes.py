"""Which properties each type has, and how a stored object looks on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from migrate.lab.errors import GraphError, schema_error, unknown_property

Json = dict[str, Any]


@cache
def properties(type_name: str) -> dict[str, bool]:
    """Property names of a type in the order of the metadata; True for a collection."""
    names = _data("properties.json")[type_name]
    return {name.removesuffix("[]"): name.endswith("[]") for name in names.split()}


@cache
def defaults(type_name: str) -> tuple[str, ...]:
    """What comes without ``$select``. Users give eleven basic fields only (graph-facts §2.7)."""
    chosen = _data("defaults.json").get(type_name)
    return tuple(chosen.split()) if chosen else tuple(properties(type_name))


@cache
def _data(name: str) -> dict[str, str]:
    text = files("migrate.lab").joinpath("data", name).read_text(encoding="utf-8")
    loaded: dict[str, str] = json.loads(text)
    return loaded


_NOT_NULL: dict[str, dict[str, Any]] = {
    "servicePrincipal": {"accountEnabled": True, "appRoleAssignmentRequired": False},
    "user": {"accountEnabled": True, "userType": "Member"},
    "organization": {"mobileDeviceManagementAuthority": "unknown", "tenantType": "AAD"},
    "administrativeUnit": {"isMemberManagementRestricted": False},
    "domain": {
        "authenticationType": "Managed",
        "isAdminManaged": True,
        "isDefault": False,
        "isInitial": False,
        "isRoot": True,
        "isVerified": True,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
    },
}


def selected(type_name: str, select: str | None) -> list[str]:
    """The property names to show; 400 for a name that the type has not."""
    known = properties(type_name)
    if not select:
        return list(defaults(type_name))
    names = [name.strip() for name in select.split(",") if name.strip()]
    lower = {name.lower(): name for name in known}
    for name in names:
        if name.split("/")[0].lower() not in lower:
            raise schema_error(
                f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'."
            )
    return [lower[name.split("/")[0].lower()] for name in names]


def show(type_name: str, stored: Mapping[str, Any], names: Sequence[str]) -> Json:
    """A stored object with exactly these properties; one that is not stored is null or an empty list."""
    known = properties(type_name)
    fixed = _NOT_NULL.get(type_name, {})
    shown: Json = {}
    for name in names:
        value = stored.get(name)
        if value is None:
            value = fixed.get(name, [] if known[name] else None)
        shown[name] = value
    return shown


def shower(type_name: str, names: Sequence[str]) -> Callable[[Mapping[str, Any]], Json]:
    """``show`` for many rows: what the type says about its properties is looked up once."""
    known, fixed = properties(type_name), _NOT_NULL.get(type_name, {})
    never_null = {name: fixed.get(name, []) for name in names if name in fixed or known[name]}

    def show_row(stored: Mapping[str, Any]) -> Json:
        get = stored.get
        shown: Json = {name: get(name) for name in names}
        for name, value in never_null.items():
            if shown[name] is None:
                shown[name] = value
        return shown

    return show_row


def check_body(body: Mapping[str, Any], type_name: str, *, extra: Sequence[str] = ()) -> None:
    """400 for a property that the type does not have (a typed client's ``schedule_info`` is one)."""
    known = properties(type_name)
    for name in body:
        if name in known or name in extra or name.startswith("@odata.") or "@odata." in name:
            continue
        raise unknown_property(name, type_name)


def check_nested(body: Mapping[str, Any], name: str, type_name: str) -> Json | None:
    """A complex property, checked; None when absent or null."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise schema_error(f"Cannot read the value of property '{name}' as microsoft.graph.{type_name}.")
    check_body(value, type_name)
    return value


def require(body: Mapping[str, Any], *names: str) -> None:
    """The directory's refusal of an object that lacks a required property."""
    for name in names:
        if body.get(name) in (None, ""):
            raise GraphError(400, "Request_BadRequest", f"Required property missing or empty: '{name}'.")
