"""Scripted trouble: which request draws which fault, and for how often.

A fault is a dict: ``match`` (method, path_prefix or path_regex, tenant; paths with or without the version),
``skip`` (matching requests to let pass first), ``times`` (default 1) and ``do``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = frozenset(
    {
        "status",
        "cut",
        "truncate",
        "delay",
        "expire_token",
        "expire_page",
        "empty_page",
        "repeat_rows",
        "failed_201",
        "subject_not_found",
        "role_not_found",
        "escalate_scope",
        "never_provision",
        "hide_after_write",
    }
)


_LISTS = frozenset({"empty_page", "repeat_rows"})
_WRITES = frozenset(
    {
        "failed_201",
        "subject_not_found",
        "role_not_found",
        "escalate_scope",
        "never_provision",
        "hide_after_write",
    }
)


@dataclass
class _Scripted:
    spec: Mapping[str, Any]
    skip: int
    times: int
    pattern: re.Pattern[str] | None


class Faults:
    """The script. ``probability`` on a fault draws from a seeded source; without it a fault is certain."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._script: list[_Scripted] = []

    def add(self, specs: Iterable[Mapping[str, Any]]) -> None:
        """Appends faults; ValueError names the first that makes no sense, and then none is added."""
        made = []
        for spec in specs:
            if spec.get("do") not in KINDS:
                raise ValueError(f"unknown fault: do={spec.get('do')!r}")
            match = spec.get("match") or {}
            unknown = set(match) - {"method", "path_prefix", "path_regex", "tenant"}
            if unknown:
                raise ValueError(f"unknown key in match: {sorted(unknown)[0]!r}")
            regex = match.get("path_regex")
            pattern = re.compile(regex) if regex else None
            made.append(_Scripted(spec, int(spec.get("skip", 0)), int(spec.get("times", 1)), pattern))
        self._script.extend(made)

    def clear(self) -> None:
        self._script.clear()

    def left(self) -> list[dict[str, Any]]:
        """What has not been used up."""
        return [{**each.spec, "skip": each.skip, "times": each.times} for each in self._script]

    def draw(self, method: str, version: str, path: str, tenant_id: str) -> Mapping[str, Any] | None:
        """The fault for this request, if any; it is counted as used."""
        for each in self._script:
            if each.times <= 0 or not _matches(each, method, version, path, tenant_id):
                continue
            if each.skip > 0:
                each.skip -= 1
                continue
            chance = each.spec.get("probability")
            if chance is not None and self._rng.random() >= float(chance):
                continue
            each.times -= 1
            self._script = [left for left in self._script if left.times > 0]
            return each.spec
        return None


def _matches(each: _Scripted, method: str, version: str, path: str, tenant_id: str) -> bool:
    match = each.spec.get("match") or {}
    if each.spec["do"] in _LISTS and method != "GET":
        return False
    if each.spec["do"] in _WRITES and method == "GET":
        return False
    if match.get("method") and str(match["method"]).upper() != method:
        return False
    if match.get("tenant") and str(match["tenant"]).lower() != tenant_id.lower():
        return False
    paths = (path, f"/{version}{path}")
    prefix = match.get("path_prefix")
    if prefix and not any(each_path.lower().startswith(str(prefix).lower()) for each_path in paths):
        return False
    return each.pattern is None or any(each.pattern.search(each_path) for each_path in paths)
