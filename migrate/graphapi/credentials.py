"""Builds the azure-identity credential that an engagement names.

All of them get their tokens over aiohttp, from the endpoint's own authority only (an ``AZURE_AUTHORITY_HOST``
of the environment changes nothing), and trust its CA bundle. This module is imported when a session opens:
azure-identity takes a third of a second to load.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from azure.core.credentials import AccessToken
from azure.identity import DeviceCodeCredential
from azure.identity.aio import (
    AzureCliCredential,
    CertificateCredential,
    ClientSecretCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)

from migrate.errors import SignInFailed
from migrate.graphapi.endpoint import Credential, CredentialKind, Endpoint

Prompt = Callable[[str], None]
"""Shows one line to the person who is to sign in (on stderr)."""

_T = TypeVar("_T")

_CONNECT_SECONDS = 15
_READ_SECONDS = 60
_CLI_SECONDS = 30


class TokenCredential(Protocol):
    """The part of an azure-identity credential that is used here."""

    async def get_token(self, *scopes: str) -> AccessToken: ...

    async def close(self) -> None: ...


def azure_credential(
    endpoint: Endpoint, credential: Credential, prompt: Prompt | None = None
) -> TokenCredential:
    """The credential, with nothing sent yet.

    Raises ``SignInFailed`` for what is missing, and whatever azure-identity raises for a certificate that
    cannot be read.
    """
    _quieten_azure()
    web = _web_options(endpoint)
    tenant = endpoint.tenant_id
    match credential.kind:
        case CredentialKind.CLIENT_SECRET:
            secret = _needed(credential, "secret_env", credential.secret).reveal()
            return ClientSecretCredential(tenant, _client_id(credential), secret, **web)
        case CredentialKind.CERTIFICATE:
            path = _needed(credential, "certificate_path", credential.certificate_path)
            if credential.secret is not None:
                web["password"] = credential.secret.reveal()
            return CertificateCredential(tenant, _client_id(credential), str(path), **web)
        case CredentialKind.MANAGED_IDENTITY:
            return ManagedIdentityCredential(client_id=credential.client_id)
        case CredentialKind.WORKLOAD_IDENTITY:
            return WorkloadIdentityCredential(tenant_id=tenant, client_id=credential.client_id, **web)
        case CredentialKind.AZURE_CLI:
            return AzureCliCredential(tenant_id=tenant, process_timeout=_CLI_SECONDS)
        case CredentialKind.DEVICE_CODE:
            return _DeviceCode(tenant, _client_id(credential), prompt, web)


def _web_options(endpoint: Endpoint) -> dict[str, Any]:
    options: dict[str, Any] = {
        "authority": endpoint.authority,
        "disable_instance_discovery": endpoint.own_authority,
        "connection_timeout": _CONNECT_SECONDS,
        "read_timeout": _READ_SECONDS,
        "retry_total": 3,
        "retry_connect": 1,
    }
    if endpoint.ca_bundle is not None:
        options["connection_verify"] = str(endpoint.ca_bundle)
    return options


def _client_id(credential: Credential) -> str:
    return _needed(credential, "client_id", credential.client_id)


def _needed(credential: Credential, key: str, value: _T | None) -> _T:
    if not value:
        raise SignInFailed(
            f"The credential {credential.kind} needs {key}",
            where="credential",
            hint=f"add {key} to the credential of this tenant",
            code="credential_incomplete",
        )
    return value


def _quieten_azure() -> None:
    """azure-identity logs each failed sign-in; here the caller tells it, once and without secrets."""
    for name in ("azure", "msal"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _DeviceCode:
    """The device code flow behind the asynchronous interface: azure-identity has it only in a blocking form.

    It polls for a quarter of an hour, so it runs in a daemon thread of its own: whoever presses Ctrl-C does
    not wait for it.
    """

    def __init__(self, tenant: str, client_id: str, prompt: Prompt | None, web: dict[str, Any]) -> None:
        if prompt is None:
            raise SignInFailed(
                "Signing in with a device code needs somebody to ask",
                where="credential",
                hint="run the command without --json, or use another kind of credential",
            )
        self._blocking = DeviceCodeCredential(
            client_id, tenant_id=tenant, prompt_callback=_prompt_with(prompt, tenant), **web
        )

    async def get_token(self, *scopes: str) -> AccessToken:
        loop = asyncio.get_running_loop()
        token: asyncio.Future[AccessToken] = loop.create_future()

        def settle(result: AccessToken | None, error: Exception | None) -> None:
            if token.done():
                return
            if error is not None:
                token.set_exception(error)
            elif result is not None:
                token.set_result(result)

        def ask() -> None:
            result: AccessToken | None = None
            failure: Exception | None = None
            try:
                result = self._blocking.get_token(*scopes)
            except Exception as error:  # noqa: BLE001 - it is raised again where the token is awaited
                failure = error
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, result, failure)

        threading.Thread(target=ask, name="device-code", daemon=True).start()
        return await token

    async def close(self) -> None:
        self._blocking.close()


def _prompt_with(prompt: Prompt, tenant: str) -> Callable[[str, str, datetime], None]:
    def show(url: str, code: str, expires: datetime) -> None:
        prompt(f"Sign in to tenant {tenant}: open {url} and enter {code} (until {expires:%H:%M} UTC)")

    return show
