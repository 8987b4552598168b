"""Signing in: what azure-identity does against the authority, and what Entra refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import CertificateCredential, ClientSecretCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from graph_client import GraphClient, code
from small_tenants import APP, APP_PRINCIPAL, EVERYTHING, OTHER_TENANT, SECRET, TENANT, seed
from ticking import Ticking

from migrate.lab.serve import LabThread


def _options(lab: LabThread, folder: Path) -> dict[str, Any]:
    bundle = folder / "ca.pem"
    bundle.write_text(lab.ca_pem, encoding="ascii")
    return {
        "authority": lab.url,
        "disable_instance_discovery": True,
        "connection_verify": str(bundle),
        "retry_total": 0,
    }


async def _token(credential: Any, lab: LabThread) -> str:
    async with credential:
        return str((await credential.get_token(f"{lab.url}/.default")).token)


def test_azure_identity_signs_in_with_a_secret(lab: LabThread, tmp_path: Path) -> None:
    """sdk-facts: azure-identity against a local authority over TLS."""
    credential = ClientSecretCredential(TENANT, APP, SECRET, **_options(lab, tmp_path))
    token = asyncio.run(_token(credential, lab))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["tid"], claims["appid"], claims["oid"]) == (TENANT, APP, APP_PRINCIPAL)
    assert claims["idtyp"] == "app"
    assert claims["aud"] == lab.url
    assert sorted(claims["roles"]) == sorted(EVERYTHING)
    assert claims["exp"] > claims["iat"]


def _certificate() -> tuple[bytes, str]:
    """A self-signed certificate: the pair for the client, and the public half for the seed."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lab")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + public, public.decode()


def test_azure_identity_signs_in_with_a_certificate(lab: LabThread, tmp_path: Path) -> None:
    """design: kind = certificate; the assertion is checked against the registered certificate."""
    pair, public = _certificate()
    app = {**seed()["apps"][0], "certificate": public, "secret": None}
    lab.load([{**seed(), "apps": [app]}])
    options = _options(lab, tmp_path)
    token = asyncio.run(_token(CertificateCredential(TENANT, APP, certificate_data=pair, **options), lab))
    assert jwt.decode(token, options={"verify_signature": False})["appid"] == APP
    stranger, _ = _certificate()
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        asyncio.run(_token(CertificateCredential(TENANT, APP, certificate_data=stranger, **options), lab))


@pytest.mark.parametrize(
    ("tenant", "app", "secret", "number"),
    [
        (TENANT, APP, "wrong", "AADSTS7000215"),
        (TENANT, "cccccccc-0000-4000-8000-000000000001", SECRET, "AADSTS700016"),
        ("cccccccc-0000-4000-8000-000000000002", APP, SECRET, "AADSTS90002"),
    ],
)
def test_refused_sign_in(
    lab: LabThread, tmp_path: Path, tenant: str, app: str, secret: str, number: str
) -> None:
    """Entra's refusals carry an AADSTS number and never the secret."""
    credential = ClientSecretCredential(tenant, app, secret, **_options(lab, tmp_path))
    with pytest.raises(ClientAuthenticationError, match=number) as caught:
        asyncio.run(_token(credential, lab))
    assert SECRET not in str(caught.value)


def test_openid_configuration(graph: GraphClient, lab: LabThread) -> None:
    body = graph.http.get(f"/{TENANT}/v2.0/.well-known/openid-configuration").json()
    assert body["token_endpoint"] == f"{lab.url}/{TENANT}/oauth2/v2.0/token"
    by_domain = graph.http.get("/contoso.example/v2.0/.well-known/openid-configuration").json()
    assert by_domain["issuer"] == body["issuer"]


def test_the_token_says_which_tenant(connect: Callable[..., GraphClient]) -> None:
    assert connect(OTHER_TENANT).value("/organization")[0]["id"] == OTHER_TENANT
    assert connect(TENANT).value("/organization")[0]["id"] == TENANT


def test_no_token_and_expired_token(graph: GraphClient, ticking: Ticking) -> None:
    """graph-facts §3.8: 401 InvalidAuthenticationToken."""
    bare: httpx.Response = graph.http.get("/v1.0/users")
    assert (bare.status_code, code(bare)) == (401, "InvalidAuthenticationToken")
    assert graph.get("/users").status_code == 200
    ticking.move(hours=1)
    assert code(graph.get("/users")) == "InvalidAuthenticationToken"
    forged = GraphClient(graph.http, graph.token[:-6] + "AAAAAA")
    assert forged.get("/users").status_code == 401
