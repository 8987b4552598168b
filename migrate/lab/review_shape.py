"""An access review as it is stored and read back: what Graph fills in, normalises and works out."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from migrate.lab.call import Json
from migrate.lab.errors import GraphError, schema_error
from migrate.lab.shapes import check_body, check_nested, properties

_SCOPES = {
    "accessreviewqueryscope": "accessReviewQueryScope",
    "accessreviewinactiveusersqueryscope": "accessReviewInactiveUsersQueryScope",
    "principalresourcemembershipsscope": "principalResourceMembershipsScope",
}
_SWITCHES = (
    "mailNotificationsEnabled",
    "reminderNotificationsEnabled",
    "justificationRequiredOnApproval",
    "defaultDecisionEnabled",
    "autoApplyDecisionsEnabled",
    "recommendationsEnabled",
)
_PATTERN: Json = {
    "type": "weekly",
    "interval": 1,
    "month": 0,
    "dayOfMonth": 0,
    "daysOfWeek": [],
    "firstDayOfWeek": "sunday",
    "index": "first",
}


def invalid(message: str) -> GraphError:
    return GraphError(400, "InvalidRequest", message)


def scopes_in(scope: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """The scope itself and the scopes inside it."""
    if scope is None:
        return
    yield scope
    for name in ("principalScopes", "resourceScopes"):
        for each in scope.get(name) or []:
            yield from scopes_in(each)


def check_shape(body: Json) -> Json:
    """The body, when every name in it is known and what a review needs is there."""
    check_body(body, "accessReviewScheduleDefinition")
    settings = check_nested(body, "settings", "accessReviewScheduleSettings")
    if not body.get("displayName") or not body.get("scope") or settings is None:
        raise invalid("displayName, scope and settings are required.")
    for name in ("scope", "instanceEnumerationScope"):
        for each in scopes_in(body.get(name)):
            kind = str(each.get("@odata.type") or "").rsplit(".", 1)[-1].lower()
            if kind not in _SCOPES:
                raise schema_error(f"The property '{name}' needs an '@odata.type' of an access review scope.")
            check_body(each, _SCOPES[kind])
    stages = body.get("stageSettings") or []
    for stage in stages:
        check_body(stage, "accessReviewStageSettings")
    for each in _reviewers(body, *stages):
        check_body(each, "accessReviewReviewerScope")
    for recipient in body.get("additionalNotificationRecipients") or []:
        check_body(recipient, "accessReviewNotificationRecipientItem")
    return body


def _reviewers(*parts: Mapping[str, Any]) -> Iterator[Json]:
    """Of a definition and of its stages."""
    for part in parts:
        for name in ("reviewers", "fallbackReviewers"):
            yield from part.get(name) or []


def stored(body: Mapping[str, Any]) -> Json:
    """What is kept of a body: settings completed, nothing read-only."""
    row: Json = {
        name: copy.deepcopy(body.get(name)) if body.get(name) is not None else ([] if many else None)
        for name, many in properties("accessReviewScheduleDefinition").items()
    }
    settings = row["settings"] or {}
    for name in _SWITCHES:
        settings[name] = bool(settings.get(name))
    settings["defaultDecision"] = settings.get("defaultDecision") or "None"
    settings["instanceDurationInDays"] = int(settings.get("instanceDurationInDays") or 0)
    settings["applyActions"] = settings.get("applyActions") or []
    settings["recurrence"] = _recurrence(settings.get("recurrence"))
    row["settings"] = settings
    return row


def _recurrence(given: Mapping[str, Any] | None) -> Json | None:
    if given is None:
        return None
    pattern, span = given.get("pattern"), given.get("range") or {}
    start, end = span.get("startDate"), span.get("endDate")
    return {
        "pattern": None if pattern is None else {**_PATTERN, **pattern},
        "range": {
            "type": span.get("type") or "noEnd",
            "numberOfOccurrences": int(span.get("numberOfOccurrences") or 0),
            "recurrenceTimeZone": span.get("recurrenceTimeZone"),
            # A time is taken where a date belongs, and comes back as a date.
            "startDate": None if start is None else str(start)[:10],
            "endDate": None if end is None else str(end)[:10],
        },
    }


def status_at(row: Mapping[str, Any], now: datetime) -> str:
    """NotStarted, InProgress or Completed, by the dates of the recurrence."""
    if row.get("status") in ("Applied", "Applying", "Deleting"):
        return str(row["status"])
    span = ((row.get("settings") or {}).get("recurrence") or {}).get("range") or {}
    start = str(span.get("startDate") or "")[:10]
    end = str(span.get("endDate") or "")[:10]
    today = now.date()
    if start and today < date.fromisoformat(start):
        return "NotStarted"
    if end and end < "9999" and today > date.fromisoformat(end):
        return "Completed"
    return "InProgress"


def normalised(row: Json) -> Json:
    """As it is read: queries of reviewers begin with the version (seen live by others)."""
    shown = copy.deepcopy(row)
    for each in _reviewers(shown, *(shown.get("stageSettings") or [])):
        query = str(each.get("query") or "")
        if query.startswith("/") and not query.startswith(("/v1.0/", "/beta/")):
            each["query"] = "/v1.0" + query
        each.setdefault("queryType", "MicrosoftGraph")
        each.setdefault("queryRoot", None)
    return shown
