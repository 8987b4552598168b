"""Two spellings of one value are equal, two values are not."""

from __future__ import annotations

from typing import Any

import pytest

from migrate.replay.forms.equal import canonical, differences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, ""),
        (None, False),
        (None, []),
        ({"a": None, "@odata.type": "x"}, {}),
        (["b", "A"], ["a", "B"]),
        ([{"a": 1}, {"b": False}], [{"b": None}, {"a": 1}]),
        (" text ", "text"),
    ],
)
def test_what_means_the_same_is_equal(one: Any, other: Any) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"), [(True, None), (True, False), ("a", "A"), (0, None), (["a"], ["b"])]
)
def test_what_means_something_else_is_not(one: Any, other: Any) -> None:
    assert canonical(one) != canonical(other)


def test_an_ordinary_group_is_as_asked_when_graph_answers_null() -> None:
    asked = {"displayName": "Ops", "isAssignableToRole": False}
    assert not differences(asked, {"displayName": "Ops", "isAssignableToRole": None}, asked)
    assert differences(asked, {"displayName": "Ops", "isAssignableToRole": True}, asked) == [
        "isAssignableToRole"
    ]
