"""The tables ``[source.credential]`` and ``[target.credential]``: how to sign in.

Secrets are named, never written: the file holds the name of an environment variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate.config.problems import suggestion
from migrate.config.toml_table import Table
from migrate.config.toml_values import read_client_id, read_file_path
from migrate.errors import SignInFailed

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# The keys of each kind and whether it needs them.
KINDS: dict[str, dict[str, bool]] = {
    "client_secret": {"client_id": True, "secret_env": True},
    "certificate": {"client_id": True, "certificate_path": True, "certificate_password_env": False},
    "managed_identity": {"client_id": False},
    "workload_identity": {"client_id": False, "token_file_path": False},
    "azure_cli": {},
    "device_code": {"client_id": True},
}


@dataclass(frozen=True)
class CredentialSettings:
    """How to sign in to one tenant; only the keys of its ``kind`` are set. It holds names, not secrets."""

    kind: str
    client_id: str | None = None
    secret_env: str | None = None
    certificate_path: Path | None = None
    certificate_password_env: str | None = None
    token_file_path: Path | None = None


def read_credential(table: Table, folder: Path) -> CredentialSettings | None:
    """The settings, or None where their kind is not known; other problems are recorded."""
    kind = table.text("kind", required=True)
    if kind is not None and kind not in KINDS:
        table.wrong(
            "kind", "bad_credential", f'is "{kind}", which is no kind of credential{suggestion(kind, KINDS)}'
        )
        kind = None
    # Of an unknown kind every key may be right: only what no kind has is named.
    keys = KINDS[kind] if kind else {key: False for each in KINDS.values() for key in each}
    client_id = (
        read_client_id(table, "client_id", required=keys["client_id"]) if "client_id" in keys else None
    )
    secret_env = _variable(table, "secret_env", keys)
    password_env = _variable(table, "certificate_password_env", keys)
    certificate_path = _path(table, "certificate_path", keys, folder)
    token_file_path = _path(table, "token_file_path", keys, folder)
    table.refuse_unknown(f' with kind = "{kind}"' if kind else "")
    if kind is None:
        return None
    return CredentialSettings(kind, client_id, secret_env, certificate_path, password_env, token_file_path)


def secret_of(credential: CredentialSettings, environ: Mapping[str, str]) -> str:
    """The client secret from the environment variable that ``secret_env`` names.

    Raises SignInFailed ``secret_unset`` naming the variable where it is absent or empty.
    """
    if credential.secret_env is None:
        raise ValueError(f"a credential of kind {credential.kind} has no secret")
    return _from_environment(credential.secret_env, environ)


def certificate_password_of(credential: CredentialSettings, environ: Mapping[str, str]) -> str | None:
    """The password of the certificate's key, or None where the file names no variable for one."""
    if credential.certificate_password_env is None:
        return None
    return _from_environment(credential.certificate_password_env, environ)


def _from_environment(variable: str, environ: Mapping[str, str]) -> str:
    value = environ.get(variable, "")
    if not value.strip():
        raise SignInFailed(
            f"the environment variable {variable} is not set",
            where=variable,
            hint=f"set {variable} in the shell that runs this command; never write a secret into a file",
            code="secret_unset",
        )
    return value


def _variable(table: Table, key: str, keys: Mapping[str, bool]) -> str | None:
    if key not in keys:
        return None
    value = table.text(key, required=keys[key])
    if value is not None and not _VARIABLE.fullmatch(value):
        # The value is not repeated: it is often the secret itself.
        table.wrong(
            key,
            "secret_in_file",
            "must be the name of an environment variable, not the secret; if this is the secret, change it,"
            " because it was on disk in the clear",
        )
        return None
    return value


def _path(table: Table, key: str, keys: Mapping[str, bool], folder: Path) -> Path | None:
    return read_file_path(table, key, folder, required=keys[key]) if key in keys else None
