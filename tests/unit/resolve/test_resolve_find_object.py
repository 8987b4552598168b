"""What somebody means by a text."""

from __future__ import annotations

import pytest
from explained_pair import (
    ALIAS,
    ALIASED,
    ANNA,
    ANNA_THERE,
    ANNAS,
    CARA_THERE,
    CARA_TWICE,
    GONE,
    OPS,
    STRANGER,
    VIEWS,
    resolved,
)
from tenant_pairs import EXCHANGE

from migrate.resolve.find_object import Side, find, suggestions


def named(text: str, *sides: Side) -> list[tuple[str, str, str]]:
    views = {side: VIEWS[side] for side in sides or Side}
    return [(one.side.value, one.kind, one.id) for one in find(text, views, resolved())]


@pytest.mark.parametrize(
    ("text", "side", "kind", "object_id"),
    [
        (ANNA["id"].upper(), "source", "user", ANNA["id"]),
        ("ANNA@contoso.com", "source", "user", ANNA["id"]),
        (STRANGER["id"], "target", "user", STRANGER["id"]),
        ("dora@FABRIKAM.com", "target", "user", STRANGER["id"]),
        # Both tenants have these names: the source's object is meant where the other is its counterpart.
        ("anna  smith", "source", "user", ANNA["id"]),
        ("role-ops", "source", "group", OPS["id"]),
        ("exchange administrator", "source", "roleDefinition", EXCHANGE),
        (EXCHANGE, "source", "roleDefinition", EXCHANGE),
        (ALIAS, "source", "roleDefinition", ALIASED["id"]),
        (ANNAS, "source", "roleEligibilitySchedule", ANNAS),
        (GONE, "source", "directoryObject", GONE),
    ],
)
def test_one_object_is_meant(text: str, side: str, kind: str, object_id: str) -> None:
    assert named(text) == [(side, kind, object_id)]


def test_a_name_that_several_have_names_all_of_them() -> None:
    found = {object_id for _, _, object_id in named("Cara")}
    assert {CARA_THERE["id"], CARA_TWICE["id"]} < found


def test_a_side_leaves_out_the_other() -> None:
    assert named("Anna Smith", Side.TARGET) == [("target", "user", ANNA_THERE["id"])]
    assert named("dora@fabrikam.com", Side.SOURCE) == []


@pytest.mark.parametrize("text", ["", "   ", "nobody", "Anna"])
def test_half_a_name_names_nobody(text: str) -> None:
    assert named(text) == []


def test_half_a_name_is_enough_for_a_suggestion() -> None:
    assert {one.id for one in suggestions("smith", VIEWS)} == {ANNA["id"], ANNA_THERE["id"]}
    assert suggestions("s", VIEWS) == []
