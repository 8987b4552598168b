"""The ground truth: the evidence it names is really there, and points to nothing else in the target."""

from collections import Counter
from typing import Any

import pytest

from migrate.lab.seed import trouble
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM
from migrate.lab.seed.truth import counterparts

Row = dict[str, Any]


def _strong_keys(user: Row) -> set[tuple[str, str]]:
    """What a careful person would accept as proof, with Contoso's addresses under Fabrikam's domain."""
    keys = {
        (name, str(user[name]))
        for name in ("onPremisesImmutableId", "onPremisesSecurityIdentifier", "employeeId")
        if user[name]
    }
    addresses = [user["userPrincipalName"], user["mail"] or ""]
    addresses += [proxy.partition(":")[2] for proxy in user["proxyAddresses"]]
    return keys | {
        ("address", one.lower().replace("@contoso.com", "@fabrikam.com")) for one in addresses if one
    }


def test_the_evidence_named_is_shared_and_points_to_nobody_else(pair: Any) -> None:
    there: dict[tuple[str, str], set[str]] = {}
    for row in pair.target["users"]:
        for key in _strong_keys(row):
            there.setdefault(key, set()).add(row["id"])
    for row in pair.source["users"]:
        truth = pair.truth[("user", row["id"])]
        found = set().union(*(there.get(key, set()) for key in _strong_keys(row)))
        if truth.evidence == "name" or truth.reason in ("no counterpart", "every tenant has its own"):
            assert found == set(), row["displayName"]
        elif truth.target_id is None:
            assert found == set(truth.candidates), row["displayName"]
        else:
            assert found == {truth.target_id}, row["displayName"]


def test_the_named_property_is_equal_on_both_sides(pair: Any) -> None:
    target = {row["id"]: row for row in pair.target["users"]}
    renamed = ("userPrincipalName", "mail")
    checked: Counter[str] = Counter()
    for row in pair.source["users"]:
        truth = pair.truth[("user", row["id"])]
        if truth.target_id is None or truth.evidence == "name":
            continue
        here, there = row[truth.evidence], target[truth.target_id][truth.evidence]
        if truth.evidence in renamed:
            here = here.replace("@contoso.com", "@fabrikam.com")
        assert here == there
        checked[truth.evidence] += 1
    assert set(checked) == {"onPremisesImmutableId", "employeeId", "userPrincipalName", "mail"}
    assert checked["onPremisesImmutableId"] > checked["employeeId"] > checked["userPrincipalName"]


def test_every_source_object_has_a_target_or_a_reason(pair: Any) -> None:
    listed = {
        (kind, row["id"])
        for kind, name in (
            ("user", "users"),
            ("group", "groups"),
            ("servicePrincipal", "servicePrincipals"),
            ("administrativeUnit", "administrativeUnits"),
            ("roleDefinition", "roleDefinitions"),
        )
        for row in pair.source[name]
    }
    assert listed <= set(pair.truth)
    assert {key[1] for key in set(pair.truth) - listed} == set(pair.source["deletedIds"])
    assert all((one.target_id is None) != (one.reason is None) for one in pair.truth.values())


@pytest.mark.parametrize(
    ("planted", "reason"),
    [
        (trouble.NO_COUNTERPART, "no counterpart"),
        (trouble.NAMESAKE, "no counterpart"),
        (trouble.TWO_CANDIDATES, "two candidates"),
        (trouble.NUMBER_AGAINST_MAIL, "two candidates"),
        (trouble.TWO_CLAIM_ONE, "claimed twice"),
        (trouble.DELETED_PRINCIPALS, "deleted"),
        (trouble.MISSING_GROUP, "no counterpart"),
        (trouble.MISSING_UNIT, "no counterpart"),
        (trouble.MISSING_ROLE, "no counterpart"),
        (trouble.OTHER_PERMISSIONS, "other permissions"),
    ],
)
def test_the_trouble_has_its_reason(pair: Any, planted: trouble.Trouble, reason: str) -> None:
    for reference, identity in zip(planted.source, trouble.ids(CONTOSO, planted.source), strict=True):
        kind = reference.removeprefix("deleted/").partition("/")[0]
        truth = pair.truth[(kind, identity)]
        assert (truth.target_id, truth.reason) == (None, reason)
        if reason in ("two candidates", "claimed twice", "other permissions"):
            assert truth.candidates == trouble.ids(FABRIKAM, planted.target)


def test_names_alone_are_right_for_some_and_wrong_for_the_namesake(pair: Any) -> None:
    names = {row["displayName"]: row["id"] for row in pair.target["users"]}
    for identity in trouble.ids(CONTOSO, trouble.NAME_ONLY.source):
        name = next(row["displayName"] for row in pair.source["users"] if row["id"] == identity)
        truth = pair.truth[("user", identity)]
        assert (truth.target_id, truth.evidence) == (names[name], "name")
    (namesake,) = trouble.ids(CONTOSO, trouble.NAMESAKE.source)
    name = next(row["displayName"] for row in pair.source["users"] if row["id"] == namesake)
    assert names[name] == trouble.ids(FABRIKAM, trouble.NAMESAKE.target)[0]


def test_truth_works_on_other_pairs(pair: Any) -> None:
    itself = counterparts(pair.target, pair.target)
    assert all(one.target_id == key[1] for key, one in itself.items() if one.reason is None)
