"""Rows that are too many for memory: by number, by label, and those that claim one thing."""

from __future__ import annotations

from migrate.store.shelf import Shelf


def test_rows_come_back_by_number_and_by_label_and_can_be_changed() -> None:
    with Shelf() as shelf:
        shelf.add(
            (number, key, (name, "", "", "", ""), {"b": number, "a": name})
            for number, key, name in ((0, "x", "é"), (1, None, "z"), (2, "x", "a"), (3, "y", "\U0001f600"))
        )
        shelf.change([(1, ["other"])])

        assert shelf.count() == 4
        assert [number for number, _ in shelf.by_number()] == [0, 1, 2, 3]
        assert [number for number, _ in shelf.by_label()] == [2, 1, 0, 3]
        assert [row for number, row in shelf.by_number() if number == 1] == [["other"]]
        assert [number for number, _ in shelf.of([3, 9, 0])] == [3, 0]
        assert [number for number, _ in shelf.claiming()] == [0, 2, 3]
        assert [(key, number) for key, number, _ in shelf.claimed_twice()] == [("x", 0), ("x", 2)]
        assert list(next(row for _, row in shelf.by_number())) == ["b", "a"], "keys keep their order"


def test_what_is_added_after_the_rows_were_read_in_order_finds_its_place() -> None:
    with Shelf() as shelf:
        shelf.add([(0, None, ("b", "", "", "", ""), "first"), (1, None, ("a", "z", "", "", ""), "second")])
        before = [number for number, _ in shelf.by_label()]
        shelf.add([(2, None, ("a", "y", "", "", ""), "third")])
        shelf.change([(0, "changed")])

        assert before == [1, 0]
        assert list(shelf.by_label()) == [(2, "third"), (1, "second"), (0, "changed")]
