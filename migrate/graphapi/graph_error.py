"""Graph's error object, taken out of whatever it is wrapped in.

PIM's gateway answers several faults as ``UnknownError`` whose *message* is itself JSON,
``{"errorCode":"…","message":"…","instanceAnnotations":[]}``; what went wrong is in there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

_TOKEN_LIKE = re.compile(r"eyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?")
_SAYS_NOTHING = {"", "UnknownError"}
_LONGEST_MESSAGE = 600
_DEEPEST = 4


@dataclass(frozen=True)
class GraphError:
    code: str
    message: str


def graph_error(body: Mapping[str, Any] | None) -> GraphError | None:
    """The error that a body tells of, ``None`` when it is no error object at all."""
    error = (body or {}).get("error")
    if isinstance(error, str):
        return GraphError(error, readable(str((body or {}).get("error_description") or "")))
    if not isinstance(error, Mapping):
        return None
    code, message = _text(error.get("code")), _text(error.get("message"))
    for _ in range(_DEEPEST):
        inner = _wrapped(message)
        if inner is None:
            break
        code = _text(inner.get("errorCode")) or _text(inner.get("code")) or code
        message = _text(inner.get("message"))
    if code in _SAYS_NOTHING:
        code = _inner_code(error) or code
    return GraphError(code, readable(message))


def readable(message: str) -> str:
    """One line without anything that looks like a token, cut where it gets long."""
    line = _TOKEN_LIKE.sub("…", " ".join(message.split()))
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"


def _wrapped(message: str) -> Mapping[str, Any] | None:
    if not message.lstrip().startswith("{"):
        return None
    try:
        inner = orjson.loads(message)
    except orjson.JSONDecodeError:
        return None
    if isinstance(inner, dict) and isinstance(inner.get("error"), dict):
        inner = inner["error"]
    known = isinstance(inner, dict) and any(isinstance(inner.get(k), str) for k in ("errorCode", "code"))
    return inner if known else None


def _inner_code(error: Mapping[str, Any]) -> str:
    """The documents spell ``innererror``, the wire ``innerError``; a bare status number says nothing."""
    inner = error.get("innerError") or error.get("innererror")
    code = _text(inner.get("code")) if isinstance(inner, Mapping) else ""
    return "" if code.isdigit() else code


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
