"""Tenants of any size: repeatable, true to what they say of themselves, and small in memory."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest

from migrate.lab.ids import derived
from migrate.lab.seed.crowd import SHARES
from migrate.lab.seed.engagement import break_glass_names, decisions
from migrate.lab.seed.large import LargePair, large_pair
from migrate.lab.seed.trouble import HOSTILE_NAMES
from migrate.lab.seed.truth import Counterpart
from migrate.lab.world import World

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SIZES = {"users": 2_001, "groups": 333, "eligibilities": 500}
OLD, NEW = "@contoso.com", "@fabrikam.com"


@pytest.fixture(scope="module")
def large() -> LargePair:
    return large_pair(7, **SIZES, now=NOW)


@pytest.fixture(scope="module")
def rows(large: LargePair) -> tuple[dict[str, Any], dict[str, Any]]:
    """Users and groups of both tenants by id."""
    return tuple(  # type: ignore[return-value]
        {row["id"]: row for key in ("users", "groups") for row in seed[key]}
        for seed in (large.source, large.target)
    )


def everything(pair: LargePair) -> list[Any]:
    return [
        [list(seed[key]) for seed in (pair.source, pair.target) for key in sorted(seed) if key != "truth"],
        list(pair.truth),
    ]


def test_the_same_seed_gives_the_same_tenants(large: LargePair) -> None:
    assert everything(large) == everything(large_pair(7, **SIZES, now=NOW))


def test_another_seed_gives_others(large: LargePair) -> None:
    other = large_pair(8, **SIZES, now=NOW)
    here, there = ({row["id"] for row in pair.source["users"]} for pair in (large, other))
    assert len(here & there) == 2, "the emergency accounts only"


def test_the_sizes_are_as_asked(large: LargePair) -> None:
    for seed in (large.source, large.target):
        assert len(list(seed["users"])) == len(seed["users"]) == 2_001
        assert len(list(seed["groups"])) == len(seed["groups"]) == 333
        assert len(seed["roleEligibilitySchedules"]) + len(seed["groupEligibilitySchedules"]) == 500


@pytest.mark.parametrize(
    "sizes", [{"users": 499}, {"groups": 49}, {"users": 500, "groups": 50, "eligibilities": 30_000}]
)
def test_what_does_not_fit_is_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at least|do not fit"):
        large_pair(1, **{**SIZES, **sizes}, now=NOW)


def test_ids_and_names_are_unique(large: LargePair) -> None:
    for seed in (large.source, large.target):
        users = list(seed["users"])
        ids = [row["id"] for key in ("users", "groups", "servicePrincipals") for row in seed[key]]
        assert len(ids) == len(set(ids))
        for name in ("userPrincipalName", "mail"):
            values = [str(row[name]).lower() for row in users if row[name]]
            assert len(values) == len(set(values)), name
    assert not {row["id"] for row in large.source["users"]} & {row["id"] for row in large.target["users"]}


def test_every_row_is_found_by_its_id(large: LargePair) -> None:
    for seed in (large.source, large.target):
        for key in ("users", "groups"):
            made = seed[key]
            assert [made.place_of(row["id"]) for row in made] == list(range(len(made)))
            assert made.place_of(derived("nobody")) is None
            assert made.place_of(made[5]["id"][:-1] + "z") is None


def test_there_is_a_truth_for_everybody(large: LargePair) -> None:
    truths = dict(large.truth)
    assert len(truths) == len(large.truth)
    for kind, key in (("user", "users"), ("group", "groups"), ("roleDefinition", "roleDefinitions")):
        for row in large.source[key]:
            found = truths[kind, row["id"]]
            assert found == large.truth.of(kind, row["id"])
            assert (found.target_id is None) == (found.reason is not None)
    with pytest.raises(KeyError):
        large.truth.of("user", derived("nobody"))


def test_the_evidence_is_there(large: LargePair, rows: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Each counterpart exists and shares just what the truth says, renamed domains allowed for."""
    here, there = rows
    seen: Counter[str] = Counter()
    for (kind, source_id), truth in large.truth:
        if kind not in ("user", "group") or truth.target_id is None:
            continue
        source, target = here[source_id], there[truth.target_id]
        seen[f"{kind} {truth.evidence}"] += 1
        name = "displayName" if truth.evidence == "name" else truth.evidence
        assert source[name], (kind, truth)
        assert str(source[name]).replace(OLD, NEW) == target[name], (kind, truth)
        assert target.get("accountEnabled") is not False
        assert truth.target_id not in truth.candidates
    assert set(seen) == {
        "user onPremisesImmutableId",
        "user employeeId",
        "user userPrincipalName",
        "user mail",
        "user name",
        "group name",
        "group mailNickname",
        "group onPremisesSecurityIdentifier",
    }


def test_nobody_is_the_right_one_twice(large: LargePair) -> None:
    targets = Counter((kind, truth.target_id) for (kind, _), truth in large.truth if truth.target_id)
    assert max(targets.values()) == 1


