from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from migrate.errors import NoState, StateError
from migrate.store.database import Database
from migrate.store.snapshot_rows import CoverageRow, ObjectRow, ReferenceRow
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
TENANT = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def snapshots(db: Database) -> Snapshots:
    return Snapshots(db)


def user(object_id: str, name: str = "Ada", **more: object) -> ObjectRow:
    return ObjectRow(object_id, {"id": object_id, "displayName": name, **more}, display_name=name)


def test_ids_count_up_per_tenant(snapshots: Snapshots) -> None:
    first = snapshots.begin("source", TENANT, NOW, tool_version="0.1.0")
    snapshots.seal(first, NOW)
    assert (first, snapshots.begin("source", TENANT, NOW)) == ("source-0001", "source-0002")
    assert snapshots.begin("target", TENANT, NOW) == "target-0001"


def test_an_unfinished_snapshot_is_removed_by_the_next_of_its_tenant_only(snapshots: Snapshots) -> None:
    sealed = snapshots.begin("source", TENANT, NOW)
    snapshots.seal(sealed, NOW)
    unfinished = snapshots.begin("source", TENANT, NOW)
    snapshots.add_rows(
        unfinished, "user", [user("u1")], [ReferenceRow("user", "u1", "manager", "user", "u2")]
    )
    other = snapshots.begin("target", TENANT, NOW)
    again = snapshots.begin("source", TENANT, NOW)
    assert [each.id for each in snapshots.list()] == [sealed, again, other]
    assert list(snapshots.rows(again, "user")) == []
    assert list(snapshots.references(again)) == []


def test_latest_is_the_newest_sealed_one(snapshots: Snapshots) -> None:
    assert snapshots.latest("source") is None
    first = snapshots.begin("source", TENANT, NOW)
    assert snapshots.latest("source") is None
    digest = snapshots.seal(first, NOW + timedelta(minutes=1))
    snapshots.begin("source", TENANT, NOW)
    latest = snapshots.latest("source")
    assert latest is not None
    assert (latest.id, latest.hash, latest.sealed_at) == (first, digest, "2026-01-31T12:01:00.000000Z")


