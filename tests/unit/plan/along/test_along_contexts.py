"""A context of the source is the target's of the same name, or a new one under a free id; never another's."""

from __future__ import annotations

from typing import Any

import pytest
from tenant_pairs import SOURCE, TARGET, view

from migrate.plan.along.contexts import MOST, Contexts

KIND = "authenticationContext"


def contexts(ours: Any, theirs: Any, *, creates: bool = True, unread: Any = ()) -> Contexts:
    return Contexts(view(SOURCE, {KIND: ours}), view(TARGET, {KIND: theirs}, unread=unread), creates)


def named(number: int, name: str | None, **more: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "displayName": name, **more}


def test_one_of_the_same_name_stands_for_it_whatever_its_id() -> None:
    found = contexts([named(1, "Admin  work")], [named(1, "Payroll"), named(7, "admin work")])
    assert found.of("C1") == "c7"
    assert not found.made
    assert found.needs("c7") == ()


def test_a_new_one_keeps_its_id_where_that_is_free() -> None:
    found = contexts([named(5, "Admin", isAvailable=False, description="d")], [])
    assert (found.of("c5"), found.of("c5")) == ("c5", "c5")
    assert found.made["c5"].target["body"] == {
        "id": "c5",
        "displayName": "Admin",
        "description": "d",
        "isAvailable": False,
    }
    assert found.needs("C5") == (found.made["c5"].key,)


def test_where_the_id_means_something_else_the_lowest_free_one_is_taken_once_for_each() -> None:
    found = contexts([named(1, "One"), named(2, "Two")], [named(1, "Other"), named(3, "More")])
    assert (found.of("c1"), found.of("c2")) == ("c2", "c4")
    assert sorted(found.made) == ["c2", "c4"]


@pytest.mark.parametrize(
    ("ours", "theirs", "more"),
    [
        ([named(1, "One")], [], {"creates": False}),
        ([named(1, "One")], [named(2, "One"), named(3, "one")], {}),
        ([named(1, None)], [], {}),
        ([], [], {}),
        ([named(1, "One")], [], {"unread": ["authenticationContexts"]}),
        ([named(1, "One")], [named(number, f"n{number}") for number in range(1, MOST + 1)], {}),
    ],
)
def test_otherwise_nothing_stands_for_it(ours: Any, theirs: Any, more: Any) -> None:
    found = contexts(ours, theirs, **more)
    assert found.of("c1") is None
    assert not found.made
