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
from migrate.resolve.names import words_of

RULE = "similar_name"
MOST = 3
"""Suggestions for one object."""
LEAST_ALIKE = 85.0
"""Percent: "Ana Smyth" is 89 percent "Anna Smith"."""
MOST_COMPARISONS = 1_000_000
"""Up to here every name is compared with every other: about a second."""
MOST_BY_WORDS = 200
"""Names that one object is compared with where there are more."""


def similar_names(
    wanted: Mapping[str, Row], targets: Mapping[str, Row], ladder: Ladder
) -> dict[str, tuple[Evidence, ...]]:
    """The target objects whose names are most like those of the source objects ``wanted``."""
    from rapidfuzz import fuzz, process

    sought = {one: " ".join(sorted(words_of(row))) for one, row in sorted(wanted.items())}
    sought = {one: name for one, name in sought.items() if name}
    if not sought or not ladder.on("name"):
        return {}
    asked = frozenset(word for name in sought.values() for word in name.split())
    every = len(sought) * len(targets) <= MOST_COMPARISONS
    names: dict[str, str] = {}
    with_word: dict[str, list[str]] = defaultdict(list)
    for target_id, row in targets.items():
        words = words_of(row)
        if row.get("deletedDateTime") or not words or not (every or words & asked):
            continue
        names[target_id] = " ".join(sorted(words))
        if not every:
            for word in words & asked:
                with_word[word].append(target_id)
    found: dict[str, tuple[Evidence, ...]] = {}
    for one, name in sought.items():
        choices = names if every else {each: names[each] for each in _nearest(name, with_word)}
        hits = process.extract(name, choices, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE, limit=None)
        best = sorted(hits, key=lambda hit: (-hit[1], hit[2]))[:MOST]
        if best:
            found[one] = tuple(
                Evidence(
                    RULE, f"{score:.0f} percent", target_id, round(ladder.confidence("name") * score / 100, 4)
                )
                for _, score, target_id in best
            )
    return found


def _nearest(name: str, with_word: Mapping[str, list[str]]) -> list[str]:
    """Those who share a word, the rarest words first."""
    near: dict[str, None] = {}
    for word in sorted(name.split(), key=lambda one: (len(with_word.get(one, ())), one)):
        for target_id in with_word.get(word, ())[: MOST_BY_WORDS - len(near)]:
            near[target_id] = None
        if len(near) >= MOST_BY_WORDS:
            break
    return sorted(near)
