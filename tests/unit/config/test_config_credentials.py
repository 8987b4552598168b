from __future__ import annotations

from pathlib import Path

import pytest

from migrate.config.credential_settings import CredentialSettings, certificate_password_of, secret_of
from migrate.errors import AccessError, SignInFailed

CREDENTIAL = CredentialSettings("client_secret", "id", secret_env="SOURCE_SECRET")


def test_the_secret_comes_from_the_environment() -> None:
    assert secret_of(CREDENTIAL, {"SOURCE_SECRET": "hunter2"}) == "hunter2"


@pytest.mark.parametrize("environ", [{}, {"SOURCE_SECRET": ""}, {"SOURCE_SECRET": "  "}, {"OTHER": "x"}])
def test_an_unset_secret_names_its_variable(environ: dict[str, str]) -> None:
    with pytest.raises(SignInFailed) as caught:
        secret_of(CREDENTIAL, environ)
    assert isinstance(caught.value, AccessError)
    assert (caught.value.exit, caught.value.code) == (12, "secret_unset")
    assert "SOURCE_SECRET" in caught.value.message


def test_the_password_of_a_certificate_is_optional() -> None:
    without = CredentialSettings("certificate", "id", certificate_path=Path("app.pem"))
    assert certificate_password_of(without, {}) is None
    named = CredentialSettings("certificate", "id", certificate_password_env="APP_PASSWORD")
    assert certificate_password_of(named, {"APP_PASSWORD": "x"}) == "x"
    with pytest.raises(SignInFailed, match="APP_PASSWORD"):
        certificate_password_of(named, {})


def test_a_kind_without_a_secret_has_none_to_ask_for() -> None:
    with pytest.raises(ValueError, match="azure_cli"):
        secret_of(CredentialSettings("azure_cli"), {})
