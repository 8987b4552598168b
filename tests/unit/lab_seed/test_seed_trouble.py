"""The planted trouble is where it is said to be, and nothing else stands in the way of the rest."""

from typing import Any

from migrate.lab.seed import trouble
from migrate.lab.seed.engagement import decisions
from migrate.lab.seed.small import small_pair
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM, days_from, object_id
from migrate.lab.seed.truth import counterparts

Row = dict[str, Any]


def _eligible(seed: Row, identity: str) -> list[Row]:
    rows = seed["roleEligibilitySchedules"] + seed["groupEligibilitySchedules"]
    return [row for row in rows if identity in (row["principalId"], row.get("groupId"))]


def _by_name(seed: Row, name: str) -> Row:
    return next(row for row in seed["roleDefinitions"] if row["displayName"] == name)


def _actions(role: Row) -> set[str]:
    return {action for block in role["rolePermissions"] for action in block["allowedResourceActions"]}


def test_all_who_are_in_trouble_hold_eligibility(pair: Any) -> None:
    holding = [
        trouble.NO_COUNTERPART,
        trouble.NAMESAKE,
        trouble.NAME_ONLY,
        trouble.TWO_CANDIDATES,
        trouble.NUMBER_AGAINST_MAIL,
        trouble.TWO_CLAIM_ONE,
        trouble.DELETED_PRINCIPALS,
        trouble.MISSING_GROUP,
        trouble.NOT_ONBOARDED_GROUP,
        trouble.SKIPPED_GROUP,
        trouble.UNDECIDED_GROUP,
        trouble.ALREADY_THERE,
        trouble.OTHER_END,
        trouble.EXPIRED,
        trouble.FUTURE_START,
        trouble.SHADOWS,
        trouble.ACTIVATED_SESSION,
    ]
    for planted in holding:
        for identity in trouble.ids(CONTOSO, planted.source):
            assert _eligible(pair.source, identity), planted.what
    assert len(trouble.ALL) >= 20


def test_hostile_names_are_worn_by_holders_of_eligibility(pair: Any) -> None:
    worn = {row["displayName"]: row["id"] for row in pair.source["users"]}
    for name in trouble.HOSTILE_NAMES.values():
        assert _eligible(pair.source, worn[name])
        assert pair.truth[("user", worn[name])].target_id is not None
        name.encode("utf-8")
    assert max(map(len, trouble.HOSTILE_NAMES.values())) == 10_000


def test_the_units_that_cannot_be_mapped_are_scopes_of_eligibility(pair: Any) -> None:
    scopes = {row["directoryScopeId"] for row in pair.source["roleEligibilitySchedules"]}
    for planted in (trouble.MISSING_UNIT, trouble.UNIT_BY_ITS_PEOPLE):
        (unit,) = trouble.ids(CONTOSO, planted.source)
        assert f"/administrativeUnits/{unit}" in scopes
    names = {row["displayName"] for row in pair.target["administrativeUnits"]}
    assert "Retail Branches" not in names
    assert "Manufacturing" in names


def test_custom_roles_differ_as_planted(pair: Any) -> None:
    def name(planted: trouble.Trouble) -> str:
        return planted.source[0].partition("/")[2]

    def both(planted: trouble.Trouble) -> tuple[Row, Row]:
        return _by_name(pair.source, name(planted)), _by_name(pair.target, name(planted))

    kept_here, kept_there = both(trouble.KEPT_ROLE)
    assert kept_here["id"] == kept_there["id"]
    for planted in (trouble.ALIASED_ROLE, trouble.REBLOCKED_ROLE):
        here, there = both(planted)
        assert here["id"] != there["id"]
        assert _actions(here) == _actions(there)
    here, there = both(trouble.REBLOCKED_ROLE)
    assert (len(here["rolePermissions"]), len(there["rolePermissions"])) == (2, 1)
    for seed, role in zip((pair.source, pair.target), both(trouble.ALIASED_ROLE), strict=True):
        alias = seed["roleAliases"][role["id"]]
        assert alias not in {row["id"] for row in seed["roleDefinitions"]}
    here, there = both(trouble.OTHER_PERMISSIONS)
    assert _actions(here) < _actions(there)
    names = {row["displayName"] for row in pair.target["roleDefinitions"]}
    assert name(trouble.MISSING_ROLE) not in names
    held = {row["roleDefinitionId"] for row in pair.source["roleEligibilitySchedules"]}
    for planted in (trouble.KEPT_ROLE, trouble.ALIASED_ROLE, trouble.OTHER_PERMISSIONS, trouble.MISSING_ROLE):
        assert _by_name(pair.source, name(planted))["id"] in held


def _keys(seed: Row) -> dict[tuple[str, str, str], Row]:
    rows = seed["roleEligibilitySchedules"] + seed["groupEligibilitySchedules"]
    return {
        (
            row["principalId"],
            row.get("groupId") or row["roleDefinitionId"],
            row.get("accessId") or row["directoryScopeId"],
        ): row
        for row in rows
    }


