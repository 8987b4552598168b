"""What a token says about itself.

Nothing is verified here: the token was fetched over a trusted connection for our own use, and Graph verifies
it. Graph's tokens are formally opaque, so one that cannot be read is no error: it names no tenant and no
permission.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claims:
    """``permissions`` are application roles or delegated scopes; ``readable`` is false for opaque tokens."""

    tenant_id: str | None = None
    caller_id: str | None = None
    app_id: str | None = None
    permissions: frozenset[str] = frozenset()
    app_only: bool = False
    readable: bool = False


def claims_of(token: str) -> Claims:
    import jwt

    try:
        payload: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return Claims()
    roles, scopes = _words(payload.get("roles")), _words(payload.get("scp"))
    kind = payload.get("idtyp")
    app_only = kind == "app" if kind else not scopes and bool(roles)
    return Claims(
        tenant_id=_text(payload, "tid"),
        caller_id=_text(payload, "oid") or _text(payload, "sub"),
        app_id=_text(payload, "appid") or _text(payload, "azp"),
        permissions=roles if app_only else scopes or roles,
        app_only=app_only,
        readable=True,
    )


def _words(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, list):
        return frozenset(item for item in value if isinstance(item, str))
    return frozenset()


def _text(payload: Mapping[str, Any], name: str) -> str | None:
    value = payload.get(name)
    return value if isinstance(value, str) and value else None
