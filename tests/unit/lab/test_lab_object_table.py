"""Made rows and given ones side by side: changed rows are kept, indexes forget nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from migrate.lab.object_table import WORTH_AN_INDEX, MadeRows, ObjectTable
from migrate.lab.table import Table


class Made:
    """Rows ``p0``, ``p1`` … with a mail each; counts how many were made."""

    def __init__(self, count: int) -> None:
        self.count, self.made = count, 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, place: int) -> dict[str, Any]:
        self.made += 1
        return {"id": f"p{place}", "mail": f"Person{place}@x", "note": None}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.since(0)

    def since(self, place: int) -> Iterator[dict[str, Any]]:
        return map(self.__getitem__, range(place, self.count))

    def maker(self, names: object, show: object) -> None:
        return

    def place_of(self, object_id: str) -> int | None:
        number = object_id[1:]
        return int(number) if object_id[:1] == "p" and number.isdigit() and int(number) < self.count else None


@pytest.fixture
def made() -> Made:
    return Made(1000)


@pytest.fixture
def table(made: Made) -> ObjectTable:
    return ObjectTable(made)


def ids(table: ObjectTable, position: int = 0) -> list[str]:
    return [row["id"] for _, row in table.since(position)]


def found(table: ObjectTable, name: str, *values: str) -> list[str]:
    source = table.candidates(name, values, 0)
    assert source is not None
    return [row["id"] for _, row in source(0)]


def test_a_list_is_no_made_rows(made: Made) -> None:
    assert isinstance(made, MadeRows)
    assert not isinstance([], MadeRows)


def test_only_what_is_looked_at_is_made(table: ObjectTable, made: Made) -> None:
    rows = table.since(500)
    assert next(rows) == (501, made[500])
    assert len(table) == 1000
    assert "P7" in table
    assert "q7" not in table
    assert made.made < 5


def test_a_row_that_is_changed_is_kept(table: ObjectTable) -> None:
    changes = (
        lambda row: row.update(note="x"),
        lambda row: row.__setitem__("note", "x"),
        lambda row: row.pop("note"),
        lambda row: row.__ior__({"note": "x"}),
        lambda row: row.setdefault("more", "x"),
        lambda row: row.__delitem__("note"),
    )
    for place, change in enumerate(changes):
        row = table.get(f"p{place}")
        assert row is not None
        change(row)
        assert table.get(f"p{place}") == row != Made(9)[place]
        assert dict(next(iter(table.since(place)))[1]) == row
    assert table.get("p500") is not table.get("p500"), "a row that nobody changed is not kept"


def test_removed_added_and_replaced(table: ObjectTable) -> None:
    assert table.pop("P3") == Made(9)[3]
    assert table.pop("p3") is None
    table.put("new", {"id": "new", "mail": "new@x"})
    table.put("p4", {"id": "p4", "mail": "other@x"})
    assert (len(table), table.get("p3"), "p3" in table) == (1000, None, False)
    assert ids(table)[:4] == ["p0", "p1", "p2", "p4"]
    assert ids(table)[-2:] == ["p999", "new"]
    assert ids(table, 1000) == ["new"]
    table.put("p3", {"id": "p3"})
    assert ids(table)[3] == "p3"


def test_positions_go_on_where_a_page_ended(table: ObjectTable) -> None:
    table.put("new", {"id": "new"})
    seen, position = [], 0
    while rows := list(zip(table.since(position), range(333), strict=False)):
        seen += [row["id"] for (_, row), _ in rows]
        position = rows[-1][0][0]
        table.pop(seen[-1])
    assert seen == [f"p{place}" for place in range(1000)] + ["new"]


def test_looking_up_by_id_makes_one_row(table: ObjectTable, made: Made) -> None:
    table.put("new", {"id": "new"})
    assert found(table, "id", "P9", "new", "nobody") == ["p9", "new"]
    assert made.made == 1


def test_an_index_finds_in_any_case_and_sees_changes(table: ObjectTable) -> None:
    assert found(table, "mail", "PERSON8@X") == ["p8"]
    assert found(table, "mail", "person8@x", "person5@x", "nobody@x") == ["p5", "p8"]
    row = table.get("p6")
    assert row is not None
    row["mail"] = "moved@x"
    assert "p6" in found(table, "mail", "moved@x")
    table.pop("p8")
    assert "p8" not in found(table, "mail", "person8@x")
    table.put("new", {"id": "new", "mail": "person5@x"})
    assert found(table, "mail", "person5@x")[0] == "p5"
    assert "new" in found(table, "mail", "person5@x")


def test_one_object_by_a_value(table: ObjectTable) -> None:
    row = table.with_value("mail", "person7@X", 0)
    assert row is not None
    row["note"] = "changed"
    assert table.get("p7") == {**Made(9)[7], "note": "changed"}
    assert table.with_value("mail", "nobody@x", 0) is None


def test_given_rows_have_an_index_that_grows_old_with_the_tenant() -> None:
    table = ObjectTable()
    for number in range(WORTH_AN_INDEX - 1):
        table.put(f"g{number}", {"id": f"g{number}", "mail": f"{number}@x"})
    assert table.candidates("mail", ["7@x"], 0) is None, "so few are looked through"
    table.put("last", {"id": "last", "mail": "last@x"})
    assert found(table, "mail", "7@X") == ["g7"]
    row = table.get("g7")
    assert row is not None
    row["mail"] = "moved@x"
    later = table.candidates("mail", ["moved@x"], 1)
    assert later is not None
    assert [each["id"] for _, each in later(0)] == ["g7"]
    assert table.candidates("department", ["x"], 1) is None


def test_marks_follow_the_rows() -> None:
    table: Table[dict[str, str]] = Table(lambda row: (row["who"],))
    for key, who in (("a", "ann"), ("b", "ben"), ("c", "ann")):
        table.put(key, {"who": who})
    assert [row for _, row in table.marked("ann")] == [{"who": "ann"}] * 2
    assert [at for at, _ in table.marked("ann", 1)] == [3]
    table.put("a", {"who": "ben"})
    table.pop("b")
    assert [at for at, _ in table.marked("ben")] == [1]
    assert list(table.marked("nobody")) == []
