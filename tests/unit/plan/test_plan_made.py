"""Names of what is to be made: found anywhere, put right everywhere, and only these."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from migrate.plan.document import Action, Item
from migrate.plan.made import bound, is_new, name_of_new, names_in, unmade

ONE, TWO = name_of_new("group", "AAAAAAAA-0000-4000-8000-000000000001"), name_of_new("group", "b-2")
ID = "cccccccc-0000-4000-8000-000000000003"


def item(key: str = "k", **target: object) -> Item:
    return Item("all-1.00001", Action.CREATE, "groupMember", key, 1, "", (), {}, target, {})


def test_a_name_is_of_the_source_object_and_in_lower_case() -> None:
    assert ONE == "new:group:aaaaaaaa-0000-4000-8000-000000000001"
    assert name_of_new("roleDefinition", "X") == "new:roledefinition:x"


def test_a_key_that_begins_with_a_name_is_no_name() -> None:
    assert is_new(ONE)
    for other in (f"{ONE}|{TWO}|owner", f"groupmember:{ONE}", "new:", "new", "", None, 7, ID):
        assert not is_new(other)


def test_names_are_found_in_texts_lists_and_objects_whatever_their_case() -> None:
    held = {"directoryScopeId": f"/administrativeUnits/{ONE.upper()}", "rule": [{"groupId": TWO}, 7, None]}
    assert names_in(held) == {ONE, TWO}
    assert names_in({"displayName": "a new: group"}) == frozenset()


def test_what_is_known_is_put_in_everywhere_and_the_rest_stays() -> None:
    found = bound(item(f"groupmember:{ONE}|{TWO}", parentId=ONE, query=f"/groups/{ONE}/members"), {ONE: ID})
    assert found.key == f"groupmember:{ID}|{TWO}"
    assert found.target == {"parentId": ID, "query": f"/groups/{ID}/members"}
    assert unmade(found, {ONE: ID}) == {TWO}
    assert not unmade(bound(found, {TWO: ID}), {})


def test_what_makes_an_object_keeps_its_name() -> None:
    making = item(ONE, body={"displayName": "Ops"})
    assert bound(making, {ONE: ID}) == making
    assert not unmade(making, {})


def test_an_item_without_names_is_left_as_it_is() -> None:
    plain = item(parentId=ID)
    assert bound(plain, {ONE: ID}) is plain


JSON = st.recursive(
    st.text(max_size=8) | st.sampled_from([ONE, TWO, f"/x/{ONE}"]) | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_once_all_are_known_none_is_left(value: object) -> None:
    held = item(value=value)
    assert not names_in(bound(held, {ONE: ID, TWO: "d-4"}).target)
