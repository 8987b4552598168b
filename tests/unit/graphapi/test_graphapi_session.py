"""One attempt is one request; a read is asked again only where that can help."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import orjson
import pytest
from graphapi_fakes import CLIENT_SECRET, TENANT, FakeAuthority, FakeTime, OpenSession, error, rows

from migrate.errors import (
    ConsentMissing,
    FileError,
    GraphRefused,
    LicenceMissing,
    MigrateError,
    SignInFailed,
    Unreachable,
    WrongTenant,
)
from migrate.graphapi.answer import Failure
from migrate.graphapi.endpoint import endpoint_for
from migrate.graphapi.outcome import Meaning, outcome_of
from migrate.graphapi.reading import RENEWALS
from migrate.kinds.request import Lane, Request, get

USERS = get("/users", permissions=("User.Read.All", "Directory.Read.All"))
ASSIGN = Request(
    "POST",
    "/roleManagement/directory/roleEligibilityScheduleRequests",
    body={"action": "adminAssign"},
    lane=Lane.PIM,
)
DROP = Request("DELETE", "/groups/g-1")


async def test_the_session_says_who_it_is(open_session: OpenSession, authority: FakeAuthority) -> None:
    async with open_session(rows()) as (session, _):
        assert session.tenant_id == TENANT
        assert session.caller_id == "caller-1"
        assert session.permissions == {"User.Read.All", "Group.Read.All"}
        assert session.app_only
        assert session.permissions_known
    assert authority.scopes == [("https://graph.test:8443/.default",)]
    assert authority.closed == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("write", [ASSIGN, DROP])
async def test_a_write_is_one_request_whatever_comes_back(
    open_session: OpenSession, status: int, write: Request
) -> None:
    async with open_session(error(status, "UnknownError", Retry_After="1")) as (session, service):
        answer = await session.send(write)
    assert answer.status == status
    assert len(service.asked) == 1


async def test_a_401_with_a_claims_challenge_is_not_answered_by_a_second_request(
    open_session: OpenSession,
) -> None:
    challenge = httpx.Response(401, headers={"WWW-Authenticate": 'Bearer realm="", claims="eyJhIjoxfQ=="'})
    async with open_session(challenge) as (session, service):
        answer = await session.send(ASSIGN)
    assert answer.status == 401
    assert len(service.asked) == 1


async def test_a_redirect_is_not_followed(open_session: OpenSession) -> None:
    elsewhere = httpx.Response(307, headers={"Location": "https://evil.test/v1.0/users"})
    async with open_session(elsewhere) as (session, service):
        with pytest.raises(GraphRefused):
            await session.read(USERS)
        assert (await session.send(ASSIGN)).status == 307
    assert [request.url.host for request in service.asked] == ["graph.test", "graph.test"]


async def test_what_leaves_the_process(open_session: OpenSession, authority: FakeAuthority) -> None:
    body = {
        "action": "adminAssign",
        "scheduleInfo": {"expiration": {"duration": "PT2H"}},
        "justification": "é",
    }
    write = Request("POST", ASSIGN.path, body=body, lane=Lane.PIM)
    async with open_session(httpx.Response(201, json={"status": "Provisioned"})) as (session, service):
        answer = await session.send(write)
    (asked,) = service.asked
    assert answer.body == {"status": "Provisioned"}
    assert orjson.loads(asked.content) == body
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["authorization"] == f"Bearer {authority.tokens[0]}"
    assert asked.headers["client-request-id"] == "id-1"
    assert asked.headers["user-agent"] == "pim-migrate/test"
    assert "prefer" not in asked.headers


@pytest.mark.parametrize(
    ("trouble", "sent", "failure"),
    [
        (httpx.ConnectError("refused"), False, Failure.NO_CONNECTION),
        (httpx.ConnectTimeout("slow"), False, Failure.NO_CONNECTION),
        (httpx.PoolTimeout("full"), False, Failure.NO_CONNECTION),
        (httpx.ReadTimeout("slow"), True, Failure.TIMEOUT),
        (httpx.WriteError("reset"), True, Failure.CONNECTION_LOST),
        (httpx.RemoteProtocolError("Server disconnected"), True, Failure.CONNECTION_LOST),
    ],
)
async def test_whether_anything_left_is_known(
    open_session: OpenSession, trouble: Exception, sent: bool, failure: Failure
) -> None:
    async with open_session(trouble) as (session, service):
        answer = await session.send(ASSIGN)
    assert (answer.status, answer.sent, answer.failure) == (None, sent, failure)
    assert outcome_of(ASSIGN, answer, 0.0).meaning is (Meaning.IN_DOUBT if sent else Meaning.NOT_SENT)
    assert len(service.asked) == 1


class _BreaksOff(httpx.AsyncByteStream):
    async def __aiter__(self):  # type: ignore[no-untyped-def]
        yield b'{"id": "r-1", "sta'
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


async def test_an_answer_that_breaks_off_keeps_its_status(open_session: OpenSession) -> None:
    async with open_session(lambda _: httpx.Response(201, stream=_BreaksOff())) as (session, _):
        answer = await session.send(ASSIGN)
    assert (answer.status, answer.failure, answer.body) == (201, Failure.BODY, None)


async def test_an_untrusted_certificate_is_told_apart_and_not_tried_again(
    open_session: OpenSession, fake_time: FakeTime
) -> None:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = "self-signed certificate in certificate chain"
    trouble = httpx.ConnectError("tls")
    trouble.__cause__ = cause
    async with open_session(trouble) as (session, service):
        with pytest.raises(Unreachable) as caught:
            await session.read(USERS)
    assert caught.value.code == "certificate_untrusted"
    assert "self-signed" in caught.value.message
    assert len(service.asked) == 1
    assert fake_time.slept == []


async def test_a_read_survives_a_bad_patch(open_session: OpenSession, fake_time: FakeTime) -> None:
    patch = [
        rows(),
        error(503, "ServiceUnavailable", Retry_After="7"),
        error(504, "UnknownError", ""),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        httpx.Response(200, content=b'{"value": [{"id"'),
        rows({"id": "u-1"}),
    ]
    async with open_session(*patch) as (session, service):
        await session.read(USERS)
        assert await session.read(USERS) == {"value": [{"id": "u-1"}]}
    assert len(service.asked) == 7
    assert fake_time.slept == [7.0, 2.0, 4.0, 8.0, 16.0]


async def test_a_read_gives_up_after_its_tries(open_session: OpenSession) -> None:
    async with open_session(rows(), error(503, "ServiceUnavailable", "busy")) as (session, service):
        await session.read(USERS)
        with pytest.raises(Unreachable) as caught:
            await session.read(USERS)
    assert caught.value.code == "unavailable"
    assert "ServiceUnavailable: busy (HTTP 503)" in caught.value.message
    assert len(service.asked) == 1 + 6


async def test_an_address_that_never_answered_is_given_up_soon(open_session: OpenSession) -> None:
    async with open_session(httpx.ConnectError("refused")) as (session, service):
        with pytest.raises(Unreachable) as caught:
            await session.read(USERS)
    assert (caught.value.code, caught.value.exit) == ("unreachable", 19)
    assert len(service.asked) == 2


async def test_too_many_requests_cost_no_tries_while_the_lane_moves(
    open_session: OpenSession, fake_time: FakeTime
) -> None:
    async with open_session(*[error(429, "TooManyRequests", Retry_After="10")] * 20, rows()) as (
        session,
        service,
    ):
        start = fake_time.now
        await session.read(USERS)
    assert len(service.asked) == 21
    assert fake_time.now - start == pytest.approx(200.0, abs=1.0)


@pytest.mark.parametrize("asked_wait", ["60", "3600", None])
async def test_a_starved_lane_gives_up(
    open_session: OpenSession, fake_time: FakeTime, asked_wait: str | None
) -> None:
    headers = {} if asked_wait is None else {"Retry_After": asked_wait}
    start = fake_time.now
    async with open_session(error(429, "TooManyRequests", **headers)) as (session, _):
        with pytest.raises(Unreachable) as caught:
            await session.read(USERS)
    assert caught.value.code == "throttled_out"
    assert fake_time.now - start <= 900.0


async def test_a_token_that_is_revoked_again_meanwhile_is_renewed_again(open_session: OpenSession) -> None:
    refused = error(401, "InvalidAuthenticationToken")
    async with open_session(refused, refused, rows()) as (session, service):
        await session.read(USERS)
    assert len(service.asked) == 3


async def test_a_refused_token_is_renewed_once(open_session: OpenSession, authority: FakeAuthority) -> None:
    async with open_session(error(401, "InvalidAuthenticationToken"), rows()) as (session, service):
        await session.read(USERS)
    sent = [request.headers["authorization"] for request in service.asked]
    assert sent == [f"Bearer {token}" for token in authority.tokens]
    assert len(set(sent)) == 2
    assert (authority.made, authority.closed) == (2, 2)


async def test_a_token_that_is_refused_each_time_ends_in_sign_in_failed(
    open_session: OpenSession, authority: FakeAuthority
) -> None:
    async with open_session(error(401, "InvalidAuthenticationToken", "expired")) as (session, service):
        with pytest.raises(SignInFailed) as caught:
            await session.read(USERS)
    assert caught.value.code == "token_refused"
    assert len(service.asked) == 1 + RENEWALS
    assert len({request.headers["authorization"] for request in service.asked}) == 1 + RENEWALS
    assert not any(token in repr(caught.value) + str(caught.value) for token in authority.tokens)


async def test_those_who_met_the_same_refusal_renew_once(
    open_session: OpenSession, authority: FakeAuthority
) -> None:
    async with open_session(error(401, "InvalidAuthenticationToken")) as (session, _):
        first, second = await session.send(USERS), await session.send(ASSIGN)
        await session.renew(first)
        await session.renew(second)
    assert len(authority.tokens) == 2


async def test_a_token_near_its_end_is_replaced_before_it_is_used(
    open_session: OpenSession, authority: FakeAuthority, fake_time: FakeTime
) -> None:
    async with open_session(rows()) as (session, _):
        await session.read(USERS)
        fake_time.now += 3600 - 60
        await session.read(USERS)
    assert len(authority.tokens) == 2


async def test_a_renewed_token_of_another_tenant_is_refused(
    open_session: OpenSession, authority: FakeAuthority
) -> None:
    async with open_session(error(401, "InvalidAuthenticationToken")) as (session, service):
        authority.claims["tid"] = "22222222-2222-2222-2222-222222222222"
        with pytest.raises(WrongTenant):
            await session.read(USERS)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (error(403, "Authorization_RequestDenied", "no"), ConsentMissing, "consent_missing"),
        (error(400, "AadPremiumLicenseRequired", "no"), LicenceMissing, "licence_missing"),
        (error(404, "Request_ResourceNotFound", "no"), GraphRefused, "not_found"),
        (error(400, "Request_UnsupportedQuery", "no"), GraphRefused, "graph_refused"),
        (
            error(
                400, "UnknownError", '{"errorCode":"MissingProvider","message":"no","instanceAnnotations":[]}'
            ),
            GraphRefused,
            "missing_provider",
        ),
    ],
)
async def test_what_no_repetition_betters_is_told_at_once(
    open_session: OpenSession, answer: httpx.Response, kind: type[MigrateError], code: str
) -> None:
    async with open_session(answer) as (session, service):
        with pytest.raises(kind) as caught:
            await session.read(USERS)
    assert caught.value.code == code
    assert ": no (HTTP " in caught.value.message
    assert caught.value.where == "GET /users"
    assert len(service.asked) == 1


async def test_missing_consent_names_the_permissions(open_session: OpenSession) -> None:
    async with open_session(error(403, "Authorization_RequestDenied")) as (session, _):
        with pytest.raises(ConsentMissing) as caught:
            await session.read(USERS)
    assert "User.Read.All, Directory.Read.All" in caught.value.hint


async def test_a_write_never_goes_through_read(open_session: OpenSession) -> None:
    async with open_session(rows()) as (session, service):
        with pytest.raises(ValueError, match="never repeated"):
            await session.read(ASSIGN)
        await session.read(Request("POST", "/directoryObjects/getByIds", body={"ids": []}, reads=True))
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.test/v1.0/users",
        "https://graph.test/v1.0/users",
        "http://graph.test:8443/v1.0/users",
        "https://graph.test.evil.test:8443/v1.0/users",
        "https://who@graph.test:8443/v1.0/users",
        "https://graph.test:8443@evil.test/v1.0/users",
        "https://graph.test:port/v1.0/users",
    ],
)
async def test_a_link_to_elsewhere_gets_no_token(open_session: OpenSession, link: str) -> None:
    async with open_session(rows()) as (session, service):
        with pytest.raises(GraphRefused) as caught:
            await session.send(get(link))
    assert caught.value.code == "foreign_link"
    assert service.asked == []


async def test_the_secret_and_the_token_are_in_no_error(
    open_session: OpenSession, authority: FakeAuthority
) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return error(400, "Bad", f"you sent {request.headers['authorization']}")

    async with open_session(echo) as (session, _):
        with pytest.raises(GraphRefused) as caught:
            await session.read(USERS)
    shown = repr(caught.value) + str(caught.value) + caught.value.hint + caught.value.where
    assert authority.tokens[0] not in shown
    assert CLIENT_SECRET not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("content", [None, b"no certificate"])
async def test_a_ca_bundle_that_cannot_be_read_is_a_file_error(
    open_session: OpenSession, tmp_path: Path, authority: FakeAuthority, content: bytes | None
) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_bytes(content)
    at = endpoint_for("global", tenant_id=TENANT, ca_bundle=bundle)
    with pytest.raises(FileError) as caught:
        async with open_session(rows(), at=at):
            pass
    assert (caught.value.code, caught.value.where) == ("ca_bundle_unreadable", str(bundle))
    assert authority.made == 0