def test_some_eligibility_is_already_there_and_one_ends_otherwise(pair: Any) -> None:
    there = _keys(pair.target)
    equal: list[str] = []
    different: list[str] = []
    for (principal, what, where), row in _keys(pair.source).items():
        kind = "group" if "groupId" in row else "roleDefinition"
        holder = pair.truth.get(("user", principal))
        counterpart = pair.truth[(kind, what)].target_id
        if (
            holder is None
            or holder.target_id is None
            or counterpart is None
            or where not in ("/", "member", "owner")
        ):
            continue
        other = there.get((holder.target_id, counterpart, where))
        if other is not None:
            (equal if other["endDateTime"] == row["endDateTime"] else different).append(principal)
    assert sorted(equal) == sorted(trouble.ids(CONTOSO, trouble.ALREADY_THERE.source))
    assert different == list(trouble.ids(CONTOSO, trouble.OTHER_END.source))


def test_time_is_as_planted(pair: Any, now: Any) -> None:
    (expired,) = trouble.ids(CONTOSO, trouble.EXPIRED.source)
    (future,) = trouble.ids(CONTOSO, trouble.FUTURE_START.source)
    today = days_from(now, 0)
    assert [row["endDateTime"] < today for row in _eligible(pair.source, expired)] == [True]
    assert [row["startDateTime"] > today for row in _eligible(pair.source, future)] == [True]
    over = [row for row in pair.source["roleEligibilitySchedules"] if (row["endDateTime"] or "9") < today]
    assert len(over) == 1, "nothing else has expired"
    sessions = [row for row in pair.source["roleAssignmentSchedules"] if row["assignmentType"] == "Activated"]
    assert [row["principalId"] for row in sessions] == list(
        trouble.ids(CONTOSO, trouble.ACTIVATED_SESSION.source)
    )
    assert all(row["startDateTime"] < today < row["endDateTime"] for row in sessions)


def test_shadows_are_members_of_a_group_with_the_same_eligibility(pair: Any) -> None:
    rows = pair.source["roleEligibilitySchedules"]
    shadows = [row for row in rows if row["memberType"] == "Group"]
    assert {row["principalId"] for row in shadows} == set(trouble.ids(CONTOSO, trouble.SHADOWS.source))
    for shadow in shadows:
        casting = [
            row
            for row in rows
            if shadow["principalId"] in pair.source["groupMembers"].get(row["principalId"], ())
            and row["roleDefinitionId"] == shadow["roleDefinitionId"]
            and row["directoryScopeId"] == shadow["directoryScopeId"]
        ]
        assert len(casting) == 1


def test_the_group_that_is_not_onboarded_exists_on_both_sides(pair: Any) -> None:
    (here,) = trouble.ids(CONTOSO, trouble.NOT_ONBOARDED_GROUP.source)
    (there,) = trouble.ids(FABRIKAM, trouble.NOT_ONBOARDED_GROUP.target)
    assert here in pair.source["onboardedGroups"]
    assert there in {row["id"] for row in pair.target["groups"]}
    assert there not in pair.target["onboardedGroups"]
    assert there not in pair.target["groupPolicies"]


def test_the_targets_policies_let_in_all_that_is_permanent(pair: Any, now: Any) -> None:
    """A group's default policy refuses noExpiration: nothing but the planted trouble may fail for it."""
    for source, target in ((pair.source, pair.target), small_pair(now)):
        truth = counterparts(source, target)
        for row in source["groupEligibilitySchedules"]:
            there = truth[("group", row["groupId"])].target_id
            if there in target["onboardedGroups"] and row["endDateTime"] is None:
                rule = target["groupPolicies"][there][row["accessId"]]["Expiration_Admin_Eligibility"]
                assert rule["isExpirationRequired"] is False


def test_everything_in_the_small_pair_can_be_moved(now: Any) -> None:
    source, target = small_pair(now)
    truth = counterparts(source, target)
    decided = {row["source_id"]: row["target_id"] for row in decisions(source, target)}
    rows = source["roleEligibilitySchedules"] + source["groupEligibilitySchedules"]
    assert len(rows) == 6
    assert len(source["users"]) == len(target["users"]) == 6
    for row in rows:
        assert truth[("user", row["principalId"])].target_id
        if "groupId" in row:
            assert truth[("group", row["groupId"])].target_id == decided[row["groupId"]]
            continue
        assert truth[("roleDefinition", row["roleDefinitionId"])].target_id
        if row["directoryScopeId"] != "/":
            unit = row["directoryScopeId"].rpartition("/")[2]
            assert truth[("administrativeUnit", unit)].target_id == decided[unit]
    custom = _by_name(source, "Application Credential Operator")
    assert custom["id"] == object_id(CONTOSO, "roleDefinition", "Application Credential Operator")
    assert custom["id"] in {row["roleDefinitionId"] for row in rows if "roleDefinitionId" in row}
    assert {row.get("accessId") for row in rows} == {None, "member", "owner"}
    assert not target["roleEligibilitySchedules"] and not target["groupEligibilitySchedules"]