def test_reasons_hold(large: LargePair, rows: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """Whoever has no counterpart really has none, and those who could be taken for it look like it."""
    here, there = rows
    by_number: dict[str, list[str]] = {}
    anchors = {row.get("onPremisesImmutableId") for row in there.values()} - {None}
    for row in there.values():
        if row.get("employeeId"):
            by_number.setdefault(row["employeeId"], []).append(row["id"])
    reasons: Counter[str] = Counter()
    for (kind, source_id), truth in large.truth:
        if kind != "user" or truth.reason in (None, "deleted", "every tenant has its own"):
            continue
        source = here[source_id]
        reasons[str(truth.reason)] += 1
        assert source["onPremisesImmutableId"] not in anchors
        found = by_number.get(source["employeeId"], [])
        if truth.reason == "two candidates":
            assert sorted(found) == sorted(truth.candidates)
            assert len(found) == 2
        elif truth.reason == "claimed twice":
            assert found == list(truth.candidates)
        else:
            assert truth.reason == "no counterpart"
            assert found == []
            assert all(there[each]["displayName"] == source["displayName"] for each in truth.candidates)
    assert set(reasons) == {"no counterpart", "two candidates", "claimed twice"}


def of_case(large: LargePair, evidence: str, candidates: int) -> list[tuple[str, Counterpart]]:
    return [
        (source_id, truth)
        for (kind, source_id), truth in large.truth
        if kind == "user" and truth.evidence == evidence and len(truth.candidates) == candidates
    ]


def test_every_trap_is_set(large: LargePair, rows: tuple[dict[str, Any], dict[str, Any]]) -> None:
    here, there = rows
    traps: Counter[str] = Counter()
    for source_id, truth in of_case(large, "userPrincipalName", 1):
        (other,) = (there[each] for each in truth.candidates)
        assert other["employeeId"] == here[source_id]["employeeId"], "the number points to the wrong one"
        traps["swapped" if other["accountEnabled"] else "rehired"] += 1
    for source_id, truth in of_case(large, "onPremisesImmutableId", 1):
        (copy,) = (there[each] for each in truth.candidates)
        assert (copy["accountEnabled"], copy["displayName"]) == (False, here[source_id]["displayName"])
        traps["disabled duplicate"] += 1
    for (kind, source_id), truth in large.truth:
        row = here.get(source_id, {})
        if kind == "user" and row.get("userType") == "Guest":
            traps["guest in both" if truth.target_id else "guest here only"] += 1
        traps["hostile name"] += row.get("displayName") in HOSTILE_NAMES.values()
        traps["namesake"] += kind == "user" and truth.reason == "no counterpart" and bool(truth.candidates)
        traps["gone"] += truth.reason == "deleted"
    blocks = SIZES["users"] // 250
    assert len(traps) == 8
    assert all(count >= blocks for count in traps.values()), traps
    assert sum(SHARES.values()) < 250


def test_rights_lead_somewhere_and_no_two_are_one(large: LargePair) -> None:
    for seed in (large.source, large.target):
        known = {row["id"] for key in ("users", "groups") for row in seed[key]} | set(seed["deletedIds"])
        roles = {row["id"] for row in seed["roleDefinitions"]}
        units = {f"/administrativeUnits/{row['id']}" for row in seed["administrativeUnits"]}
        keys = [tuple(list(row.values())[:3]) for row in seed["roleEligibilitySchedules"]]
        assert len(keys) == len(set(keys))
        for row in seed["roleEligibilitySchedules"]:
            assert row["principalId"] in known
            assert row["roleDefinitionId"] in roles
            assert row["directoryScopeId"] in units | {"/"}
        for row in seed["groupEligibilitySchedules"]:
            assert row["principalId"] in known
            assert row["groupId"] in seed["onboardedGroups"]
        for links in ("groupMembers", "administrativeUnitMembers"):
            assert all(member in known for members in seed[links].values() for member in members)
            assert any(seed[links].values())


def test_groups_that_hold_roles_can(large: LargePair) -> None:
    for seed in (large.source, large.target):
        able = {row["id"] for row in seed["groups"] if row["isAssignableToRole"]}
        groups = {row["id"]: row for row in seed["groups"]}
        holders = {row["principalId"] for row in seed["roleEligibilitySchedules"]} & set(groups)
        assert holders
        assert holders <= able
        assert len(able) <= 500
        assert not any("DynamicMembership" in groups[each]["groupTypes"] for each in seed["onboardedGroups"])


def test_some_rights_are_in_the_target_already(large: LargePair) -> None:
    there = {
        (row["principalId"], row["roleDefinitionId"]): row["endDateTime"]
        for row in large.target["roleEligibilitySchedules"]
    }
    same = other = 0
    for row in large.source["roleEligibilitySchedules"]:
        kind = "group" if large.source["groups"].place_of(row["principalId"]) is not None else "user"
        truth = large.truth.of(kind, row["principalId"])
        key = (truth.target_id, row["roleDefinitionId"])
        if key in there:
            same += there[key] == row["endDateTime"]
            other += there[key] != row["endDateTime"]
    assert same > 20
    assert other > 0


def test_an_engagement_can_be_written_for_it(large: LargePair) -> None:
    assert break_glass_names(large.target) == [
        "breakglass1@fabrikam.onmicrosoft.com",
        "breakglass2@fabrikam.onmicrosoft.com",
    ]
    rows = decisions(large.source, large.target)
    assert rows
    for row in rows:
        assert large.truth.of(row["kind"], row["source_id"]).target_id == row["target_id"]


def grown(users: int) -> int:
    """Bytes that are held when a pair of this many users is loaded and has been read a little."""
    gc.collect()
    tracemalloc.start()
    try:
        pair = large_pair(1, users=users, groups=50, eligibilities=200, now=NOW)
        world = World([pair.source, pair.target], clock=lambda: NOW, rng=random.Random(0))
        for tenant in world.tenants.values():
            for table in tenant.objects.values():
                assert all(row["id"] for row in islice(table, 500))
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_memory_grows_by_bytes_a_person_not_by_rows() -> None:
    """A dict of a user takes more than a kilobyte; both tenants together take less than a tenth of that."""
    small, large = grown(5_000), grown(50_000)
    assert (large - small) / 45_000 < 100
