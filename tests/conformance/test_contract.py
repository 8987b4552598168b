"""Each answer fits Microsoft's metadata, and the official SDK's typed models leave nothing over."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from graph_client import GraphClient
from graph_contract import violations
from kiota_abstractions.serialization import Parsable, ParseNodeFactoryRegistry
from kiota_serialization_json.json_parse_node import JsonParseNode
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from lab_endpoints import COLLECTIONS, WRITES

ParseNodeFactoryRegistry().CONTENT_TYPE_ASSOCIATED_FACTORIES["application/json"] = JsonParseNodeFactory()


@pytest.fixture
def written(unthrottled: GraphClient) -> GraphClient:
    """A tenant in which one request of each kind has been made."""
    for path, body in WRITES:
        answer = unthrottled.post(path, body)
        assert answer.status_code == 201, answer.text
    return unthrottled


def _rows(graph: GraphClient, path: str) -> list[dict[str, Any]]:
    answer = graph.get(path)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["value"]
    assert rows, f"{path} is empty: it proves nothing"
    return rows


def test_every_collection_fits_the_metadata(written: GraphClient) -> None:
    """contract/graph-v1.0: property names, types, enum values and nulls of every list."""
    found = {
        path: bad
        for path, kind in COLLECTIONS
        if (bad := [text for row in _rows(written, path) for text in violations(row, kind)])
    }
    assert found == {}


def test_answers_to_writes_fit_the_metadata(graph: GraphClient) -> None:
    """contract/graph-v1.0: the 201 bodies of the four request kinds."""
    kinds = [kind for path, kind in COLLECTIONS if "ScheduleRequests" in path]
    for (path, body), kind in zip(WRITES, kinds, strict=True):
        assert violations(graph.post(path, body).json(), kind) == [], path


def test_the_checker_can_fail() -> None:
    bad = {"id": None, "principalId": 7, "nonsense": 1, "createdDateTime": "yesterday"}
    assert len(violations(bad, "unifiedRoleEligibilitySchedule")) == 4


def _leftovers(value: Any, where: str) -> Iterator[str]:
    """Names that the SDK did not know, anywhere inside a parsed model."""
    if isinstance(value, list):
        for each in value:
            yield from _leftovers(each, where)
    if not isinstance(value, Parsable):
        return
    for name, item in vars(value).items():
        if name == "additional_data":
            yield from (f"{where}/{key}" for key in item if "@odata." not in key)
        elif name == "backing_store":
            for key, stored in value.backing_store.enumerate_():
                if key == "additional_data":
                    yield from (f"{where}/{extra}" for extra in stored if "@odata." not in extra)
                else:
                    yield from _leftovers(stored, f"{where}/{key}")
        else:
            yield from _leftovers(item, f"{where}/{name}")


def _model(type_name: str) -> Any:
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", type_name).lower()
    module = importlib.import_module(f"msgraph.generated.models.{snake}")
    return getattr(module, type_name[0].upper() + type_name[1:])


def test_the_sdk_knows_every_property(written: GraphClient) -> None:
    """sdk-facts: one small object of each endpoint through the typed models, nothing unknown left over."""
    found = []
    for path, kind in COLLECTIONS:
        row = _rows(written, path)[0]
        for rule in row.get("rules", [])[2:]:
            if rule["id"] not in ("Approval_EndUser_Assignment", "AuthenticationContext_EndUser_Assignment"):
                row["rules"].remove(rule)
        parsed = JsonParseNode(row).get_object_value(_model(kind))
        found += sorted({f"{path}: {text}" for text in _leftovers(parsed, "")})
    assert found == []


def test_the_sdk_check_can_fail() -> None:
    parsed = JsonParseNode({"id": "x", "invented": 1}).get_object_value(_model("domain"))
    assert set(_leftovers(parsed, "")) == {"/invented"}
