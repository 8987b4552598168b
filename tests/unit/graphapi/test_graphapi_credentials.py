"""Each kind of credential becomes azure-identity's own, with the engagement's authority and CA bundle."""

from __future__ import annotations

import asyncio
import datetime
import threading
from pathlib import Path

import pytest
from azure.core.credentials import AccessToken
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from graphapi_fakes import TENANT

from migrate.errors import SignInFailed
from migrate.graphapi import credentials
from migrate.graphapi.credentials import azure_credential
from migrate.graphapi.endpoint import Credential, CredentialKind, Secret, endpoint_for

ENDPOINT = endpoint_for(
    "global", tenant_id=TENANT, graph_url="https://localhost:8443", authority="https://localhost:8444"
)
SOON = datetime.datetime(2030, 1, 1, 12, 30, tzinfo=datetime.UTC)


def _certificate(path: Path, password: bytes) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(SOON)
        .not_valid_after(SOON + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


async def test_every_kind_can_be_made(tmp_path: Path) -> None:
    pem = _certificate(tmp_path / "app.pem", b"pw")
    token_file = tmp_path / "token"
    token_file.write_text("jwt", encoding="utf-8")
    kinds = {
        "ClientSecretCredential": Credential(CredentialKind.CLIENT_SECRET, "app", Secret("s")),
        "CertificateCredential": Credential(CredentialKind.CERTIFICATE, "app", Secret("pw"), pem),
        "ManagedIdentityCredential": Credential(CredentialKind.MANAGED_IDENTITY),
        "AzureCliCredential": Credential(CredentialKind.AZURE_CLI),
        "_DeviceCode": Credential(CredentialKind.DEVICE_CODE, "app"),
    }
    for name, credential in kinds.items():
        made = azure_credential(ENDPOINT, credential, prompt=lambda line: None)
        assert type(made).__name__ == name
        await made.close()


async def test_a_workload_identity_takes_its_token_file_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(tmp_path / "token"))
    made = azure_credential(ENDPOINT, Credential(CredentialKind.WORKLOAD_IDENTITY, "app"))
    assert type(made).__name__ == "WorkloadIdentityCredential"
    await made.close()


@pytest.mark.parametrize(
    ("credential", "key"),
    [
        (Credential(CredentialKind.CLIENT_SECRET, "app"), "secret_env"),
        (Credential(CredentialKind.CLIENT_SECRET, None, Secret("s")), "client_id"),
        (Credential(CredentialKind.CERTIFICATE, "app"), "certificate_path"),
        (Credential(CredentialKind.DEVICE_CODE), "client_id"),
    ],
)
def test_what_a_kind_lacks_is_named(credential: Credential, key: str) -> None:
    with pytest.raises(SignInFailed) as caught:
        azure_credential(ENDPOINT, credential, prompt=lambda line: None)
    assert caught.value.code == "credential_incomplete"
    assert key in caught.value.message


def test_a_device_code_needs_somebody_to_ask() -> None:
    with pytest.raises(SignInFailed, match="somebody"):
        azure_credential(ENDPOINT, Credential(CredentialKind.DEVICE_CODE, "app"))


class _Blocking:
    """Stands for azure-identity's blocking credential: asks, then waits for the person."""

    def __init__(self, client_id: str, *, prompt_callback, **options: object) -> None:  # type: ignore[no-untyped-def]
        self.ask = prompt_callback
        self.options = options
        self.answered = threading.Event()
        self.trouble: Exception | None = None

    def get_token(self, *scopes: str) -> AccessToken:
        self.ask("https://microsoft.com/devicelogin", "ABC-123", SOON)
        self.answered.wait(5)
        if self.trouble is not None:
            raise self.trouble
        return AccessToken("token", 1)

    def close(self) -> None:
        self.answered.set()


async def test_the_device_code_waits_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "DeviceCodeCredential", _Blocking)
    lines: list[str] = []
    made = azure_credential(ENDPOINT, Credential(CredentialKind.DEVICE_CODE, "app"), prompt=lines.append)
    waiting = asyncio.ensure_future(made.get_token("scope"))
    for _ in range(1000):
        await asyncio.sleep(0)
        if lines:
            break
    blocking: _Blocking = made._blocking  # type: ignore[attr-defined]
    assert not waiting.done()
    blocking.answered.set()
    assert (await waiting).token == "token"
    assert lines == [
        f"Sign in to tenant {TENANT}: open https://microsoft.com/devicelogin "
        "and enter ABC-123 (until 12:30 UTC)"
    ]
    assert blocking.options["authority"] == "https://localhost:8444"
    assert blocking.options["disable_instance_discovery"] is True
    blocking.trouble = RuntimeError("declined")
    with pytest.raises(RuntimeError, match="declined"):
        await made.get_token("scope")
    await made.close()
