"""Signing in to one tenant, and staying signed in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from migrate.errors import MigrateError, SignInFailed, Unreachable, WrongTenant
from migrate.graphapi.answer import Failure
from migrate.graphapi.claims import Claims, claims_of
from migrate.graphapi.endpoint import Credential, CredentialKind, Endpoint
from migrate.graphapi.graph_error import readable
from migrate.graphapi.network_failure import failure_of

if TYPE_CHECKING:
    from migrate.graphapi.credentials import TokenCredential

_RENEW_BEFORE = 120.0
"""Seconds: a token this close to its end might expire on the way."""

_AADSTS = re.compile(r"(AADSTS\d+)(?::.*?(?:\.(?=[\s']|$)|(?='?$)))?", re.DOTALL)
"""Entra's number and its first sentence; trace ids and advice follow it."""

_HINTS = {
    "AADSTS7000215": "the client secret is wrong: check the variable that secret_env names",
    "AADSTS7000222": "the client secret has expired: make a new one",
    "AADSTS700016": "this tenant has no application with that client_id: check client_id and tenant_id",
    "AADSTS90002": "there is no such tenant: check tenant_id and cloud",
    "AADSTS900023": "there is no such tenant: check tenant_id and cloud",
    "AADSTS700027": "the certificate is not registered with the application",
    "AADSTS65001": "nobody has consented to this application yet",
    "AADSTS53003": "a conditional access policy blocks this sign-in",
    "AADSTS70011": "the authority does not know this Graph host: check cloud and graph_url",
    "AADSTS500011": "the authority does not know this Graph host: check cloud and graph_url",
}


class CredentialFactory(Protocol):
    def __call__(self) -> TokenCredential: ...


class SignedIn:
    """A tenant's token and what it says. It hands the token out and gets another before it ends."""

    def __init__(
        self, endpoint: Endpoint, credential: Credential, make: CredentialFactory, clock: Callable[[], float]
    ) -> None:
        self._endpoint = endpoint
        self._credential = credential
        self._make = make
        self._clock = clock
        self._lock = asyncio.Lock()
        self._source: TokenCredential | None = None
        self._token = ""
        self._expires_at = 0.0
        self._number = 0
        self.claims = Claims()

    async def token(self) -> tuple[str, int]:
        """A token that is good for a while, and the number of the sign-in that it came from."""
        async with self._lock:
            if self._clock() >= self._expires_at - _RENEW_BEFORE:
                await self._fetch()
            return self._token, self._number

    async def renew(self, number: int) -> None:
        """Signs in afresh, unless that happened since sign-in ``number``: azure-identity would give the old
        token out of its cache, so the credential itself is made anew."""
        async with self._lock:
            if number == self._number:
                await self.close()
                await self._fetch()

    async def close(self) -> None:
        if self._source is not None:
            await self._source.close()
            self._source = None

    async def _fetch(self) -> None:
        trouble: MigrateError | None = None
        try:
            if self._source is None:
                self._source = self._make()
            fetched = await self._source.get_token(self._endpoint.scope)
            token, expires_at = fetched.token, float(fetched.expires_on)
        except MigrateError:
            raise
        except Exception as error:  # noqa: BLE001 - azure-identity names no common base for what it raises
            trouble = _told(error, self._endpoint, self._credential)
        if trouble is not None:
            # Raised out here: azure's exception holds the request with the secret, and must not hang on ours.
            raise trouble
        claims = claims_of(token)
        _same_tenant(claims, self._endpoint)
        self._token, self._expires_at, self.claims = token, expires_at, claims
        self._number += 1


async def sign_in(
    endpoint: Endpoint,
    credential: Credential,
    *,
    clock: Callable[[], float],
    prompt: Callable[[str], None] | None = None,
    make: CredentialFactory | None = None,
) -> SignedIn:
    """Signs in and compares the tenant that the token names with the endpoint's, before anything else.

    ``clock`` is seconds since 1970. ``make`` builds the azure credential (tests pass their own). A token that
    names no tenant passes: the caller asks Graph for the organization instead.

    Raises ``WrongTenant``, ``SignInFailed`` or ``Unreachable``; none of them carries a secret or a token.
    """

    def from_engagement() -> TokenCredential:
        from migrate.graphapi.credentials import azure_credential

        return azure_credential(endpoint, credential, prompt)

    signed_in = SignedIn(endpoint, credential, make or from_engagement, clock)
    try:
        await signed_in.token()
    except BaseException:
        await signed_in.close()
        raise
    return signed_in


def _same_tenant(claims: Claims, endpoint: Endpoint) -> None:
    if claims.tenant_id is not None and claims.tenant_id.casefold() != endpoint.tenant_id.casefold():
        raise WrongTenant(
            f"The token is for tenant {claims.tenant_id}, the engagement names {endpoint.tenant_id}",
            where=endpoint.authority,
            hint="check tenant_id, and who the credential signs in as",
        )


_ASKS_THE_AUTHORITY = {
    CredentialKind.CLIENT_SECRET,
    CredentialKind.CERTIFICATE,
    CredentialKind.WORKLOAD_IDENTITY,
    CredentialKind.DEVICE_CODE,
}


def _told(error: Exception, endpoint: Endpoint, credential: Credential) -> MigrateError:
    """azure's exception as ours: the kind of failure, the AADSTS code and its first sentence."""
    from azure.core.exceptions import HttpResponseError, ServiceRequestError, ServiceResponseError

    if isinstance(error, OSError) and error.filename is not None:
        return SignInFailed(
            f"{error.filename} cannot be read: {error.strerror}",
            where="credential",
            hint="check the path and who may read the file",
        )
    if credential.kind in _ASKS_THE_AUTHORITY:
        failed = failure_of(error)
        if failed is None and isinstance(error, ServiceRequestError | ServiceResponseError):
            failed = Failure.CONNECTION_LOST, "the connection broke off"
        if failed is None and isinstance(error, HttpResponseError) and _ails(error.status_code):
            failed = Failure.NO_CONNECTION, f"it answered HTTP {error.status_code}"
        if failed is not None:
            return _unreachable(*failed, endpoint)
    text = str(getattr(error, "message", None) or error)
    entra = _AADSTS.search(text)
    short = entra.group() if entra else text.partition("\nContent:")[0]
    if credential.secret is not None and credential.secret.reveal():
        short = short.replace(credential.secret.reveal(), "***")
    return SignInFailed(
        f"Signing in failed: {readable(short) or type(error).__name__}",
        where=endpoint.authority,
        hint=(_HINTS.get(entra[1]) if entra else None) or "check the credential of this tenant",
    )


def _ails(status: int | None) -> bool:
    return status is not None and (status == 429 or status >= 500)


def _unreachable(failure: Failure, detail: str, endpoint: Endpoint) -> Unreachable:
    if failure is Failure.CERTIFICATE:
        return Unreachable(
            f"The certificate of the sign-in host is not trusted: {detail}",
            where=endpoint.authority,
            hint="name the file of the issuing authority as ca_bundle, or mend the host's certificate",
            code="certificate_untrusted",
        )
    return Unreachable(
        f"The sign-in host cannot be reached: {detail}",
        where=endpoint.authority,
        hint="check the network, the proxy and authority, then run the command again",
    )
