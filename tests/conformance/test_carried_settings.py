"""What is carried over to a target is accepted there, through the program's own session, and taken back."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from graph_contract import violations
from policy_objects import ABROAD, OFFICE, OWN_STRENGTH, RESISTANT, policy, review
from small_tenants import (
    ALIAS,
    ALICE,
    APP,
    BOB,
    CUSTOM,
    GLOBAL_ADMIN,
    PIM_GROUP,
    PLAIN_GROUP,
    PRINCIPAL,
    SECRET,
    TENANT,
    UNIT,
    object_id,
)

from migrate.errors import GraphRefused
from migrate.graphapi.endpoint import Credential, CredentialKind, Secret, endpoint_for
from migrate.graphapi.pacer import Pacer
from migrate.graphapi.session import Session
from migrate.kinds import access_review, conditional_access_policy
from migrate.kinds.request import Lane, Request, get
from migrate.lab.serve import LabThread
from migrate.plan import conditional_access_form, review_form
from migrate.plan.conditional_access_copy import copy_policy
from migrate.plan.review_copy import copy_review
from migrate.plan.write_mark import bears
from migrate.resolve.tenant_view import TenantView

REVIEWS, POLICIES = (
    "/identityGovernance/accessReviews/definitions",
    "/identity/conditionalAccess/policies",
)
MARK = "plan-1.00007"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNTHROTTLED = dict.fromkeys(Lane, 1e6)
REVIEW_LANE = Lane.PIM_POLICIES
"""No limit is published for reviews."""


@asynccontextmanager
async def _opened(lab: LabThread, folder: Path) -> AsyncIterator[Session]:
    bundle = folder / "lab-ca.pem"
    bundle.write_text(lab.ca_pem, encoding="utf-8")
    endpoint = endpoint_for(
        "global", tenant_id=TENANT, graph_url=f"{lab.url}/v1.0", authority=lab.url, ca_bundle=bundle
    )
    ids = (f"id-{random.Random(number).getrandbits(64):x}" for number in range(10_000))
    waited: list[float] = []

    async def never_wait(seconds: float) -> None:
        waited.append(seconds)

    async with Session.open(
        endpoint,
        Credential(CredentialKind.CLIENT_SECRET, APP, Secret(SECRET)),
        pacer=Pacer(clock=time.monotonic, sleep=never_wait, ceilings=UNTHROTTLED),
        clock=time.time,
        sleep=never_wait,
        new_id=lambda: next(ids),
        user_agent="pim-migrate/test",
    ) as session:
        yield session


@pytest.fixture
async def session(lab: LabThread, tmp_path: Path) -> AsyncIterator[Session]:
    lab.throttle(enabled=False)
    async with _opened(lab, tmp_path) as opened:
        yield opened
    lab.throttle(enabled=True)


def _swapped(value: Any, ids: dict[str, str]) -> Any:
    """The same row as another tenant would answer it: with ids of its own."""
    if isinstance(value, dict):
        return {name: _swapped(part, ids) for name, part in value.items()}
    if isinstance(value, list):
        return [_swapped(one, ids) for one in value]
    if isinstance(value, str):
        for mine, theirs in ids.items():
            value = value.replace(mine, theirs)
    return value


def _of_source(row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A row of a source whose every object has another id, and the way back."""
    own = (
        ALICE, BOB, PLAIN_GROUP, PIM_GROUP, UNIT, PRINCIPAL, CUSTOM, ALIAS,
        OFFICE, ABROAD, OWN_STRENGTH, object_id(402),
    )  # fmt: skip
    ids = {one: one.replace("aaaaaaaa-", "cccccccc-") for one in own}
    same = {GLOBAL_ADMIN: GLOBAL_ADMIN, RESISTANT: RESISTANT, "c1": "c1"}
    return _swapped(row, ids), {theirs: mine for mine, theirs in ids.items()} | same


def _view(kind: str, *rows: dict[str, Any]) -> TenantView:
    return TenantView(TENANT, {kind: {str(row["id"]): row for row in rows}})


