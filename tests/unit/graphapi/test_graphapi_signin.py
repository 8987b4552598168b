"""Signing in: which tenant the token is for, and how a failure is told."""

from __future__ import annotations

import logging
import socket
import ssl
from types import SimpleNamespace

import jwt
import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.identity import CredentialUnavailableError
from graphapi_fakes import CLIENT_SECRET, TENANT, FakeAuthority, FakeTime, OpenSession, rows

from migrate.errors import SignInFailed, Unreachable, WrongTenant
from migrate.graphapi.claims import Claims, claims_of
from migrate.graphapi.endpoint import Credential, CredentialKind, Endpoint
from migrate.graphapi.signin import sign_in

INVALID_SECRET = (
    "Microsoft Entra ID error '(invalid_client) AADSTS7000215: Invalid client secret provided. "
    f"You sent {CLIENT_SECRET}. Trace ID: 1 Correlation ID: 2 Timestamp: 2026-01-01 00:00:00Z'\nContent: {{}}"
)


def token_of(**claims: object) -> str:
    return jwt.encode(claims, "k" * 32, algorithm="HS256")


async def test_the_tenant_is_compared_before_anything_is_asked_of_graph(
    open_session: OpenSession, authority: FakeAuthority
) -> None:
    authority.claims["tid"] = "22222222-2222-2222-2222-222222222222"
    with pytest.raises(WrongTenant) as caught:
        async with open_session(rows()):
            pytest.fail("a session of the wrong tenant was opened")
    assert (caught.value.code, caught.value.exit) == ("wrong_tenant", 18)
    assert TENANT in caught.value.message
    assert "22222222" in caught.value.message
    assert authority.closed == 1


async def test_the_tenant_is_compared_without_case(
    open_session: OpenSession, authority: FakeAuthority
) -> None:
    authority.claims["tid"] = TENANT.upper()
    async with open_session(rows()) as (session, _):
        assert session.tenant_id == TENANT.upper()


async def test_a_token_that_cannot_be_read_names_no_tenant(
    open_session: OpenSession, authority: FakeAuthority
) -> None:
    authority.opaque = True
    async with open_session(rows()) as (session, _):
        assert session.tenant_id is None
        assert session.permissions == frozenset()
        assert not session.permissions_known


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        (
            {"tid": "t", "oid": "o", "appid": "a", "roles": ["B", "A"], "idtyp": "app"},
            Claims("t", "o", "a", frozenset({"A", "B"}), app_only=True, readable=True),
        ),
        (
            {"tid": "t", "oid": "o", "azp": "a", "scp": "User.Read Group.Read.All"},
            Claims("t", "o", "a", frozenset({"User.Read", "Group.Read.All"}), readable=True),
        ),
        ({"sub": "s", "roles": "A"}, Claims(None, "s", None, frozenset({"A"}), app_only=True, readable=True)),
        ({"idtyp": "app"}, Claims(app_only=True, readable=True)),
        ({"tid": 7, "roles": [1, "A"], "idtyp": "user"}, Claims(permissions=frozenset({"A"}), readable=True)),
    ],
)
def test_what_a_token_says(claims: dict[str, object], expected: Claims) -> None:
    assert claims_of(token_of(**claims)) == expected


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "....", "eyJh.e30"])
def test_an_opaque_token_says_nothing(token: str) -> None:
    assert claims_of(token) == Claims()


async def _failed(
    endpoint: Endpoint,
    authority: FakeAuthority,
    time: FakeTime,
    credential: Credential,
    trouble: Exception,
) -> SignInFailed | Unreachable:
    authority.trouble = trouble
    with pytest.raises((SignInFailed, Unreachable)) as caught:
        await sign_in(endpoint, credential, clock=time.clock, make=authority.make)
    error = caught.value
    shown = " ".join([repr(error), str(error), error.message, error.hint, error.where])
    assert CLIENT_SECRET not in shown
    assert error.__cause__ is None
    assert error.__context__ is None
    assert authority.closed == 1
    assert isinstance(error, SignInFailed | Unreachable)
    return error


def _caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


async def test_a_wrong_secret_keeps_its_code_and_loses_the_rest(
    endpoint: Endpoint, authority: FakeAuthority, fake_time: FakeTime, credential: Credential
) -> None:
    error = await _failed(
        endpoint, authority, fake_time, credential, ClientAuthenticationError(message=INVALID_SECRET)
    )
    assert (error.code, error.exit) == ("sign_in_failed", 12)
    assert "AADSTS7000215: Invalid client secret provided." in error.message
    assert "Trace ID" not in error.message
    assert "secret_env" in error.hint


