"""Two sides walked in one order, ids translated, and absence concluded only where it is proved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from migrate.kinds import group, group_member, user
from migrate.resolve.absence import Absence
from migrate.resolve.compare import Compared, Difference, differences
from migrate.resolve.translation import Translation

ADA, BOB, HERE, THERE = (f"{letter * 8}-0000-4000-8000-000000000000" for letter in "abcd")


def row(key: str, said: str = "x", object_id: str | None = None) -> Compared:
    return Compared(("", key), object_id or key, "", key, key, {"said": said})


def compare(
    a: list[Compared], b: list[Compared], *, a_whole: bool = True, b_whole: bool = True
) -> list[Difference]:
    return list(
        differences("user", iter(a), iter(b), seen_by_a=lambda _: a_whole, seen_by_b=lambda _: b_whole)
    )


def told(found: list[Difference]) -> list[tuple[str, str]]:
    return [(one.change, one.id) for one in found]


def test_each_row_is_told_once_wherever_it_stands() -> None:
    found = compare([row("a"), row("b"), row("d", "old")], [row("b"), row("c"), row("d", "new"), row("e")])
    assert told(found) == [("removed", "a"), ("added", "c"), ("changed", "d"), ("added", "e")]
    assert found[2].properties == {"said": ("old", "new")}


def test_an_empty_side() -> None:
    assert told(compare([], [row("a")])) == [("added", "a")]
    assert told(compare([row("a")], [])) == [("removed", "a")]
    assert compare([], []) == []


def test_what_was_not_read_whole_is_unknown() -> None:
    assert told(compare([row("a")], [row("b")], b_whole=False)) == [("unknown", "a"), ("added", "b")]
    assert told(compare([row("a")], [row("b")], a_whole=False)) == [("removed", "a"), ("unknown", "b")]
    assert told(compare([row("a", "1")], [row("a", "2")], a_whole=False, b_whole=False)) == [("changed", "a")]


def test_objects_of_one_name_are_paired_only_where_they_say_the_same() -> None:
    a = [row("Sales", "1", "a1"), row("Sales", "2", "a2")]
    b = [row("Sales", "2", "b2"), row("Sales", "3", "b3")]
    assert told(compare(a, b)) == [("removed", "a1"), ("added", "b3")]
    assert told(compare(a, [*b, row("Sales", "2", "b4")])) == [
        ("removed", "a1"),
        ("added", "b3"),
        ("added", "b4"),
    ]


def test_what_says_nothing_of_itself_is_never_paired_by_that() -> None:
    assert told(compare([row("", "1", "a")], [row("", "2", "b")])) == [("removed", "a"), ("added", "b")]


def test_rows_are_taken_as_they_come() -> None:
    """A million rows on each side pass through without being kept."""
    taken = 0

    def many() -> Iterator[Compared]:
        nonlocal taken
        for number in range(1_000_000):
            taken += 1
            yield row(f"{number:07d}")

    found = differences(
        "user", many(), iter([row("zero")]), seen_by_a=lambda _: True, seen_by_b=lambda _: True
    )
    assert next(found).id == "0000000"
    assert taken <= 3


def test_every_id_of_a_row_is_translated_wherever_it_stands() -> None:
    translation = Translation({ADA: HERE}, {"contoso.com": "fabrikam.com"})
    read = translation.row(
        {
            "principalId": ADA.upper(),
            "directoryScopeId": f"/administrativeUnits/{ADA}",
            "scope": {"queries": [f"/users/{ADA}/x?{BOB}"]},
            "mail": "ada@Contoso.com",
            "displayName": "contoso.com",
            "accountEnabled": True,
        }
    )
    assert read == {
        "principalId": HERE,
        "directoryScopeId": f"/administrativeUnits/{HERE}",
        "scope": {"queries": [f"/users/{HERE}/x?{BOB}"]},
        "mail": "ada@fabrikam.com",
        "displayName": "contoso.com",
        "accountEnabled": True,
    }


def test_who_has_no_counterpart_is_named() -> None:
    translation = Translation({ADA: HERE}, shared={BOB})
    assert translation.without_counterpart(group_member.KIND, {"id": THERE}, ADA) == (THERE,)
    assert translation.without_counterpart(group_member.KIND, {"id": ADA}, THERE) == (THERE,)
    assert translation.without_counterpart(group_member.KIND, {"id": BOB}, ADA) == ()


def absence(complete: dict[tuple[str, str], bool], *there: tuple[str, str]) -> Absence:
    return Absence(complete, lambda kind, object_id: (kind, object_id) in there)


@pytest.mark.parametrize(
    ("complete", "proved"), [({("users", ""): True}, True), ({("users", ""): False}, False), ({}, False)]
)
def test_absence_follows_from_a_whole_collection_only(complete: dict[Any, bool], proved: bool) -> None:
    assert absence(complete).proved("user") is proved
    assert bool(absence(complete).unread(user.KIND)) is not proved


def test_absence_under_a_parent_is_judged_by_that_parent() -> None:
    groups = {("groups", ""): True}
    read = {**groups, ("groupMembers", ADA): True, ("groupMembers", BOB): False}
    assert absence(read).proved("groupMember", ADA)
    assert not absence(read).proved("groupMember", BOB)
    assert absence(read).unread(group_member.KIND) == (BOB,)
    assert absence(read).unread(group.KIND) == ()


def test_members_of_a_group_that_nobody_asked_about_are_unknown_unless_it_is_gone() -> None:
    groups = {("groups", ""): True}
    assert not absence(groups, ("group", ADA)).proved("groupMember", ADA)
    assert absence(groups).proved("groupMember", ADA)
    assert not absence({("groups", ""): False}).proved("groupMember", ADA)
    assert not absence({**groups, ("groupMembers", ""): False}).proved("groupMember", ADA)


def test_the_policies_of_roles_and_of_groups_are_judged_apart() -> None:
    read = {("roleManagementPolicies", ""): True, ("groupManagementPolicies", ""): False}
    assert absence(read).proved("roleManagementPolicy")
    assert not absence(read).proved("roleManagementPolicy", ADA)