async def _create(session: Session, path: str, body: Any, lane: Lane) -> dict[str, Any]:
    answer = await session.send(Request("POST", path, body=body, lane=lane))
    assert answer.status == 201, answer.body
    assert isinstance(answer.body, dict)
    return answer.body


async def _all(session: Session, listing: Request) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await session.read(listing, listing=True))["value"]
    return found


def _scope(text: str) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.accessReviewQueryScope",
        "query": text,
        "queryType": "MicrosoftGraph",
        "queryRoot": None,
    }


_SCHEDULES = "/roleManagement/directory/roleAssignmentScheduleInstances?$expand=principal&$filter="
_IS_USER = "isof(principal,'microsoft.graph.user')"
_STAGES = [
    {
        "stageId": "1",
        "durationInDays": 3,
        "dependsOn": [],
        "decisionsThatWillMoveToNextStage": ["Approve"],
        "recommendationsEnabled": True,
        "reviewers": [{"query": f"/users/{BOB}", "queryType": "MicrosoftGraph", "queryRoot": None}],
        "fallbackReviewers": [],
    }
]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"scope": _scope(f"/groups/{PIM_GROUP}/transitiveMembers"), "stageSettings": _STAGES},
        {"scope": _scope(f"{_SCHEDULES}({_IS_USER} and roleDefinitionId eq '{ALIAS}')")},
        {"scope": _scope(f"/directory/administrativeUnits/{UNIT}/members"), "reviewers": []},
        {
            "instanceEnumerationScope": _scope(f"/groups/{PLAIN_GROUP}"),
            "scope": _scope("./members/microsoft.graph.user/?$count=true&$filter=(userType eq 'Guest')"),
            "reviewers": [{"query": "./manager", "queryType": "MicrosoftGraph", "queryRoot": "decisions"}],
            "fallbackReviewers": [{"query": f"/groups/{PLAIN_GROUP}", "queryType": "MicrosoftGraph"}],
            "additionalNotificationRecipients": [
                {
                    "notificationTemplateType": "CompletedAdditionalRecipients",
                    "notificationRecipientScope": {
                        "@odata.type": "#microsoft.graph.accessReviewNotificationRecipientQueryScope",
                        "query": f"/v1.0/users/{ALICE}",
                        "queryType": "MicrosoftGraph",
                        "queryRoot": None,
                    },
                }
            ],
        },
    ],
)
async def test_a_carried_review_is_accepted_found_kept_and_taken_back(
    session: Session, changes: dict[str, Any]
) -> None:
    """graph-facts §2.9, §3.7: a review of another tenant, in this one's ids."""
    seeded = _view("accessReview")
    row, translate = _of_source(review(id=object_id(9), **changes))
    carried = copy_review(row, lambda _, one: translate.get(one), now=NOW, target=seeded, mark=MARK)
    assert carried.problems == () and carried.body is not None
    assert violations(copy.deepcopy(dict(carried.body)), "accessReviewScheduleDefinition") == []
    made = await _create(session, REVIEWS, carried.body, REVIEW_LANE)
    rows = await _all(session, access_review.listing(None))
    (found,) = (one for one in rows if bears("accessReview", one, MARK))
    assert found["id"] == made["id"]
    read = await session.read(access_review.by_id(str(made["id"])))
    assert review_form.reading(read) == review_form.reading(carried.body)
    there = _view("accessReview", *(one for one in rows if one["id"] == made["id"]))
    again = copy_review(row, lambda _, one: translate.get(one), now=NOW, target=there, mark="plan-2.00001")
    assert again.equal_to == made["id"]
    path = f"{REVIEWS}/{made['id']}"
    assert (await session.send(Request("DELETE", path, lane=REVIEW_LANE))).status == 204
    with pytest.raises(GraphRefused):
        await session.read(get(path, lane=REVIEW_LANE))


