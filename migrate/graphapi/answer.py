"""What came back from one attempt at one request, before anybody says what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Failure(StrEnum):
    """Why an attempt brought no whole answer."""

    CERTIFICATE = "certificate_untrusted"
    NO_CONNECTION = "no_connection"
    CONNECTION_LOST = "connection_lost"
    TIMEOUT = "timeout"
    BODY = "unreadable_body"


@dataclass(frozen=True)
class Answer:
    """The answer to one attempt.

    ``status`` is ``None`` when there was no answer. ``headers`` have lower-case names. ``body`` is the JSON
    object of the answer, ``None`` when it was empty or could not be read (``failure`` tells which).
    ``sent`` is false only when it is certain that nothing reached the service. ``detail`` is for people.
    ``sign_in`` counts which sign-in of the session the attempt's token came from.
    """

    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    sent: bool = True
    failure: Failure | None = None
    detail: str = ""
    sign_in: int = 0

    @property
    def request_id(self) -> str:
        """The id under which Microsoft's support can find the request; empty when there is none."""
        return self.headers.get("request-id", "")
