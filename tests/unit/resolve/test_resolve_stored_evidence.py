"""Evidence that stays where it is stored reads like a tuple of it."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.resolve.findings import Evidence
from migrate.resolve.stored_evidence import StoredEvidence

EVIDENCE = tuple(Evidence(f"rule {n}", f"value {n}", f"t{n}", n / 4) for n in range(3))


class _Store:
    def __init__(self) -> None:
        self.asked = 0

    def read(self, kind: str, source_id: str) -> list[dict[str, Any]]:
        assert (kind, source_id) == ("user", "u1")
        self.asked += 1
        return [dict(vars(one)) for one in EVIDENCE]


def test_it_is_what_was_saved_piece_by_piece() -> None:
    found = StoredEvidence(_Store().read, "user", "u1")
    assert tuple(found) == EVIDENCE and len(found) == 3 and bool(found)
    assert (found[0], found[-1], found[1:]) == (EVIDENCE[0], EVIDENCE[-1], EVIDENCE[1:])
    assert EVIDENCE[1] in found and found.index(EVIDENCE[2]) == 2
    with pytest.raises(IndexError):
        found[3]


def test_nothing_is_read_before_it_is_asked_for_and_nothing_is_held() -> None:
    store = _Store()
    found = StoredEvidence(store.read, "user", "u1")
    assert store.asked == 0
    for count in (1, 2):
        assert [one.rule for one in iter(found)] == [one.rule for one in EVIDENCE]
        assert store.asked == count