def _conditions(**changes: Any) -> dict[str, Any]:
    return {**policy()["conditions"], **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"state": "enabled", "displayName": "x" * 10_000},
        {
            "grantControls": {"operator": "AND", "authenticationStrength": {"id": OWN_STRENGTH}},
            "sessionControls": {
                "signInFrequency": {
                    "isEnabled": True,
                    "authenticationType": "primaryAndSecondaryAuthentication",
                    "frequencyInterval": "everyTime",
                    "type": None,
                    "value": None,
                },
                "persistentBrowser": {"isEnabled": True, "mode": "never"},
            },
        },
        {
            "conditions": _conditions(
                applications={"includeAuthenticationContextClassReferences": ["c1"]},
                users={
                    "includeGroups": [PIM_GROUP],
                    "includeRoles": [CUSTOM],
                    "excludeGuestsOrExternalUsers": {
                        "guestOrExternalUserTypes": "b2bCollaborationGuest,internalGuest",
                        "externalTenants": {
                            "@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants",
                            "membershipKind": "all",
                        },
                    },
                },
                locations={"includeLocations": ["All"], "excludeLocations": [ABROAD, "AllTrusted"]},
                platforms={"includePlatforms": ["all"], "excludePlatforms": ["iOS"]},
                signInRiskLevels=["high"],
            )
        },
        {
            "conditions": _conditions(
                applications={"includeApplications": [object_id(402), "Office365"]},
                clientApplications={"includeServicePrincipals": [PRINCIPAL]},
                devices={"deviceFilter": {"mode": "exclude", "rule": 'device.trustType -eq "ServerAD"'}},
            )
        },
    ],
)
async def test_a_carried_policy_is_accepted_found_kept_and_taken_back(
    session: Session, changes: dict[str, Any]
) -> None:
    """graph-facts §2.8, §3.7: a policy of another tenant, in this one's ids, that only reports."""
    lane = Lane.CONDITIONAL_ACCESS
    row, translate = _of_source(policy(id=object_id(9), **changes))
    nothing = _view("conditionalAccessPolicy")
    carried = copy_policy(row, lambda _, one: translate.get(one), target=nothing, mark=MARK)
    assert carried.problems == () and carried.body is not None
    assert violations(copy.deepcopy(dict(carried.body)), "conditionalAccessPolicy") == []
    made = await _create(session, POLICIES, carried.body, lane)
    assert made["state"] == "enabledForReportingButNotEnforced"
    rows = await _all(session, conditional_access_policy.listing(None))
    (found,) = (one for one in rows if bears("conditionalAccessPolicy", one, MARK))
    assert found["id"] == made["id"]
    read = conditional_access_form.reading(found)
    assert read == conditional_access_form.reading(carried.body)
    there = _view("conditionalAccessPolicy", found)
    again = copy_policy(row, lambda _, one: translate.get(one), target=there, mark="plan-2.00001")
    assert again.equal_to == made["id"]
    path = f"{POLICIES}/{made['id']}"
    assert (await session.send(Request("DELETE", path, lane=lane))).status == 204
    with pytest.raises(GraphRefused):
        await session.read(get(path, lane=lane))


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": _scope(f"/groups/{object_id(999)}/transitiveMembers")},
        {"scope": _scope(f"{_SCHEDULES}roleDefinitionId eq '{object_id(999)}'")},
        {"reviewers": [{"query": f"/v1.0/users/{object_id(999)}", "queryType": "MicrosoftGraph"}]},
        {"stageSettings": [{**_STAGES[0], "reviewers": [{"query": f"/users/{object_id(999)}"}]}]},
        {"stageSettings": [{"nonsense": 1}]},
        {"additionalNotificationRecipients": [{"nonsense": 1}]},
    ],
)
async def test_a_review_of_what_is_not_there_is_refused(session: Session, changes: dict[str, Any]) -> None:
    """Inferred: no answer to it is published."""
    answer = await session.send(Request("POST", REVIEWS, body=review(**changes), lane=REVIEW_LANE))
    assert answer.status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"conditions": _conditions(clientApplications={"includeServicePrincipals": [object_id(999)]})},
        {"grantControls": {"operator": "OR", "customAuthenticationFactors": ["duo"]}},
    ],
)
async def test_unknown_services_and_controls_are_refused(session: Session, changes: dict[str, Any]) -> None:
    """observed-behaviours 38."""
    answer = await session.send(
        Request("POST", POLICIES, body=policy(**changes), lane=Lane.CONDITIONAL_ACCESS)
    )
    assert answer.status == 400