def test_rows_come_back_as_graph_spelt_them(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    row = user("u1", "Zoë", businessPhones=[], accountEnabled=None)
    snapshots.add_rows(snapshot, "user", [row, user("u0")])
    assert [each["id"] for each in snapshots.rows(snapshot, "user")] == ["u0", "u1"]
    assert snapshots.row(snapshot, "user", "u1") == dict(row.properties)
    assert snapshots.row(snapshot, "group", "u1") is None
    assert list(snapshots.object_rows(snapshot, "user"))[1] == row
    assert snapshots.get(snapshot).counts == {"user": 2}


def test_a_row_seen_again_takes_the_place_of_the_first_with_its_references(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    snapshots.add_rows(
        snapshot, "user", [user("u1", "old")], [ReferenceRow("user", "u1", "manager", "user", "a")]
    )
    snapshots.add_rows(
        snapshot, "user", [user("u1", "new")], [ReferenceRow("user", "u1", "manager", "user", "b")]
    )
    assert [each["displayName"] for each in snapshots.rows(snapshot, "user")] == ["new"]
    assert [each.to_id for each in snapshots.references(snapshot)] == ["b"]


def test_a_page_is_added_whole_or_not_at_all(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)

    def broken_page() -> object:
        yield ReferenceRow("user", "u1", "manager", "user", "a")
        raise LookupError("the page ended early")

    with pytest.raises(LookupError):
        snapshots.add_rows(snapshot, "user", [user("u1")], broken_page())  # type: ignore[arg-type]
    assert list(snapshots.rows(snapshot, "user")) == []


def test_discarding_a_collection_spares_its_neighbours(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    for parent in ("g1", "g2"):
        row = ObjectRow(f"of-{parent}", {"id": f"of-{parent}"}, parent_id=parent)
        reference = ReferenceRow("groupEligibilitySchedule", row.id, "groupId", "group", parent)
        snapshots.add_rows(snapshot, "groupEligibilitySchedule", [row], [reference])
        snapshots.record_coverage(
            snapshot,
            CoverageRow(
                "eligibilitySchedules", "groupEligibilitySchedule", True, "fan-out", parent_id=parent
            ),
        )
    snapshots.discard_collection(snapshot, "groupEligibilitySchedule", "g1")
    assert [row.parent_id for row in snapshots.object_rows(snapshot, "groupEligibilitySchedule")] == ["g2"]
    assert [row.to_id for row in snapshots.references(snapshot)] == ["g2"]
    assert [row.parent_id for row in snapshots.coverage(snapshot)] == ["g2"]


def test_coverage_keeps_the_last_word(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    failed = CoverageRow("users", "user", False, "list", rows=3, code="Forbidden", reason="no consent")
    done = CoverageRow("users", "user", True, "list", pages=2, rows=7, odata_count=7, finished_at="later")
    snapshots.record_coverage(snapshot, failed)
    assert snapshots.coverage(snapshot) == [failed]
    snapshots.record_coverage(snapshot, done)
    assert snapshots.coverage(snapshot) == [done]


def test_aliases(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    snapshots.add_alias(snapshot, "pim-id", "listed-id")
    assert snapshots.aliases(snapshot) == {"pim-id": "listed-id"}


def test_a_sealed_snapshot_takes_nothing_more(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    snapshots.seal(snapshot, NOW)
    for change in (
        lambda: snapshots.add_rows(snapshot, "user", [user("u1")]),
        lambda: snapshots.record_coverage(snapshot, CoverageRow("users", "user", True, "list")),
        lambda: snapshots.add_alias(snapshot, "a", "b"),
        lambda: snapshots.discard_collection(snapshot, "user"),
        lambda: snapshots.seal(snapshot, NOW),
    ):
        with pytest.raises(StateError) as caught:
            change()
        assert caught.value.code == "snapshot_sealed"


def test_a_snapshot_that_is_gone_says_so(snapshots: Snapshots) -> None:
    with pytest.raises(StateError) as caught:
        snapshots.add_rows("source-0009", "user", [user("u1")])
    assert caught.value.code == "snapshot_gone"
    with pytest.raises(NoState) as unknown:
        snapshots.get("source-0009")
    assert unknown.value.code == "snapshot_unknown"


def test_equal_content_has_an_equal_hash_whatever_the_order_and_the_time(snapshots: Snapshots) -> None:
    digests = []
    for minutes, order in enumerate((["u1", "u2"], ["u2", "u1"])):
        at = NOW + timedelta(minutes=minutes)
        snapshot = snapshots.begin("source", TENANT, at)
        for each in order:
            snapshots.add_rows(snapshot, "user", [user(each)], [ReferenceRow("user", each, "p", "user", "x")])
        snapshots.record_coverage(snapshot, CoverageRow("users", "user", True, "list", pages=minutes, rows=2))
        digests.append(snapshots.seal(snapshot, at))
    assert digests[0] == digests[1]


@pytest.mark.parametrize("change", ["object", "reference", "alias", "coverage"])
def test_any_other_content_has_another_hash(snapshots: Snapshots, change: str) -> None:
    digests = set()
    for changed in (False, True):
        snapshot = snapshots.begin("source", TENANT, NOW)
        name = "Eve" if changed and change == "object" else "Ada"
        to_id = "y" if changed and change == "reference" else "x"
        snapshots.add_rows(
            snapshot, "user", [user("u1", name)], [ReferenceRow("user", "u1", "p", "user", to_id)]
        )
        snapshots.add_alias(snapshot, "a", "c" if changed and change == "alias" else "b")
        complete = not (changed and change == "coverage")
        snapshots.record_coverage(snapshot, CoverageRow("users", "user", complete, "list"))
        digests.add(snapshots.seal(snapshot, NOW))
    assert len(digests) == 2


def test_a_moment_without_a_zone_is_refused(snapshots: Snapshots) -> None:
    with pytest.raises(ValueError, match="time zone"):
        snapshots.begin("source", TENANT, datetime(2026, 1, 31))


def test_one_id_stands_under_each_of_its_parents(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    for group in ("g1", "g2"):
        row = ("m1", "Ada", None, {"id": "m1", "of": group})
        snapshots.add_page(snapshot, "groupMember", group, [row], [("m1", "group", "group", group)])
    again = ("m1", "Eve", None, {"id": "m1", "of": "g2 again"})
    snapshots.add_page(snapshot, "groupMember", "g2", [again], [("m1", "group", "group", "g3")])
    assert [row["of"] for row in snapshots.rows(snapshot, "groupMember")] == ["g1", "g2 again"]
    assert [row.display_name for row in snapshots.object_rows(snapshot, "groupMember", "g2")] == ["Eve"]
    assert snapshots.row(snapshot, "groupMember", "m1", "g2") == {"id": "m1", "of": "g2 again"}
    assert snapshots.row(snapshot, "groupMember", "m1", "g9") is None
    assert [(row.from_parent_id, row.to_id) for row in snapshots.references(snapshot)] == [
        ("g1", "g1"),
        ("g2", "g3"),
    ]


def test_a_page_is_part_of_the_callers_transaction(snapshots: Snapshots, db: Database) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    with pytest.raises(LookupError), db.transaction():
        snapshots.add_page(snapshot, "user", "", [("u1", "Ada", None, {"id": "u1"})])
        raise LookupError("the cursor could not be written")
    assert list(snapshots.rows(snapshot, "user")) == []


@pytest.mark.parametrize(
    ("stored", "parents"),
    [(("b", "a", "c"), ("", "", "")), (("B", "a", "C"), ("", "", "")), (("b", "a", "c"), ("g2", "g1", "g1"))],
    ids=["as they are sorted", "in capitals", "under several parents"],
)
def test_what_streams_comes_by_the_id_in_lower_case(
    snapshots: Snapshots, stored: tuple[str, ...], parents: tuple[str, ...]
) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    rows = zip(stored, parents, strict=True)
    snapshots.add_rows(
        snapshot, "right", [ObjectRow(one, {"id": one}, parent_id=under) for one, under in rows]
    )
    how = snapshots.streamable(snapshot, "right")
    assert how is not None and how.count == 3
    found = list(snapshots.rows_by_lower_id(snapshot, "right", how))
    assert [low for low, _ in found] == ["a", "b", "c"]
    assert {row["id"] for _, row in found} == set(stored)
    assert [low for low, _ in snapshots.rows_by_lower_id(snapshot, "right", how, "c")] == ["c"]
    placed = list(snapshots.rows_by_place(snapshot, "right", how))
    assert [row for _, row in placed] == [row for _, row in found]
    assert [snapshots.row_at(place) for place, _ in placed] == [row for _, row in found]


def test_ids_that_differ_only_in_capitals_or_are_no_ascii_do_not_stream(snapshots: Snapshots) -> None:
    snapshot = snapshots.begin("source", TENANT, NOW)
    for kind, ids in (("twice", ("a", "A")), ("other", ("é",))):
        snapshots.add_rows(snapshot, kind, [ObjectRow(one, {"id": one}) for one in ids])
        assert snapshots.streamable(snapshot, kind) is None
    nothing = snapshots.streamable(snapshot, "none")
    assert nothing is not None and not list(snapshots.rows_by_lower_id(snapshot, "none", nothing))
