"""What answers mean. The bodies are those that Graph has been seen to send."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.errors import GraphRefused
from migrate.graphapi.answer import Answer, Failure
from migrate.graphapi.graph_error import graph_error
from migrate.graphapi.outcome import Meaning, Outcome, outcome_of
from migrate.graphapi.refusal import error_of
from migrate.kinds.request import Lane, Request, get

READ = get("/users")
LINK = get("https://graph.test/v1.0/users?$skiptoken=x")
ASK = Request("POST", "/directoryObjects/getByIds", body={"ids": []}, reads=True)
ASSIGN = Request("POST", "/roleManagement/directory/roleEligibilityScheduleRequests", body={}, lane=Lane.PIM)
RULE = Request("PATCH", "/policies/roleManagementPolicies/p/rules/r", body={}, lane=Lane.PIM_POLICIES)
DROP = Request("DELETE", "/groups/g")
CANCEL = Request("POST", "/roleManagement/directory/roleEligibilityScheduleRequests/r/cancel")
ADD = Request("POST", "/groups/g/members/$ref", body={})
TAKE_OUT = Request("DELETE", "/groups/g/members/u/$ref")
MAKE_GROUP = Request("POST", "/groups", body={})
DEFINE = Request("POST", "/roleManagement/directory/roleDefinitions", body={})
UNDEFINE = Request("DELETE", "/roleManagement/directory/roleDefinitions/r")
DEFINED = "A role definition with the same"


def body(code: str, message: str = "said Graph", inner: str = "innerError") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, inner: {"date": "2024-01-01T00:00:00"}}}


def wrapped(code: str, message: str) -> dict[str, Any]:
    text = '{"errorCode":"%s","message":"%s","instanceAnnotations":[]}' % (code, message)  # noqa: UP031
    return body("UnknownError", text)


def judge(
    request: Request, status: int | None, content: dict[str, Any] | None = None, **more: Any
) -> Outcome:
    return outcome_of(request, Answer(status, body=content, **more), now=0.0)


@pytest.mark.parametrize(
    ("request_", "status", "content", "meaning"),
    [
        (READ, 200, {"value": []}, Meaning.DONE),
        (READ, 200, None, Meaning.TRANSIENT),
        (ASSIGN, 201, {"status": "Provisioned"}, Meaning.DONE),
        (ASSIGN, 201, {"status": "Failed"}, Meaning.REPLICATING),
        (RULE, 200, {"status": "Failed"}, Meaning.DONE),
        (RULE, 204, None, Meaning.DONE),
        (DROP, 204, None, Meaning.DONE),
        (READ, 302, None, Meaning.REFUSED),
        (ASSIGN, 400, body("RoleAssignmentExists"), Meaning.EXISTS),
        (ASSIGN, 400, body("PendingRoleAssignmentRequest"), Meaning.PENDING),
        (ASSIGN, 400, body("RoleAssignmentDoesNotExist"), Meaning.ABSENT),
        (ASSIGN, 400, body("ActiveDurationTooShort"), Meaning.TOO_YOUNG),
        (ASSIGN, 400, body("RoleAssignmentRequestPolicyValidationFailed"), Meaning.REFUSED),
        (ASSIGN, 400, body("InvalidRoleAssignmentRequest"), Meaning.REFUSED),
        (ASSIGN, 400, body("SubjectNotFound"), Meaning.REPLICATING),
        (ASSIGN, 404, body("SubjectNotFound"), Meaning.REPLICATING),
        (ASSIGN, 404, body("RoleNotFound"), Meaning.REPLICATING),
        (ASSIGN, 404, body("ResourceNotFound"), Meaning.REPLICATING),
        (ASSIGN, 404, body("Request_ResourceNotFound"), Meaning.REPLICATING),
        (ASSIGN, 404, None, Meaning.REFUSED),
        (ADD, 404, body("Request_ResourceNotFound"), Meaning.REPLICATING),
        (RULE, 404, body("ResourceNotFound"), Meaning.REPLICATING),
        (RULE, 400, body("SubjectNotFound"), Meaning.REFUSED),
        (DROP, 404, body("Request_ResourceNotFound"), Meaning.ABSENT),
        (DROP, 404, None, Meaning.REFUSED),
        (CANCEL, 404, body("ResourceNotFound"), Meaning.ABSENT),
        (READ, 404, body("Request_ResourceNotFound"), Meaning.ABSENT),
        (READ, 404, None, Meaning.REFUSED),
        (READ, 400, body("Request_UnsupportedQuery"), Meaning.REFUSED),
        (
            ADD,
            400,
            body(
                "Request_BadRequest", "One or more added object references already exist for the following …"
            ),
            Meaning.EXISTS,
        ),
        (
            ADD,
            400,
            body(
                "Request_BadRequest",
                "A conflicting object with one or more of the specified property values is "
                "present in the directory.",
            ),
            Meaning.EXISTS,
        ),
        (ADD, 400, body("Request_BadRequest"), Meaning.REFUSED),
        (RULE, 409, body("Directory_ConcurrencyViolation"), Meaning.CONTENDED),
        (READ, 409, body("Directory_ConcurrencyViolation"), Meaning.TRANSIENT),
        (RULE, 409, body("Conflict"), Meaning.REFUSED),
        (RULE, 423, body("ResourceIsLocked"), Meaning.CONTENDED),
        (ADD, 409, body("ConcurrencyViolation"), Meaning.CONTENDED),
        (ADD, 412, body("ConcurrentUpdate"), Meaning.CONTENDED),
        (READ, 409, body("ConcurrencyViolation"), Meaning.REFUSED),
        (RULE, 400, body("MfaAndAcrsConflict"), Meaning.REFUSED),
        (RULE, 400, body("InvalidPolicy", "The policy is invalid."), Meaning.REFUSED),
        (DEFINE, 400, body("Request_BadRequest", f"{DEFINED} display name already exists."), Meaning.EXISTS),
        (DEFINE, 409, body("Request_BadRequest", f"{DEFINED} templateId already exists."), Meaning.EXISTS),
        (DEFINE, 409, body("Request_MultipleObjectsWithSameKeyValue"), Meaning.EXISTS),
        (DEFINE, 400, body("Request_BadRequest", "Action 'x' is not supported"), Meaning.REFUSED),
        (
            MAKE_GROUP,
            400,
            body(
                "Request_BadRequest",
                "Another object with the same value for property mailNickname already exists.",
            ),
            Meaning.EXISTS,
        ),
        (
            ADD,
            404,
            body("Request_ResourceNotFound", "Resource 'deleted-group' does not exist"),
            Meaning.REPLICATING,
        ),
        (TAKE_OUT, 404, body("Request_ResourceNotFound"), Meaning.ABSENT),
        (TAKE_OUT, 400, body("Request_BadRequest"), Meaning.REFUSED),
        (UNDEFINE, 404, body("Request_ResourceNotFound"), Meaning.ABSENT),
        (UNDEFINE, 400, body("Request_BadRequest", "The role definition is assigned"), Meaning.REFUSED),
        (MAKE_GROUP, 403, body("Authorization_RequestDenied"), Meaning.CONSENT),
        (READ, 401, body("InvalidAuthenticationToken"), Meaning.UNAUTHENTICATED),
        (ASSIGN, 401, None, Meaning.UNAUTHENTICATED),
        (READ, 403, body("Authorization_RequestDenied"), Meaning.CONSENT),
        (READ, 403, body("UnauthorizedAccessException"), Meaning.CONSENT),
        (READ, 403, wrapped("PermissionScopeNotGranted", "missing permission scope A,B."), Meaning.CONSENT),
        (READ, 403, None, Meaning.REFUSED),
        (READ, 403, body("Authentication_RequestFromNonPremiumTenantOrB2CTenant"), Meaning.LICENCE),
        (READ, 400, body("AadPremiumLicenseRequired"), Meaning.LICENCE),
        (
            READ,
            403,
            body("X", "needs Microsoft Entra ID P2 or Microsoft Entra ID Governance license."),
            Meaning.LICENCE,
        ),
        (READ, 400, wrapped("MissingProvider", "The provider is missing."), Meaning.REFUSED),
        (LINK, 400, body("Directory_ExpiredPageToken"), Meaning.PAGE_EXPIRED),
        (LINK, 404, body("ResourceNotFound"), Meaning.PAGE_EXPIRED),
        (LINK, 410, None, Meaning.PAGE_EXPIRED),
        (LINK, 400, None, Meaning.REFUSED),
        (LINK, 403, body("Authorization_RequestDenied"), Meaning.CONSENT),
        (READ, 400, body("Directory_ExpiredPageToken"), Meaning.REFUSED),
        (READ, 429, body("TooManyRequests"), Meaning.THROTTLED),
        (ASSIGN, 429, None, Meaning.THROTTLED),
        (ASSIGN, 509, None, Meaning.THROTTLED),
        (ASSIGN, 501, None, Meaning.REFUSED),
    ],
)
def test_the_meaning_of_an_answer(
    request_: Request, status: int, content: dict[str, Any] | None, meaning: Meaning
) -> None:
    assert judge(request_, status, content).meaning is meaning


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520])
@pytest.mark.parametrize("content", [None, body("", "An error has occurred."), body("RoleAssignmentExists")])
def test_a_failing_service_leaves_a_write_in_doubt_and_a_read_to_be_tried_again(
    status: int, content: dict[str, Any] | None
) -> None:
    for write in (ASSIGN, RULE, DROP, ADD):
        assert judge(write, status, content).meaning is Meaning.IN_DOUBT
    for read in (READ, LINK, ASK):
        assert judge(read, status, content).meaning is Meaning.TRANSIENT


@pytest.mark.parametrize("status", [200, 201])
def test_success_with_an_unreadable_body_is_in_doubt_for_a_write(status: int) -> None:
    assert judge(ASSIGN, status, failure=Failure.BODY).meaning is Meaning.IN_DOUBT
    assert judge(READ, status, failure=Failure.BODY).meaning is Meaning.TRANSIENT


def test_no_answer_is_in_doubt_unless_nothing_left() -> None:
    assert judge(ASSIGN, None, failure=Failure.TIMEOUT).meaning is Meaning.IN_DOUBT
    assert judge(READ, None, failure=Failure.TIMEOUT).meaning is Meaning.TRANSIENT
    assert judge(ASSIGN, None, sent=False, failure=Failure.NO_CONNECTION).meaning is Meaning.NOT_SENT
    assert judge(READ, None, sent=False, failure=Failure.CERTIFICATE).meaning is Meaning.NOT_SENT


def test_409_with_retry_after_is_contention() -> None:
    outcome = judge(RULE, 409, body("Conflict"), headers={"retry-after": "7"})
    assert (outcome.meaning, outcome.retry_after) == (Meaning.CONTENDED, 7.0)


def test_code_message_and_wait_are_carried() -> None:
    outcome = judge(
        ASSIGN, 403, wrapped("PermissionScopeNotGranted", "missing A,B."), headers={"retry-after": "3"}
    )
    assert outcome == Outcome(Meaning.CONSENT, "PermissionScopeNotGranted", "missing A,B.", 3.0, 403)


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (
            wrapped("MissingProvider", "The provider is missing."),
            "MissingProvider",
            "The provider is missing.",
        ),
        (body("UnknownError", ""), "UnknownError", ""),
        (body("UnknownError", '{"errorCode":'), "UnknownError", '{"errorCode":'),
        (body("UnknownError", '{"a":1}'), "UnknownError", '{"a":1}'),
        (body("UnknownError", '{"error":{"code":"Deep","message":"down"}}'), "Deep", "down"),
        ({"error": {"code": "", "message": "m", "innerError": {"code": "Inner"}}}, "Inner", "m"),
        ({"error": {"code": "", "message": "m", "innererror": {"code": "Inner"}}}, "Inner", "m"),
        ({"error": {"code": "TooManyRequests", "innerError": {"code": "429"}}}, "TooManyRequests", ""),
        ({"error": {"code": None, "message": ["x"], "innerError": "?"}}, "", ""),
        ({"error": {}}, "", ""),
        ({"error": "invalid_request", "error_description": "why\nnot"}, "invalid_request", "why not"),
    ],
)
def test_graphs_error_is_taken_out_of_its_wrapping(content: dict[str, Any], code: str, message: str) -> None:
    found = graph_error(content)
    assert found is not None
    assert (found.code, found.message) == (code, message)


@pytest.mark.parametrize("content", [None, {}, {"value": []}, {"error": None}, {"error": [1]}])
def test_what_is_no_error_object(content: dict[str, Any] | None) -> None:
    assert graph_error(content) is None


def test_a_message_that_quotes_a_token_loses_it() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJ0aWQiOiJ4In0.c2lnbmF0dXJl"
    found = graph_error(body("InvalidAuthenticationToken", f"The token {token} is bad"))
    assert found is not None
    assert token not in found.message
    assert "is bad" in found.message


@pytest.mark.parametrize(
    ("code", "told"), [("MfaAndAcrsConflict", "mfa_and_context"), ("InvalidPolicy", "policy_invalid")]
)
def test_what_pim_dislikes_of_a_policy_has_a_code_of_its_own(code: str, told: str) -> None:
    error = error_of(RULE, judge(RULE, 400, body(code, "The policy is invalid.")))
    assert isinstance(error, GraphRefused)
    assert (error.code, code in str(error)) == (told, True)
