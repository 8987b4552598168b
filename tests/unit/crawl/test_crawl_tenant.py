"""The crawler: every row that there is, and an honest word about every collection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from scripted_tenant import (
    ALICE,
    CUSTOM,
    GROUP,
    ROLE,
    TENANT,
    ScriptedTenant,
    eligibility,
    listing,
    refused,
)

from migrate.crawl.progress import Tally
from migrate.crawl.run import Run
from migrate.crawl.tenant import Crawled, TenantCrawl, check_tenant
from migrate.errors import ConsentMissing, SignInFailed, Unreachable, WrongTenant
from migrate.graphapi.session import Session
from migrate.store.database import Database, open_state
from migrate.store.snapshot_rows import CoverageRow, Scope
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SCHEDULES = "/roleManagement/directory/roleEligibilitySchedules"
GROUP_SCHEDULES = "/identityGovernance/privilegedAccess/group/eligibilitySchedules"
BETA = "/identityGovernance/privilegedAccess/group/resources"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_state(tmp_path / "engagement.db", create=True) as database:
        yield database


@pytest.fixture
def tenant() -> ScriptedTenant:
    return ScriptedTenant()


async def crawled(tenant: ScriptedTenant, db: Database, scope: Scope = "full") -> Crawled:
    snapshots = Snapshots(db)
    snapshot_id = snapshots.begin("source", TENANT, NOW, scope=scope)
    run = Run(cast(Session, tenant), db, snapshots, snapshot_id, lambda: NOW, Tally("source", lambda _: None))
    crawl = TenantCrawl(run, scope)
    await crawl.read_governing()
    await crawl.read_principals()
    return crawl.seal()


def coverage(result: Crawled, collection: str, parent: str = "") -> CoverageRow:
    return next(row for row in result.coverage if row.collection == collection and row.parent_id == parent)


def ids(db: Database, result: Crawled, kind: str) -> list[Any]:
    return [row["id"] for row in Snapshots(db).rows(result.snapshot_id, kind)]


async def test_a_whole_tenant_is_sealed_and_complete(tenant: ScriptedTenant, db: Database) -> None:
    result = await crawled(tenant, db)
    assert result.complete
    assert ids(db, result, "roleEligibilitySchedule") == ["e1"]
    assert ids(db, result, "pimGroup") == [GROUP]
    assert coverage(result, "groupEligibilitySchedules", GROUP).complete
    latest = Snapshots(db).latest("source")
    assert latest is not None and latest.hash == result.hash


async def test_one_failing_collection_is_unread_and_the_rest_goes_on(
    tenant: ScriptedTenant, db: Database
) -> None:
    tenant.answers["/users"] = [refused("server_error")]
    result = await crawled(tenant, db)
    row = coverage(result, "users")
    assert not result.complete
    assert (row.complete, row.code, row.rows) == (False, "server_error", 0)
    assert coverage(result, "groups").complete


async def test_one_failing_group_is_unread_never_empty(tenant: ScriptedTenant, db: Database) -> None:
    other = GROUP.replace("1", "2")
    tenant.answers[BETA] = [listing({"id": GROUP}, {"id": other})]
    tenant.answers[GROUP_SCHEDULES] = [
        lambda request: refused("server_error") if other in request.query["$filter"] else listing()
    ]
    result = await crawled(tenant, db)
    assert coverage(result, "groupEligibilitySchedules", GROUP).complete
    assert not coverage(result, "groupEligibilitySchedules", other).complete


async def test_a_listing_that_dies_in_the_middle_keeps_its_rows_but_proves_no_absence(
    tenant: ScriptedTenant, db: Database
) -> None:
    tenant.answers["/users"] = [listing({"id": ALICE, "userPrincipalName": "a@c.com"}, link="https://g/2")]
    tenant.answers["https://g/2"] = [Unreachable("the host is gone", where="GET /users")]
    result = await crawled(tenant, db)
    row = coverage(result, "users")
    assert (row.complete, row.rows, row.pages, row.code) == (False, 1, 1, "unreachable")
    assert ids(db, result, "user") == [ALICE]


async def test_an_empty_page_with_a_link_is_not_the_end(tenant: ScriptedTenant, db: Database) -> None:
    tenant.answers[SCHEDULES] = [listing(link="https://g/2")]
    tenant.answers["https://g/2"] = [listing(eligibility("e2", ROLE))]
    result = await crawled(tenant, db)
    assert ids(db, result, "roleEligibilitySchedule") == ["e2"]
    assert coverage(result, "roleEligibilitySchedules").pages == 2


async def test_a_page_token_that_dies_starts_the_listing_again(tenant: ScriptedTenant, db: Database) -> None:
    tenant.answers[SCHEDULES] = [
        listing(eligibility("gone", ROLE), link="https://g/2"),
        listing(eligibility("e1", ROLE), link="https://g/3"),
    ]
    tenant.answers["https://g/2"] = [refused("page_expired")]
    tenant.answers["https://g/3"] = [listing(eligibility("e2", ROLE))]
    result = await crawled(tenant, db)
    assert ids(db, result, "roleEligibilitySchedule") == ["e1", "e2"]
    row = coverage(result, "roleEligibilitySchedules")
    assert (row.complete, row.rows, row.pages) == (True, 2, 2)


async def test_a_row_that_comes_twice_is_one_and_the_newest(tenant: ScriptedTenant, db: Database) -> None:
    tenant.answers["/users"] = [
        listing({"id": ALICE, "userPrincipalName": "old@c.com"}, link="https://g/2"),
    ]
    tenant.answers["https://g/2"] = [listing({"id": ALICE, "userPrincipalName": "new@c.com"})]
    result = await crawled(tenant, db)
    row = Snapshots(db).row(result.snapshot_id, "user", ALICE)
    assert row is not None and row["userPrincipalName"] == "new@c.com"
    assert coverage(result, "users").rows == 1


async def test_fewer_rows_than_graph_counts_is_not_complete(tenant: ScriptedTenant, db: Database) -> None:
    tenant.answers["/users"] = [listing({"id": ALICE, "userPrincipalName": "a@c.com"}, count=2)]
    row = coverage(await crawled(tenant, db), "users")
    assert (row.complete, row.code, row.odata_count) == (False, "short", 2)


async def test_a_row_without_an_id_is_told_and_makes_the_collection_partial(
    tenant: ScriptedTenant, db: Database
) -> None:
    tenant.answers["/users"] = [listing({"id": ALICE}, {"displayName": "nobody"}, {"id": None})]
    row = coverage(await crawled(tenant, db), "users")
    assert (row.complete, row.code, row.rows) == (False, "without_id", 1)


async def test_missing_consent_names_every_collection_and_seals_nothing(
    tenant: ScriptedTenant, db: Database
) -> None:
    tenant.answers["/users"] = [ConsentMissing("denied", where="GET /users", hint="User.Read.All")]
    tenant.answers["/groups"] = [ConsentMissing("denied", where="GET /groups", hint="Group.Read.All")]
    with pytest.raises(ConsentMissing) as caught:
        await crawled(tenant, db)
    assert "users (User.Read.All)" in caught.value.message
    assert "groups (Group.Read.All)" in caught.value.message
    assert Snapshots(db).latest("source") is None


async def test_a_tenant_that_never_answers_is_unreachable_not_partial(
    tenant: ScriptedTenant, db: Database
) -> None:
    for path in tenant.answers:
        tenant.answers[path] = [Unreachable("no connection", where=path)]
    with pytest.raises(Unreachable):
        await crawled(tenant, db)
    assert Snapshots(db).latest("source") is None


@pytest.mark.parametrize("trouble", [ConsentMissing("no"), refused("not_found")])
async def test_without_the_beta_listing_groups_are_probed_and_the_way_is_recorded(
    tenant: ScriptedTenant, db: Database, trouble: Any
) -> None:
    dynamic = {"id": GROUP.replace("1", "3"), "securityEnabled": True, "groupTypes": ["DynamicMembership"]}
    quiet = {"id": GROUP.replace("1", "4"), "securityEnabled": True, "displayName": "not managed"}
    unknown = {"id": GROUP.replace("1", "5"), "securityEnabled": True, "displayName": "unknown to PIM"}
    tenant.answers[BETA] = [trouble]
    tenant.answers["/groups"] = [listing({"id": GROUP, "securityEnabled": True}, dynamic, quiet, unknown)]
    row = {"id": f"{GROUP}_member_x", "groupId": GROUP, "accessId": "member", "principalId": ALICE}

    def answer(request: Any) -> Any:
        if unknown["id"] in request.query["$filter"]:
            return refused("not_found")
        return listing(row) if GROUP in request.query["$filter"] else listing()

    tenant.answers[GROUP_SCHEDULES] = [answer]
    result = await crawled(tenant, db)
    probed = coverage(result, "pimGroups")
    assert (probed.way, probed.complete, probed.rows) == ("probing candidates", True, 1)
    assert ids(db, result, "pimGroup") == [GROUP]
    asked = [one.query["$filter"] for one in tenant.asked if one.path == GROUP_SCHEDULES]
    assert not any(str(dynamic["id"]) in text for text in asked)


async def test_a_candidate_that_has_a_policy_is_managed_though_nobody_is_eligible(
    tenant: ScriptedTenant, db: Database
) -> None:
    managed, other = GROUP, GROUP.replace("1", "6")
    tenant.answers[BETA] = [refused("not_found")]
    tenant.answers["/groups"] = [listing(*({"id": one, "securityEnabled": True} for one in (managed, other)))]

    def answer(request: Any) -> Any:
        if managed not in request.query["$filter"]:
            return listing()
        return listing(
            {
                "id": f"{managed}_member",
                "scopeId": managed,
                "scopeType": "Group",
                "roleDefinitionId": "member",
                "policy": {"id": "p", "lastModifiedDateTime": None, "rules": []},
            }
        )

    tenant.answers["/policies/roleManagementPolicyAssignments"] = [
        lambda request: answer(request) if "'Group'" in request.query["$filter"] else listing()
    ]
    result = await crawled(tenant, db)
    assert ids(db, result, "pimGroup") == [managed]
    assert len(ids(db, result, "roleManagementPolicy")) == 1


async def test_a_candidate_that_does_not_answer_makes_the_probing_partial(
    tenant: ScriptedTenant, db: Database
) -> None:
    tenant.answers[BETA] = [ConsentMissing("no")]
    tenant.answers[GROUP_SCHEDULES] = [refused("server_error")]
    result = await crawled(tenant, db)
    assert not coverage(result, "pimGroups").complete


async def test_a_candidate_that_vanishes_after_its_first_page_is_unread(
    tenant: ScriptedTenant, db: Database
) -> None:
    """What means "nothing to list" on the first page means a list cut off on the second."""
    tenant.answers[BETA] = [ConsentMissing("no")]
    row = {"id": f"{GROUP}_member_x", "groupId": GROUP, "accessId": "member", "principalId": ALICE}
    tenant.answers[GROUP_SCHEDULES] = [listing(row, link="https://g/2")]
    tenant.answers["https://g/2"] = [refused("not_found")]
    result = await crawled(tenant, db)
    assert not coverage(result, "groupEligibilitySchedules", GROUP).complete
    assert not coverage(result, "pimGroups").complete


async def test_an_alias_of_a_custom_role_is_resolved_by_asking_for_it(
    tenant: ScriptedTenant, db: Database
) -> None:
    alias = CUSTOM.replace("1", "9")
    tenant.answers[SCHEDULES] = [listing(eligibility("e1", alias))]
    tenant.answers[f"/roleManagement/directory/roleDefinitions/{alias}"] = [
        {"id": alias, "templateId": CUSTOM, "displayName": "Auditor", "isBuiltIn": False}
    ]
    result = await crawled(tenant, db)
    assert Snapshots(db).aliases(result.snapshot_id) == {alias: CUSTOM}


async def test_an_alias_that_cannot_be_asked_for_is_resolved_by_the_expanded_role(
    tenant: ScriptedTenant, db: Database
) -> None:
    alias = CUSTOM.replace("1", "9")
    expanded = {**eligibility("e1", alias), "roleDefinition": {"id": alias, "displayName": "Auditor"}}
    tenant.answers[SCHEDULES] = [
        lambda request: listing(expanded) if "$expand" in request.query else listing(eligibility("e1", alias))
    ]
    result = await crawled(tenant, db)
    assert Snapshots(db).aliases(result.snapshot_id) == {alias: CUSTOM}


async def test_a_role_id_that_nobody_knows_stays_unknown(tenant: ScriptedTenant, db: Database) -> None:
    tenant.answers[SCHEDULES] = [listing(eligibility("e1", CUSTOM.replace("1", "9")))]
    result = await crawled(tenant, db)
    assert Snapshots(db).aliases(result.snapshot_id) == {}


async def test_a_token_without_a_tenant_is_checked_against_graphs_own_word(tenant: ScriptedTenant) -> None:
    tenant.tenant_id = None  # type: ignore[assignment]
    await check_tenant(cast(Session, tenant), TENANT.upper(), "[source]")
    with pytest.raises(WrongTenant):
        await check_tenant(cast(Session, tenant), TENANT.replace("1", "2"), "[source]")


async def test_a_failed_sign_in_in_the_middle_ends_the_crawl(tenant: ScriptedTenant, db: Database) -> None:
    tenant.answers[GROUP_SCHEDULES] = [SignInFailed("token refused")]
    with pytest.raises(SignInFailed):
        await crawled(tenant, db)
    assert Snapshots(db).latest("source") is None
