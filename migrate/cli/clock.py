"""The only place that fetches time and chance from the system; everything below is handed them."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, datetime
from uuid import uuid4


def now() -> datetime:
    return datetime.now(UTC)


def seconds() -> float:
    """Seconds since 1970."""
    return time.time()


def monotonic() -> float:
    return time.monotonic()


def new_secret() -> bytes:
    """32 bytes that nobody can guess."""
    return secrets.token_bytes(32)


def new_id() -> str:
    return str(uuid4())


async def sleep(seconds_to_wait: float) -> None:
    await asyncio.sleep(seconds_to_wait)
