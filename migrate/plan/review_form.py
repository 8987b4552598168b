"""What of an access review can be written, and when two of them review the same in the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import unquote

from migrate.plan.review_recurrence import renewed
from migrate.plan.written_form import Form, meaning

_REVIEWERS: Form = {"query": None, "queryType": None, "queryRoot": None}
_SCOPE: dict[str, Any] = {**_REVIEWERS, "inactiveDuration": None}
_SCOPE["principalScopes"] = [_SCOPE]
_SCOPE["resourceScopes"] = [_SCOPE]
_INSIGHT: Form = {"recommendationLookBackDuration": None, "signInScope": None}
_SETTINGS: Form = {
    "applyActions": [{}],
    "autoApplyDecisionsEnabled": None,
    "decisionHistoriesForReviewersEnabled": None,
    "defaultDecision": None,
    "defaultDecisionEnabled": None,
    "instanceDurationInDays": None,
    "justificationRequiredOnApproval": None,
    "mailNotificationsEnabled": None,
    "recommendationInsightSettings": [_INSIGHT],
    "recommendationLookBackDuration": None,
    "recommendationsEnabled": None,
    "reminderNotificationsEnabled": None,
}
"""All but the recurrence, which is made anew."""
_STAGE: Form = {
    "decisionsThatWillMoveToNextStage": None,
    "dependsOn": None,
    "durationInDays": None,
    "fallbackReviewers": [_REVIEWERS],
    "recommendationInsightSettings": [_INSIGHT],
    "recommendationsEnabled": None,
    "reviewers": [_REVIEWERS],
    "stageId": None,
}
DEFINITION: Form = {
    "additionalNotificationRecipients": [
        {"notificationRecipientScope": _REVIEWERS, "notificationTemplateType": None}
    ],
    "descriptionForReviewers": None,
    "displayName": None,
    "fallbackReviewers": [_REVIEWERS],
    "instanceEnumerationScope": _SCOPE,
    "reviewers": [_REVIEWERS],
    "scope": _SCOPE,
    "settings": _SETTINGS,
    "stageSettings": [_STAGE],
}
"""All but ``descriptionForAdmins``, which bears the mark."""
READ_ONLY = frozenset(
    {
        "id",
        "createdBy",
        "createdDateTime",
        "descriptionForAdmins",
        "instances",
        "lastModifiedDateTime",
        "status",
    }
)
_TEXTS = frozenset({"displayName", "descriptionForReviewers"})
_VERSION = re.compile(r"^/?(?:v1\.0|beta)(?=/)", re.IGNORECASE)


def effect(body: Mapping[str, Any]) -> Any:
    """Equal for definitions that review the same, by the same people, with the same consequences; what they
    are called, and when they take place, is left out.

    Graph answers ``/users/{id}`` as ``/v1.0/users/{id}`` and fills in what a body leaves out
    (graph-facts §2.9), and finds another ``queryRoot`` for a query that needs none.
    """
    kept = {name: part for name, part in body.items() if name in DEFINITION and name not in _TEXTS}
    return meaning(_plain(kept))


PARTS = (*(name for name in DEFINITION), "recurrence")
"""What ``reading`` tells of a definition."""


def reading(row: Mapping[str, Any]) -> dict[str, Any]:
    """A definition by its parts, equal for two that read alike to people and do the same at the same times,
    whether they are a body or an answer."""
    settings = row.get("settings")
    days = settings.get("instanceDurationInDays") if isinstance(settings, Mapping) else None
    recurrence = settings.get("recurrence") if isinstance(settings, Mapping) else None
    # From the first of all days on: both are held against the same day, and none lies in its past.
    when = renewed(recurrence, days if isinstance(days, int) else 0, date.min)
    found = dict.fromkeys(PARTS) | {name: row.get(name) for name in _TEXTS} | (effect(row) or {})
    return found | {"recurrence": when.problem or json.dumps(when.rhythm)}


def found(row: Mapping[str, Any]) -> dict[str, Any]:
    """What ``reading`` needs of a row that stands in the target."""
    return {name: part for name, part in row.items() if name in DEFINITION}


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [_plain(one, name) for one in value]
    if isinstance(value, Mapping):
        query = value.get("query")
        rooted = isinstance(query, str) and query.startswith("/")
        return {
            one: _plain(part, one)
            for one, part in value.items()
            if one != "recurrence"
            and not (one == "queryType" and str(part).lower() == "microsoftgraph")
            and not (one == "queryRoot" and rooted)
        }
    if isinstance(value, str):
        if name == "query":
            return _VERSION.sub("", unquote(value))
        if name == "defaultDecision" and value.lower() == "none":
            return None
    return value
