"""Ids: seeded random GUIDs, and the ids of assignments, which encode role, principal and scope."""

from __future__ import annotations

import base64
import random
import uuid


class Ids:
    """GUIDs from a seeded source, so that two runs of a test see the same ones."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def new(self) -> str:
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4))


def derived(*parts: str) -> str:
    """A GUID that always is the same for the same parts: for objects nobody has stored."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))


def assignment_id(role_id: str, principal_id: str, scope: str = "/") -> str:
    """The id of a role assignment: base64url of the little-endian GUIDs, then ``-1`` (graph-facts §2.2)."""
    raw = b""
    for text in (role_id, principal_id, scope.rsplit("/", 1)[-1]):
        if not text:
            continue
        try:
            raw += uuid.UUID(text).bytes_le
        except ValueError:
            raw += text.encode("utf-8")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") + "-1"
