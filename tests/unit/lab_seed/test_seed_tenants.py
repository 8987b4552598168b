"""Contoso and Fabrikam as documents: repeatable, complete in themselves, and as Graph would have them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from every_setting import EVERYTHING

from migrate.cli.doctor_writes import needs_of
from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.draft import Seed
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.objects import P2_SERVICE_PLAN, cloud_sid
from migrate.lab.seed.people import person
from migrate.lab.seed.small import small_pair

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
LISTS = ("users", "groups", "servicePrincipals", "administrativeUnits")
SCHEDULES = (
    "roleEligibilitySchedules",
    "roleAssignmentSchedules",
    "groupEligibilitySchedules",
    "groupAssignmentSchedules",
)


@pytest.fixture(scope="module", params=["contoso", "fabrikam", "small source", "small target"])
def seed(request: pytest.FixtureRequest) -> Seed:
    small = small_pair(NOW)
    made = {"contoso": contoso, "fabrikam": fabrikam}
    if request.param in made:
        return made[request.param](NOW)
    return small[request.param == "small target"]


def test_two_runs_give_the_same_bytes() -> None:
    for build in (contoso, fabrikam, small_pair):
        assert orjson.dumps(build(NOW)) == orjson.dumps(build(NOW))


def test_ids_do_not_depend_on_the_day_but_dates_do() -> None:
    today, later = contoso(NOW), contoso(NOW + timedelta(days=3))
    assert [row["id"] for row in today["users"]] == [row["id"] for row in later["users"]]
    ends = [row["endDateTime"] for row in today["roleEligibilitySchedules"] if row["endDateTime"]]
    assert ends != [row["endDateTime"] for row in later["roleEligibilitySchedules"] if row["endDateTime"]]


def test_the_sizes_are_those_of_a_company(pair: Any) -> None:
    assert 300 <= len(pair.source["users"]) <= 340
    assert 400 <= len(pair.target["users"]) <= 440
    assert len(pair.source["groups"]) == 40
    assert len(pair.source["onboardedGroups"]) == 8
    assert len(pair.source["administrativeUnits"]) == 6
    assert sum(not row["isBuiltIn"] for row in pair.source["roleDefinitions"]) == 6
    assert len(pair.source["roleEligibilitySchedules"]) >= 60
    assert len(pair.source["groupEligibilitySchedules"]) >= 25


def test_no_two_people_share_a_name_or_a_sign_in_name() -> None:
    everyone = [person(number) for number in range(576)]
    assert len({who.display_name for who in everyone}) == 576
    assert len({who.local for who in everyone}) == 576
    assert all(re.fullmatch(r"[a-z.-]+", who.local) for who in everyone)
    with pytest.raises(ValueError, match="576"):
        person(576)


def test_ids_and_sign_in_names_are_unique(seed: Seed) -> None:
    ids = [row["id"] for name in LISTS for row in seed[name]]
    assert len(ids) == len(set(ids))
    names = [row["userPrincipalName"].lower() for row in seed["users"]]
    assert len(names) == len(set(names))
    mails = [row["mail"].lower() for row in seed["users"] if row["mail"]]
    assert len(mails) == len(set(mails))
    roles = [row["id"] for row in seed["roleDefinitions"]]
    assert len(roles) == len(set(roles))


def test_every_reference_leads_somewhere(seed: Seed) -> None:
    alive = {row["id"] for name in LISTS for row in seed[name]}
    known = alive | set(seed["deletedIds"])
    groups = {row["id"] for row in seed["groups"]}
    roles = {row["id"] for row in seed["roleDefinitions"]}
    scopes = {"/"} | {f"/administrativeUnits/{row['id']}" for row in seed["administrativeUnits"]}
    for name in SCHEDULES:
        for row in seed[name]:
            assert row["principalId"] in known
            if name.startswith("role"):
                assert row["roleDefinitionId"] in roles
                assert row["directoryScopeId"] in scopes
            else:
                assert row["groupId"] in set(seed["onboardedGroups"])
                assert row["accessId"] in ("member", "owner")
    for name in ("groupMembers", "groupOwners", "administrativeUnitMembers"):
        for holder, members in seed[name].items():
            assert holder in alive
            assert set(members) <= alive
    assert set(seed["groupPolicies"]) <= set(seed["onboardedGroups"]) <= groups
    assert set(seed["rolePolicies"]) <= roles
    assert set(seed["roleAliases"]) <= roles
    assert not alive & set(seed["deletedIds"])


def test_only_users_and_role_assignable_groups_are_eligible_for_roles(seed: Seed) -> None:
    able = {row["id"] for row in seed["users"]} | set(seed["deletedIds"])
    able |= {row["id"] for row in seed["groups"] if row["isAssignableToRole"]}
    assert {row["principalId"] for row in seed["roleEligibilitySchedules"]} <= able


def test_pim_manages_neither_dynamic_nor_synced_groups(seed: Seed) -> None:
    managed = [row for row in seed["groups"] if row["id"] in seed["onboardedGroups"]]
    assert managed
    assert not any(
        row["onPremisesSyncEnabled"] or "DynamicMembership" in row["groupTypes"] for row in managed
    )


def test_no_schedule_is_listed_twice(seed: Seed) -> None:
    for name in SCHEDULES:
        keys = [
            (
                row["principalId"],
                row.get("roleDefinitionId") or row["groupId"],
                row.get("directoryScopeId") or row["accessId"],
            )
            for row in seed[name]
        ]
        assert len(keys) == len(set(keys)), name


def test_the_tenant_is_licensed_and_its_app_can_sign_in(seed: Seed) -> None:
    plans = [plan["servicePlanId"] for sku in seed["subscribedSkus"] for plan in sku["servicePlans"]]
    assert P2_SERVICE_PLAN in plans
    (app,) = seed["apps"]
    (principal,) = [row for row in seed["servicePrincipals"] if row["id"] == app["servicePrincipalId"]]
    assert principal["appId"] == app["appId"]
    assert app["secret"]


def test_two_emergency_accounts_hold_global_administrator_for_good(seed: Seed) -> None:
    global_administrator = "62e90394-69f5-4237-9190-012177145e10"
    standing = {
        row["principalId"]
        for row in seed["roleAssignmentSchedules"]
        if row["roleDefinitionId"] == global_administrator
        and row["endDateTime"] is None
        and row["assignmentType"] == "Assigned"
    }
    names = {row["displayName"] for row in seed["users"] if row["id"] in standing}
    assert names == {"Break Glass 1", "Break Glass 2"}


def test_the_reader_cannot_write_and_the_writer_has_what_writes_need_and_no_more(pair: Any) -> None:
    reader, writer = set(pair.source["apps"][0]["roles"]), set(pair.target["apps"][0]["roles"])
    assert not any("ReadWrite" in name for name in reader)
    assert reader < writer
    needed = [set(one.permissions) for one in needs_of(EVERYTHING)]
    assert all(writer & names for names in needed)
    assert writer - reader <= set().union(*needed)


def test_a_cloud_sid_follows_from_the_object_id() -> None:
    assert cloud_sid("00000001-0000-0000-0000-000000000000") == "S-1-12-1-1-0-0-0"
