"""One spelling for each JSON value, so that equal things have equal hashes."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def canonical(value: Any) -> str:
    """JSON text with sorted keys and no spaces; raises TypeError for what JSON cannot hold."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def canonical_bytes(value: Any) -> bytes:
    """The same text in UTF-8; rows of a database may be tuples."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def as_it_is(value: Any) -> str:
    """JSON text with the keys in the order in which they stand."""
    return orjson.dumps(value).decode()


def parsed(text: str) -> Any:
    """The value that ``canonical`` wrote."""
    return orjson.loads(text)


def sha256_hex(text: str) -> str:
    """The SHA-256 of the text as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
