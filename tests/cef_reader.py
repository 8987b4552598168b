"""Reads a line of CEF back, by the format's rules and by none of our code."""

from __future__ import annotations

import re

_PIPE = re.compile(r"(?<!\\)(?:\\\\)*\|")
_KEY = re.compile(r"(?:^| )([A-Za-z0-9_]+)(?<!\\)=")


def read(line: str) -> tuple[list[str], dict[str, str]]:
    """The seven parts of the header, and the extension."""
    parts, rest = [], line
    for _ in range(7):
        found = _PIPE.search(rest)
        assert found is not None, rest
        parts.append(_unescaped(rest[: found.end() - 1]))
        rest = rest[found.end() :]
    keys = list(_KEY.finditer(rest))
    ends = [each.start() for each in keys[1:]] + [len(rest)]
    fields = {}
    for each, end in zip(keys, ends, strict=True):
        assert each[1] not in fields, f"{each[1]} stands there twice"
        fields[each[1]] = _unescaped(rest[each.end() : end])
    return parts, fields


def _unescaped(text: str) -> str:
    named = {"n": "\n", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: named.get(found[1], found[1]), text)
