"""The token service: what azure-identity asks of login.microsoftonline.com, with Entra's own refusals.

Tokens are real signed JWTs on the lab's clock. Secrets are compared and forgotten: nothing logs a request.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from migrate.lab.call import Caller, Json
from migrate.lab.errors import invalid_token
from migrate.lab.ids import Ids
from migrate.lab.tenant import App, Tenant

LIFETIME_SECONDS = 3599
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@cache
def _signing_key() -> rsa.RSAPrivateKey:
    """One key for all labs of a process: making one takes longer than starting a lab."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class TokenRefused(Exception):
    """A refusal of the token endpoint, with the AADSTS number that people search for."""

    def __init__(self, status: int, error: str, number: int, text: str) -> None:
        super().__init__(f"AADSTS{number}")
        self.status, self.error, self.number, self.text = status, error, number, text

    def body(self, now: datetime, trace: str) -> Json:
        stamp = now.strftime("%Y-%m-%d %H:%M:%SZ")
        text = (
            f"AADSTS{self.number}: {self.text} Trace ID: {trace} Correlation ID: {trace} Timestamp: {stamp}"
        )
        return {
            "error": self.error,
            "error_description": text,
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": trace,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }


class Tokens:
    """Issues and checks the access tokens of all tenants of one lab."""

    def __init__(self, find: Callable[[str], Tenant | None], now: Callable[[], datetime], ids: Ids) -> None:
        self._find, self._now, self._ids = find, now, ids
        self._dead: set[str] = set()

    @property
    def _key(self) -> rsa.RSAPrivateKey:
        return _signing_key()

    def tenant(self, name: str) -> Tenant:
        """A tenant by id or domain, or Entra's refusal."""
        found = self._find(name)
        if found is None:
            raise TokenRefused(
                400,
                "invalid_request",
                90002,
                f"Tenant '{name}' not found. Check the tenant ID, and that it is of this cloud.",
            )
        return found

    def configuration(self, tenant_name: str, origin: str) -> Json:
        """The OpenID configuration document of a tenant."""
        tenant = self.tenant(tenant_name)
        base = f"{origin}/{tenant.id}"
        return {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": origin.removeprefix("https://"),
        }

    def keys(self) -> Json:
        """The public half of the signing key."""
        public = json.loads(RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"keys": [{**public, "use": "sig", "kid": "lab", "alg": "RS256"}]}

    def issue(self, tenant_name: str, form: Mapping[str, str], origin: str) -> Json:
        """The answer to a client-credentials request; TokenRefused when Entra would refuse."""
        tenant = self.tenant(tenant_name)
        if form.get("grant_type") != "client_credentials":
            raise TokenRefused(
                400,
                "unsupported_grant_type",
                70003,
                "The app requested an unsupported grant type. Only client_credentials is served here.",
            )
        client_id = form.get("client_id", "")
        app = tenant.apps.get(client_id.lower())
        if app is None:
            raise TokenRefused(
                400,
                "unauthorized_client",
                700016,
                f"Application with identifier '{client_id}' was not found in the directory "
                f"'{tenant.display_name}'. It may not be installed there, or this is the wrong tenant.",
            )
        resource = form.get("scope", "").removesuffix("/.default").rstrip("/")
        if resource not in (origin, "https://graph.microsoft.com", GRAPH_APP_ID):
            raise TokenRefused(
                400,
                "invalid_resource",
                500011,
                f"The resource principal named {resource} was not found in the tenant named "
                f"{tenant.display_name}.",
            )
        if "client_assertion" in form:
            self._check_assertion(app, form, tenant)
        else:
            self._check_secret(app, form)
        token = self.mint(tenant, app, resource)
        return {
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
            "ext_expires_in": LIFETIME_SECONDS,
            "access_token": token,
        }

    def _check_secret(self, app: App, form: Mapping[str, str]) -> None:
        secret = form.get("client_secret")
        if not secret:
            raise TokenRefused(
                401,
                "invalid_client",
                7000218,
                "The request body must contain the following parameter: 'client_assertion' or "
                "'client_secret'.",
            )
        if app.secret is None or not hmac.compare_digest(secret.encode(), app.secret.encode()):
            raise TokenRefused(
                401,
                "invalid_client",
                7000215,
                "Invalid client secret provided. Send the secret's value, not its ID, for a secret of app "
                f"'{app.app_id}'.",
            )

    def _check_assertion(self, app: App, form: Mapping[str, str], tenant: Tenant) -> None:
        refused = TokenRefused(
            401,
            "invalid_client",
            700027,
            "The certificate with identifier used to sign the client assertion is not registered on "
            f"application '{app.app_id}'.",
        )
        if form.get("client_assertion_type") != _ASSERTION or app.certificate is None:
            raise refused
        certificate = x509.load_pem_x509_certificate(app.certificate.encode())
        public_key: Any = certificate.public_key()
        try:
            claims = jwt.decode(
                form["client_assertion"],
                public_key,
                algorithms=["RS256", "PS256"],
                # Only the path is compared: the lab is reached under more than one host name.
                options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise refused from error
        known = {tenant.id.lower(), *(str(domain["id"]).lower() for domain in tenant.domains)}
        audience = str(claims.get("aud", "")).lower()
        if str(claims.get("sub", "")).lower() != app.app_id.lower() or not any(
            f"/{n}/" in audience for n in known
        ):
            raise refused

    def mint(self, tenant: Tenant, app: App, resource: str) -> str:
        """An app-only access token with today's consent; consent given later needs a new token."""
        now = int(self._now().timestamp())
        claims = {
            "aud": resource,
            "iss": f"https://sts.windows.net/{tenant.id}/",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_SECONDS,
            "app_displayname": app.display_name,
            "appid": app.app_id,
            "appidacr": "1",
            "idtyp": "app",
            "oid": app.service_principal_id,
            "roles": sorted(app.roles),
            "sub": app.service_principal_id,
            "tid": tenant.id,
            "uti": self._ids.new(),
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "lab"})

    def mint_user(
        self,
        tenant: Tenant,
        user_id: str,
        resource: str,
        *,
        app_id: str,
        scopes: Sequence[str],
        mfa: bool,
        acrs: Sequence[str],
    ) -> str:
        """A delegated access token, as after an interactive sign-in with these methods."""
        now = int(self._now().timestamp())
        claims = {
            "aud": resource,
            "iss": f"https://sts.windows.net/{tenant.id}/",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_SECONDS,
            "acr": "1",
            "acrs": list(acrs),
            "amr": ["pwd", "mfa"] if mfa else ["pwd"],
            "appid": app_id,
            "appidacr": "0",
            "idtyp": "user",
            "oid": user_id,
            "scp": " ".join(sorted(scopes)),
            "sub": self._ids.new(),
            "tid": tenant.id,
            "uti": self._ids.new(),
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": "lab"})

    def check(self, header: str | None, origins: set[str]) -> Caller:
        """Who is calling; 401 for a token that is absent, foreign, expired or killed."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise invalid_token("Access token is empty.")
        try:
            claims = jwt.decode(
                token.strip(),
                self._key.public_key(),
                algorithms=["RS256"],
                options={"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise invalid_token("IDX14100: JWT is not well formed or its signature is invalid.") from error
        if claims.get("aud") not in {*origins, "https://graph.microsoft.com", GRAPH_APP_ID}:
            raise invalid_token("Access token validation failure. Invalid audience.")
        expires = datetime.fromtimestamp(int(claims["exp"]), UTC)
        if expires <= self._now() or claims["uti"] in self._dead:
            raise invalid_token("Lifetime validation failed, the token is expired.")
        if self._find(str(claims["tid"])) is None:
            raise invalid_token("The tenant of the access token does not exist.")
        if claims.get("idtyp") == "user":
            return Caller(
                claims["tid"],
                claims["appid"],
                claims["oid"],
                frozenset(claims["scp"].split()),
                app_only=False,
                mfa="mfa" in claims["amr"],
                acrs=frozenset(claims["acrs"]),
            )
        return Caller(claims["tid"], claims["appid"], claims["oid"], frozenset(claims["roles"]), True)

    def kill(self, header: str | None) -> None:
        """From now on the token of this header is refused as expired."""
        token = (header or "").partition(" ")[2].strip()
        self._dead.add(jwt.decode(token, options={"verify_signature": False})["uti"])
