"""Asks Sigma rules of events, and holds Graph's audit events in the shape that the rules are written for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sigma.collection import SigmaCollection
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionItem,
    ConditionNOT,
    ConditionOR,
)
from sigma.processing.pipeline import ProcessingPipeline
from sigma.rule import SigmaRule
from sigma.types import SigmaString, SigmaTimestampPart, SpecialChars

Json = dict[str, Any]


def rule_of(path: Path, pipeline: str = "") -> SigmaRule:
    """The rule of a file, its placeholders filled by a processing pipeline where one is given."""
    collection = SigmaCollection.from_yaml(path.read_text(encoding="utf-8"))
    (rule,) = collection.rules
    assert isinstance(rule, SigmaRule)
    if pipeline:
        ProcessingPipeline.from_yaml(pipeline).apply(rule)
    return rule


def fires(rule: SigmaRule, event: Mapping[str, Any]) -> bool:
    """Whether the rule's condition holds for the event."""
    return any(_holds(condition.parse(), event) for condition in rule.detection.parsed_condition)


def _holds(part: Any, event: Mapping[str, Any]) -> bool:
    match part:
        case ConditionAND():
            return all(_holds(each, event) for each in part.args)
        case ConditionOR():
            return any(_holds(each, event) for each in part.args)
        case ConditionNOT():
            return not _holds(part.args[0], event)
        case ConditionFieldEqualsValueExpression():
            assert part.field in event, f"the rule asks for {part.field}, which no event has"
            return _equals(part.value, event[part.field])
    raise AssertionError(f"a kind of condition that the rules do not use: {type(part).__name__}")


def _equals(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, SigmaTimestampPart):
        assert wanted.timestamp_part.name == "HOUR"
        return datetime.fromisoformat(found).astimezone(UTC).hour == int(wanted.number)
    assert isinstance(wanted, SigmaString), type(wanted)
    assert not wanted.contains_placeholder(), "a placeholder was not filled"
    text = found if isinstance(found, str) else json.dumps(found)
    parts = list(wanted.s)
    open_start, open_end = (parts[end] == SpecialChars.WILDCARD_MULTI for end in (0, -1))
    middle = "".join(one for one in parts if isinstance(one, str)).casefold()
    text = text.casefold()
    if open_start and open_end:
        return middle in text
    if open_end:
        return text.startswith(middle)
    assert not open_start
    return text == middle


def conditions(rule: SigmaRule) -> set[tuple[str, str]]:
    """Every field with every text that the rule compares it with."""
    found: set[tuple[str, str]] = set()

    def walk(part: Any) -> None:
        if isinstance(part, ConditionFieldEqualsValueExpression):
            value = part.value
            if isinstance(value, SigmaString):
                shown = "".join(one if isinstance(one, str) else _name(one) for one in value.s)
            else:
                shown = str(value.number)
            found.add((part.field, shown))
        elif isinstance(part, ConditionItem):
            for each in part.args:
                walk(each)

    for condition in rule.detection.parsed_condition:
        walk(condition.parse())
    return found


def _name(special: Any) -> str:
    return "" if isinstance(special, SpecialChars) else str(special.name)


def as_audit_log(audit: Mapping[str, Any]) -> Json:
    """A ``directoryAudit`` of Graph as a row of the table AuditLogs of Azure Monitor."""
    by = audit["initiatedBy"]
    identity = (by.get("app") or by.get("user") or {}).get("displayName")
    return {
        "TimeGenerated": audit["activityDateTime"],
        "ActivityDateTime": audit["activityDateTime"],
        "ActivityDisplayName": audit["activityDisplayName"],
        "OperationName": audit["activityDisplayName"],
        "LoggedByService": audit["loggedByService"],
        "Category": audit["category"],
        "Result": audit["result"],
        "ResultReason": audit["resultReason"] or "",
        "CorrelationId": audit["correlationId"],
        "Identity": identity or "",
        "InitiatedBy": by,
        "TargetResources": audit["targetResources"],
        "AdditionalDetails": audit["additionalDetails"],
    }
