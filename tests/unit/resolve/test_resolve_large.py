"""The large pair of tenants, of which the truth is known: nobody who is accepted is somebody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tenant_pairs import LADDER, NOW, seeded

from migrate.lab.seed.large import large_pair
from migrate.resolve.findings import State
from migrate.resolve.resolution import resolve
from migrate.resolve.tenant_view import TenantView


def with_members(seed: Any) -> TenantView:
    def listed(key: str) -> dict[str, tuple[dict[str, str], ...]]:
        user = "#microsoft.graph.user"
        return {
            parent: tuple({"id": one, "@odata.type": user} for one in members)
            for parent, members in seed[key].items()
        }

    lists = {
        "groupMember": listed("groupMembers"),
        "administrativeUnitMember": listed("administrativeUnitMembers"),
    }
    return replace(seeded(seed), lists=lists)


@pytest.mark.parametrize("seed", range(3))
def test_every_accepted_counterpart_is_the_true_one(seed: int) -> None:
    pair = large_pair(seed, users=1_000, groups=200, eligibilities=600, now=NOW)
    found = resolve(with_members(pair.source), with_members(pair.target), LADDER)
    accepted = [one for one in found.mappings if one.state is State.ACCEPTED]
    wrong = [one for one in accepted if pair.truth.of(one.kind, one.source_id).target_id != one.target_id]
    assert wrong == []
    kinds = Counter(one.kind for one in accepted)
    assert kinds["user"] > 200
    assert kinds["group"] and kinds["administrativeUnit"]
