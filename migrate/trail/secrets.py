"""The last look at what leaves: nothing that opens a door goes out with an event.

The journal holds no secrets by its own rules; a mistake elsewhere must not become one in somebody's SIEM.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REMOVED = "(removed)"

_NAMES = re.compile(
    r"(?:^|_)(?:password|passwd|secret|token|assertion|authorization|private_?key|cookie|credential)s?$"
    r"|^(?:secret_?text|pass_?phrase|password_?profile)$"
)
_VALUES = re.compile(
    r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*"  # a signed token
    r"|(?i:\bbearer\s+[A-Za-z0-9._~+/=-]{16,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def without_secrets(value: Any) -> Any:
    """The value, with what is named or looks like a secret taken out, at any depth."""
    if isinstance(value, Mapping):
        return {
            str(name): REMOVED if _is_secret(str(name)) and _holds(each) else without_secrets(each)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_secrets(each) for each in value]
    if isinstance(value, str):
        return _VALUES.sub(REMOVED, value)
    return value


def _is_secret(name: str) -> bool:
    return _NAMES.search(_HUMP.sub("_", name).lower()) is not None


def _holds(value: Any) -> bool:
    """A switch or a number says something about a secret and is none."""
    return value is not None and not isinstance(value, bool | int | float)
