"""Why a connection failed, read from the chain of exceptions that each HTTP library wraps differently."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from migrate.graphapi.answer import Failure

_NETWORK_ERRNOS = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_CARRIED = ("__cause__", "__context__", "inner_exception", "reason")
"""Where azure-core and urllib3 keep the exception that they tell of."""


def failure_of(error: BaseException) -> tuple[Failure, str] | None:
    """What failed and a short text for people; ``None`` when nothing in the chain is about a connection."""
    chain = list(_chain(error))
    untrusted = [cause for cause in chain if isinstance(cause, ssl.CertificateError)]
    if untrusted:
        # aiohttp's own exception is one too, but only Python's knows the reason in short.
        short = [str(cause.verify_message) for cause in untrusted if getattr(cause, "verify_message", "")]
        return Failure.CERTIFICATE, (short or [str(untrusted[0])])[0]
    for cause in chain:
        if isinstance(cause, ssl.SSLError):
            return Failure.NO_CONNECTION, f"TLS failed ({getattr(cause, 'reason', None) or cause})"
        if isinstance(cause, socket.gaierror):
            return Failure.NO_CONNECTION, "the host's name cannot be resolved"
        if isinstance(cause, ConnectionRefusedError):
            return Failure.NO_CONNECTION, "the connection was refused"
    for cause in chain:
        if isinstance(cause, TimeoutError):
            return Failure.TIMEOUT, "the host did not answer in time"
        if isinstance(cause, ConnectionError) or (
            isinstance(cause, OSError) and cause.errno in _NETWORK_ERRNOS
        ):
            return Failure.CONNECTION_LOST, cause.strerror or type(cause).__name__
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, its causes and what they carry: some hold them in attributes, anyio in a group."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)
        carried = [getattr(current, name, None) for name in _CARRIED]
        waiting.extend(item for item in (*carried, *current.args) if isinstance(item, BaseException))
