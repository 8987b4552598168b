"""Does an answer fit Microsoft's metadata: names, types, enum values, nulls. Strict, unlike a client."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_NUMBER = {"Edm.Int32", "Edm.Int64", "Edm.Double"}
_PATTERNS = {
    "Edm.DateTimeOffset": re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"),
    "Edm.Guid": re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE),
    "Edm.Duration": re.compile(r"^P(?!$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$"),
    "Edm.Date": re.compile(r"^\d{4}-\d\d-\d\d$"),
}


@cache
def contract() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        Path(__file__).with_name("graph_contract.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def _members(type_name: str) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    entry = contract()["types"][type_name]
    properties, navigation = ({}, {}) if not entry["base"] else map(dict, _members(entry["base"]))
    return {**properties, **entry["properties"]}, {**navigation, **entry["navigation"]}


def violations(value: Any, type_name: str, where: str = "") -> list[str]:
    """Every way in which the object differs from the metadata of its type."""
    if not isinstance(value, dict):
        return [f"{where}: {type_name} is no object"]
    derived = str(value.get("@odata.type", "")).rpartition(".")[2]
    properties, navigation = _members(derived if derived in contract()["types"] else type_name)
    found: list[str] = []
    for name, item in value.items():
        if "@odata." in name:
            continue
        here = f"{where}/{name}"
        if name in properties:
            kind, collection, nullable = properties[name]
            found += _judge(item, kind, collection, nullable, here)
        elif name in navigation:
            kind, collection = navigation[name]
            found += _judge(item, kind, collection, True, here)
        else:
            found.append(f"{here}: {type_name} has no such property")
    return found


def _judge(item: Any, kind: str, collection: bool, nullable: bool, here: str) -> list[str]:
    if collection:
        if not isinstance(item, list):
            return [f"{here}: no list"]
        return [text for each in item for text in _judge(each, kind, False, False, here)]
    if item is None:
        return [] if nullable else [f"{here}: null"]
    if kind in contract()["enums"]:
        words = str(item).split(",") if kind in contract()["flags"] else [item]
        return [] if set(words) <= set(contract()["enums"][kind]) else [f"{here}: {item!r} is no {kind}"]
    if kind in contract()["types"]:
        return violations(item, kind, here)
    if kind == "Edm.Boolean":
        return [] if isinstance(item, bool) else [f"{here}: no boolean"]
    if kind in _NUMBER:
        return [] if isinstance(item, int | float) and not isinstance(item, bool) else [f"{here}: no number"]
    if not isinstance(item, str):
        return [f"{here}: no text"]
    pattern = _PATTERNS.get(kind)
    return [] if pattern is None or pattern.match(item) else [f"{here}: {item!r} is no {kind}"]