def _untrusted() -> ssl.SSLCertVerificationError:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_message = "self-signed certificate"
    return cause


@pytest.mark.parametrize(
    ("trouble", "code", "words"),
    [
        (_caused(ServiceRequestError("x"), _untrusted()), "certificate_untrusted", "self-signed certificate"),
        (ServiceRequestError("x", error=_untrusted()), "certificate_untrusted", "self-signed certificate"),
        (_caused(ServiceRequestError("x"), ConnectionRefusedError(111, "no")), "unreachable", "refused"),
        (
            _caused(ServiceRequestError("x"), socket.gaierror(-2, "no")),
            "unreachable",
            "name cannot be resolved",
        ),
        (_caused(ServiceResponseError("x"), TimeoutError()), "unreachable", "in time"),
        (_caused(ServiceRequestError("x"), ssl.SSLError(1, "WRONG_VERSION")), "unreachable", "TLS failed"),
        (ServiceResponseError("Server disconnected"), "unreachable", "broke off"),
        (
            HttpResponseError(response=SimpleNamespace(status_code=503, reason="busy")),  # type: ignore[arg-type]
            "unreachable",
            "HTTP 503",
        ),
    ],
)
async def test_an_authority_out_of_reach_is_told_apart_from_one_that_refuses(
    endpoint: Endpoint,
    authority: FakeAuthority,
    fake_time: FakeTime,
    credential: Credential,
    trouble: Exception,
    code: str,
    words: str,
) -> None:
    error = await _failed(endpoint, authority, fake_time, credential, trouble)
    assert (error.code, error.exit) == (code, 19)
    assert words in error.message


async def test_a_credential_that_is_not_there_is_a_failed_sign_in(
    endpoint: Endpoint, authority: FakeAuthority, fake_time: FakeTime
) -> None:
    trouble = _caused(CredentialUnavailableError("Azure CLI not found on path"), TimeoutError())
    error = await _failed(endpoint, authority, fake_time, Credential(CredentialKind.AZURE_CLI), trouble)
    assert error.code == "sign_in_failed"
    assert "Azure CLI not found" in error.message


async def test_a_certificate_file_that_is_missing_is_named(
    endpoint: Endpoint, authority: FakeAuthority, fake_time: FakeTime
) -> None:
    trouble = FileNotFoundError(2, "No such file or directory", "app.pem")
    error = await _failed(
        endpoint, authority, fake_time, Credential(CredentialKind.CERTIFICATE, "a"), trouble
    )
    assert error.code == "sign_in_failed"
    assert error.message == "app.pem cannot be read: No such file or directory"


async def test_azure_does_not_log_a_failed_sign_in_by_itself(
    endpoint: Endpoint, credential: Credential, caplog: pytest.LogCaptureFixture
) -> None:
    from migrate.graphapi.credentials import azure_credential

    made = azure_credential(endpoint, credential)
    await made.close()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("azure.identity.aio._internal.get_token_mixin").warning("failed: %s", CLIENT_SECRET)
    assert CLIENT_SECRET not in caplog.text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Microsoft Entra ID error '(unauthorized_client) AADSTS700016: Application with identifier 'a.b' "
            "was not found in the directory 'Contoso'. This can happen if it was not installed. Trace ID: 1'",
            "AADSTS700016: Application with identifier 'a.b' was not found in the directory 'Contoso'.",
        ),
        ("Microsoft Entra ID error '(x) AADSTS53003: Blocked'", "AADSTS53003: Blocked"),
        (
            "AADSTS65001: The user has not consented.\r\nTrace ID: 1",
            "AADSTS65001: The user has not consented.",
        ),
        ("AADSTS1", "AADSTS1"),
        ("Azure CLI not found on path\nContent: {secret}", "Azure CLI not found on path"),
    ],
)
async def test_of_entras_text_the_first_sentence_is_kept(
    endpoint: Endpoint,
    authority: FakeAuthority,
    fake_time: FakeTime,
    credential: Credential,
    said: str,
    told: str,
) -> None:
    error = await _failed(endpoint, authority, fake_time, credential, ClientAuthenticationError(message=said))
    assert error.message == f"Signing in failed: {told}"
