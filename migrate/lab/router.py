"""Finds the handler for a method and a path; says what Graph says when there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from migrate.lab.call import Route
from migrate.lab.errors import method_not_allowed, no_segment

_PART = re.compile(r"\{(\w+)\}")


class Router:
    """All routes of the emulated API. A segment ``{name}`` matches anything but a slash."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._fixed: dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]] = {}
        self._first: set[tuple[str, str]] = set()
        for route in routes:
            parts = route.pattern.strip("/").split("/")
            text = "/".join(
                "".join(
                    f"(?P<{piece}>[^/]*)" if index % 2 else re.escape(piece)
                    for index, piece in enumerate(_PART.split(part))
                )
                for part in parts
            )
            for version in route.versions:
                key = (version, len(parts))
                self._fixed.setdefault(key, []).append((re.compile(text, re.IGNORECASE), route))
                self._first.add((version, parts[0].lower()))

    def find(self, method: str, version: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and the values of its ``{names}``; 405 for another method, 400 for an unknown segment."""
        trimmed = path.strip("/")
        known = False
        for pattern, route in self._fixed.get((version, trimmed.count("/") + 1), []):
            match = pattern.fullmatch(trimmed)
            if match is None:
                continue
            if route.method == method:
                return route, match.groupdict()
            known = True
        if known:
            raise method_not_allowed()
        parts = trimmed.split("/")
        raise no_segment(parts[0] if (version, parts[0].lower()) not in self._first else parts[-1])
