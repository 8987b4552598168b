"""Similar names for what nothing else speaks for: something for a person to look at, never a match.

Comparing every name with every other would take hours in large tenants. Where there are too many, only names
that share a word are compared, by their rarest words first, and only so many of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from migrate.kinds.kind import Row
from migrate.resolve.findings import Evidence
from migrate.resolve.ladder import Ladder
from migrate.resolve.names import words_in, words_of
from migrate.resolve.tenant_view import TenantView

RULE = "similar_name"
MOST = 3
"""Suggestions for one object."""
LEAST_ALIKE = 80.0
"""Percent: "Ana Smyth" is 84 percent "Anna Smith"."""
MOST_COMPARISONS = 1_000_000
"""Up to here every name is compared with every other: about a second."""
MOST_BY_WORDS = 200
"""Names that one object is compared with where there are more."""


def similar_names(
    kind: str, wanted: Mapping[str, Row], target: TenantView, ladder: Ladder
) -> dict[str, tuple[Evidence, ...]]:
    """The target objects whose names are most like those of the source objects ``wanted``."""
    from rapidfuzz import fuzz, process

    sought = {one: " ".join(sorted(words_of(row))) for one, row in sorted(wanted.items())}
    sought = {one: name for one, name in sought.items() if name}
    if not sought or not ladder.on("name"):
        return {}
    asked = frozenset(word for name in sought.values() for word in name.split())
    every = len(sought) * len(target.of_kind(kind)) <= MOST_COMPARISONS
    names: dict[str, str] = {}
    with_word: dict[str, list[str]] = defaultdict(list)
    for target_id, full_name in target.names(kind):
        words = words_in(full_name)
        if not words or not (every or words & asked):
            continue
        names[target_id] = " ".join(sorted(words))
        if not every:
            for word in words & asked:
                with_word[word].append(target_id)
    found: dict[str, tuple[Evidence, ...]] = {}
    for one, name in sought.items():
        choices = names if every else {each: names[each] for each in _nearest(name, with_word)}
        hits = process.extract(name, choices, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE, limit=None)
        best = sorted(
            ((-score, target_id) for _, score, target_id in hits if _is_there(target, kind, target_id))
        )
        if best:
            found[one] = tuple(_suggestion(target_id, -score, ladder) for score, target_id in best[:MOST])
    return found


def _is_there(target: TenantView, kind: str, target_id: str) -> bool:
    row = target.row(kind, target_id)
    return row is not None and bool(row.get("displayName")) and not row.get("deletedDateTime")


def _suggestion(target_id: str, percent: float, ladder: Ladder) -> Evidence:
    confidence = round(ladder.confidence("name") * percent / 100, 4)
    return Evidence(RULE, f"{percent:.0f} percent", target_id, confidence)


def _nearest(name: str, with_word: Mapping[str, list[str]]) -> list[str]:
    """Those who share a word, the rarest words first."""
    near: dict[str, None] = {}
    for word in sorted(name.split(), key=lambda one: (len(with_word.get(one, ())), one)):
        for target_id in with_word.get(word, ())[: MOST_BY_WORDS - len(near)]:
            near[target_id] = None
        if len(near) >= MOST_BY_WORDS:
            break
    return sorted(near)
