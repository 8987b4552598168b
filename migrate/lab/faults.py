"""Scripted trouble: which request draws which fault, and for how often.

A fault is a dict: ``match`` (method, path_prefix or path_regex, with or without the version, tenant, body:
a value that the body has, such as a principal's id, since writes that go side by side arrive in any order),
``skip`` (matching requests to let pass first), ``times`` (default 1) and ``do``.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

KINDS: Mapping[str, str] = {
    "status": "answers with a `status` (with `retry_after` or without), `after` the effect or before",
    "burst": "answers 429 to all that matches for so many `seconds`, telling how long is left",
    "cut": "cuts the connection, `after` the effect or before",
    "truncate": "sends half of the body and cuts the connection",
    "delay": "answers after so many `seconds`",
    "expire_token": "refuses the token from now on",
    "expire_page": "lets all page and delta tokens that are out expire",
    "empty_page": "gives an empty page that has a nextLink",
    "repeat_rows": "gives the last row of the page again as the first of the next",
    "move_rows": "moves a row between two pages: one is seen twice, its neighbour not at all",
    "change": "lets somebody else change the tenant (`change` as for the control plane) before the answer",
    "failed_201": "accepts a PIM request as 201 with status Failed",
    "subject_not_found": "does not know the principal yet",
    "role_not_found": "does not know the role yet",
    "escalate_scope": "makes an eligibility at a unit tenant-wide",
    "never_provision": "grants what is never provisioned",
    "hide_after_write": "hides what is written from reads for so many `seconds`",
    "hide_from_pim": "lets PIM know what is made only after so many `seconds`, while the directory shows it",
    "alias_role": "lets PIM know a new custom role by an id of its own",
    "policy_500": "answers 500 whenever the rules of one policy are to be read, until cleared",
    "random": "draws from `of` (or from a usual bad day) with `probability`, by a `seed` of its own",
}
"""What each fault does; the coverage page prints this."""

_LISTS = frozenset({"empty_page", "repeat_rows", "move_rows", "policy_500"})
_WRITES = frozenset(
    {
        "failed_201",
        "subject_not_found",
        "role_not_found",
        "escalate_scope",
        "never_provision",
        "hide_after_write",
        "hide_from_pim",
        "alias_role",
    }
)
_STAYS = 10**9
"""How often a fault that describes a state is drawn."""
BAD_DAY: tuple[Mapping[str, Any], ...] = (
    {"do": "status", "status": 429, "retry_after": 1},
    {"do": "status", "status": 503, "retry_after": 1},
    {"do": "status", "status": 503},
    {"do": "status", "status": 504},
    {"do": "status", "status": 504, "after": True},
    {"do": "cut"},
    {"do": "cut", "after": True},
    {"do": "truncate"},
    {"do": "delay", "seconds": 0.05},
    {"do": "empty_page"},
    {"do": "repeat_rows"},
    {"do": "subject_not_found"},
    {"do": "failed_201"},
    {"do": "hide_after_write", "seconds": 20},
)


@dataclass
class _Scripted:
    spec: Mapping[str, Any]
    skip: int
    times: int
    pattern: re.Pattern[str] | None
    rng: random.Random | None = None
    until: datetime | None = None
    """When a burst that has begun is over."""


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
            unknown = set(match) - {"method", "path_prefix", "path_regex", "tenant", "body"}
            if unknown:
                raise ValueError(f"unknown key in match: {sorted(unknown)[0]!r}")
            regex = match.get("path_regex")
            pattern = re.compile(regex) if regex else None
            rng = random.Random(int(spec.get("seed", 0))) if spec["do"] == "random" else None
            for each in spec.get("of") or ():
                if each.get("do") not in KINDS or each["do"] == "random":
                    raise ValueError(f"unknown fault: do={each.get('do')!r}")
            stays = spec["do"] in ("policy_500", "random")
            times = int(spec.get("times", _STAYS if stays else 1))
            made.append(_Scripted(spec, int(spec.get("skip", 0)), times, pattern, rng))
        self._script.extend(made)

    def clear(self) -> None:
        self._script.clear()

    def left(self) -> list[dict[str, Any]]:
        """What has not been used up."""
        return [{**each.spec, "skip": each.skip, "times": each.times} for each in self._script]

    def draw(
        self,
        method: str,
        version: str,
        path: str,
        tenant_id: str,
        now: datetime | None = None,
        body: object = None,
    ) -> Mapping[str, Any] | None:
        """The fault for this request, if any; it is counted as used."""
        for each in self._script:
            if each.times <= 0 or not _matches(each, method, version, path, tenant_id, body):
                continue
            if each.skip > 0:
                each.skip -= 1
                continue
            chance = each.spec.get("probability", 0.1 if each.rng is not None else None)
            if chance is not None and (each.rng or self._rng).random() >= float(chance):
                continue
            drawn = _drawn(each, method, now)
            if drawn is not None:
                break
        else:
            drawn = None
        self._script = [left for left in self._script if left.times > 0]
        return drawn


def _drawn(each: _Scripted, method: str, now: datetime | None) -> Mapping[str, Any] | None:
    """What becomes of a fault whose turn it is; None when its time is over or nothing of it fits."""
    if each.spec["do"] == "burst":
        if now is None:
            raise ValueError("a burst needs the time")
        each.until = each.until or now + timedelta(seconds=float(each.spec.get("seconds", 10)))
        left = math.ceil((each.until - now).total_seconds())
        if left <= 0:
            each.times, each.until = each.times - 1, None
            return None
        told = left if each.spec.get("retry_after", True) else None
        return {**each.spec, "do": "status", "status": 429, "retry_after": told, "name": "burst"}
    each.times -= 1
    if each.rng is None:
        return each.spec
    fitting = [spec for spec in each.spec.get("of") or BAD_DAY if _fits(str(spec["do"]), method)]
    return each.rng.choice(fitting) if fitting else None


def _fits(kind: str, method: str) -> bool:
    return not (kind in _LISTS and method != "GET") and not (kind in _WRITES and method == "GET")


def _matches(each: _Scripted, method: str, version: str, path: str, tenant_id: str, body: object) -> bool:
    match = each.spec.get("match") or {}
    if not _fits(str(each.spec["do"]), method):
        return False
    if each.spec["do"] == "policy_500" and not path.lower().startswith("/policies/rolemanagementpolic"):
        return False
    if match.get("method") and str(match["method"]).upper() != method:
        return False
    if match.get("tenant") and str(match["tenant"]).lower() != tenant_id.lower():
        return False
    if match.get("body") and not (isinstance(body, dict) and match["body"] in body.values()):
        return False
    paths = (path, f"/{version}{path}")
    prefix = match.get("path_prefix")
    if prefix and not any(each_path.lower().startswith(str(prefix).lower()) for each_path in paths):
        return False
    return each.pattern is None or any(each.pattern.search(each_path) for each_path in paths)
