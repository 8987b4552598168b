"""What the privileged scope reads, what it costs, and that it never passes for more than it saw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import content, crawl
from paged_tenant import PagedTenant, group, ident, nested_tenant

from migrate.crawl.wanted import Wanted
from migrate.crawl.ways import choose
from migrate.errors import ConsentMissing, GraphRefused
from migrate.kinds import principals
from migrate.kinds.look_up import LookUp
from migrate.store.database import Database, open_state
from migrate.store.snapshots import Snapshots


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_state(tmp_path / "engagement.db", create=True) as database:
        yield database


def large(people: int = 20_000) -> PagedTenant:
    tenant = nested_tenant(9)
    # Only the count is large: listing them would be the error.
    tenant.announced = dict.fromkeys(("/users", "/groups", "/servicePrincipals"), people)
    return tenant


def users(db: Database, snapshot_id: str) -> set[str]:
    return {str(row["id"]) for row in Snapshots(db).rows(snapshot_id, "user")}


def test_privileged_reads_exactly_whom_privilege_touches(db: Database) -> None:
    tenant = large()
    crawled = crawl(tenant, db, "privileged")
    assert crawled.complete
    assert users(db, crawled.snapshot_id) == {ident(one) for one in (1, 2, 3, 4, 5)}
    groups = {str(row["id"]) for row in Snapshots(db).rows(crawled.snapshot_id, "group")}
    assert groups == {ident(100), ident(101)}
    ways = {row.collection: row.way for row in crawled.coverage if not row.parent_id}
    assert (ways["users"], ways["groups"], ways["servicePrincipals"]) == ("look-up",) * 3
    assert not any(one.path == "/users" and "$count" not in one.query for one in tenant.requests)


def test_what_was_asked_by_id_is_remembered_also_where_nobody_was_there(db: Database) -> None:
    crawled = crawl(large(), db, "privileged")
    asked = Snapshots(db).look_ups(crawled.snapshot_id, "directoryObject")
    assert ("id", ident(999)) in asked and ("id", ident(8)) not in asked


def test_a_small_tenant_is_listed_because_that_is_cheaper(db: Database) -> None:
    crawled = crawl(nested_tenant(9), db, "privileged")
    assert {row.way for row in crawled.coverage if row.collection == "users"} == {"listing"}
    assert len(users(db, crawled.snapshot_id)) == 9


def test_members_of_groups_inside_groups_are_read_and_circles_end(db: Database) -> None:
    crawled = crawl(large(), db, "privileged")
    lists = {(row.collection, row.parent_id) for row in crawled.coverage if row.parent_id}
    for parent in (ident(100), ident(101)):
        assert ("groupMembers", parent) in lists and ("groupOwners", parent) in lists
    rows = content(db, crawled)["groupMember"]
    assert sorted((parent, one) for parent, one, _ in rows) == sorted(
        [
            (ident(100), ident(101)),
            (ident(100), ident(3)),
            (ident(101), ident(3)),
            (ident(101), ident(4)),
            (ident(101), ident(100)),
        ]
    )


def test_look_ups_of_the_other_side_find_candidates_and_are_noted(db: Database) -> None:
    tenant = large()
    wanted = Wanted(
        frozenset(
            {
                LookUp("user", "userPrincipalName", "PERSON7@contoso.com"),
                LookUp("user", "userPrincipalName", "nobody@contoso.com"),
            }
        )
    )
    crawled = crawl(tenant, db, "privileged", wanted=wanted)
    assert ident(7) in users(db, crawled.snapshot_id)
    asked = Snapshots(db).look_ups(crawled.snapshot_id, "user")
    assert {
        ("userPrincipalName", "person7@contoso.com"),
        ("userPrincipalName", "nobody@contoso.com"),
    } <= asked


def test_a_candidate_group_is_opened_because_somebody_may_sit_in_it(db: Database) -> None:
    tenant = large()
    tenant.lists["/groups"].append(group(103))
    tenant.lists[f"/groups/{ident(103)}/members"] = [{"@odata.type": "#microsoft.graph.user", "id": ident(9)}]
    tenant.lists[f"/groups/{ident(103)}/owners"] = []
    wanted = Wanted(frozenset({LookUp("group", "displayName", "GROUP103")}))
    crawled = crawl(tenant, db, "privileged", wanted=wanted)
    assert ident(9) in users(db, crawled.snapshot_id)


def test_an_answer_by_id_in_several_pages_is_read_to_its_end(db: Database) -> None:
    """Who stands on the second page is not gone."""
    tenant = large()
    tenant.by_id_page = 2
    crawled = crawl(tenant, db, "privileged")
    assert users(db, crawled.snapshot_id) == {ident(one) for one in (1, 2, 3, 4, 5)}


def test_without_directory_read_all_objects_are_asked_for_kind_by_kind(db: Database) -> None:
    tenant = large()
    tenant.refused["/directoryObjects/getByIds"] = ConsentMissing("denied", where="POST getByIds")
    crawled = crawl(tenant, db, "privileged")
    assert crawled.complete
    assert users(db, crawled.snapshot_id) == {ident(one) for one in (1, 2, 3, 4, 5)}
    assert any("$filter" in one.query for one in tenant.requests if one.path == "/users")


def test_an_answer_by_id_that_lacks_properties_is_not_taken_for_the_whole_object(db: Database) -> None:
    tenant = large()
    for row in tenant.lists["/users"]:
        row["employeeId"] = "7"
    tenant.hides_by_id = {"employeeId"}
    crawled = crawl(tenant, db, "privileged")
    rows = list(Snapshots(db).rows(crawled.snapshot_id, "user"))
    assert len(rows) == 5 and all(row["employeeId"] == "7" for row in rows)


def test_a_look_up_that_fails_makes_the_collection_partial_and_stays_open(db: Database) -> None:
    tenant = large()
    tenant.fails_filter = GraphRefused("no", where="GET /users", code="server_error")
    wanted = Wanted(frozenset({LookUp("user", "mail", "x@contoso.com")}))
    crawled = crawl(tenant, db, "privileged", wanted=wanted)
    (row,) = (row for row in crawled.coverage if row.collection == "users")
    assert (row.complete, row.code) == (False, "server_error")
    assert ("mail", "x@contoso.com") not in Snapshots(db).look_ups(crawled.snapshot_id, "user")


def test_missing_consent_for_an_optional_kind_is_unread_and_the_rest_goes_on(db: Database) -> None:
    tenant = nested_tenant()
    path = "/identityGovernance/accessReviews/definitions"
    tenant.refused[path] = ConsentMissing("denied", where=path)
    tenant.refused[f"/groups/{ident(100)}/members"] = ConsentMissing("denied", where="GET /groups")
    crawled = crawl(tenant, db)
    unread = {(row.collection, row.parent_id): row.code for row in crawled.coverage if not row.complete}
    assert unread == {("accessReviews", ""): "consent_missing", ("groupMembers", ""): "consent_missing"}


def test_the_cheaper_way_is_chosen_and_a_listing_of_unknown_length_never() -> None:
    kind = principals.KINDS["user"]
    assert choose(kind, 999, ids=50, questions=0).whole
    assert not choose(kind, 200_000, ids=2_000, questions=0).whole
    assert choose(kind, 200_000, ids=2_000, questions=12_000).whole
    assert not choose(kind, None, ids=2_000, questions=12_000).whole
    assert choose(kind, 1_500, ids=50, questions=0, rivals=True).whole
    few = choose(kind, 200_000, ids=2_000, questions=0)
    assert few.listing_units is not None and few.listing_units >= 20 * few.units
