"""What in the target is the same as in the source, for everything that no right names."""

from __future__ import annotations

from guarded_tenants import (
    ACCEPTED,
    ALIAS,
    OFFICE_APP,
    RESISTANT,
    SHARED_APP,
    THEIR_ALIAS,
    here,
    source,
    target,
    there,
    translation,
)
from tenant_pairs import EXCHANGE, built_in, ident, user

from migrate.plan.carry_translation import CarryTranslation


def test_objects_of_the_directory_go_by_the_accepted_mappings() -> None:
    translate = translation()
    assert translate("user", here("ann").upper()) == there("ann")
    assert translate("user", "ANN@contoso.com") == there("ann")
    assert translate("directoryObject", here("admins")) == there("admins")
    assert translate("user", here("unmapped")) is None
    assert translate("group", here("ann")) is None
    assert translate("", here("ann")) is None


def test_roles_keep_the_spelling_they_were_named_in() -> None:
    translate = translation()
    assert translate("roleDefinition", EXCHANGE.upper()) == EXCHANGE
    assert translate("roleDefinition", here("reader")) == there("reader")
    assert translate("roleDefinition", ALIAS) == THEIR_ALIAS


def test_a_built_in_role_that_the_target_lacks_has_no_counterpart() -> None:
    missing = ident("a new built-in role")
    translate = translation(roleDefinition=[built_in(missing, "New")])
    assert translate("roleDefinition", missing) is None


def test_a_decision_about_a_built_in_role_counts() -> None:
    accepted = {**ACCEPTED, ("roleDefinition", EXCHANGE): there("reader")}
    assert CarryTranslation(source(), target(), accepted)("roleDefinition", EXCHANGE) == there("reader")


def test_places_need_the_same_name_and_content() -> None:
    translate = translation()
    assert translate("namedLocation", here("office")) == there("office")
    assert translate("namedLocation", here("abroad")) is None
    assert "none has the same name and content" in translate.why("namedLocation", here("abroad"))


def test_of_two_that_are_alike_none_is_meant() -> None:
    goal = target()
    twin = {**goal.of_kind("namedLocation")[there("office")], "id": there("office again")}
    both = target(namedLocation=[*goal.of_kind("namedLocation").values(), twin])
    assert CarryTranslation(source(), both, ACCEPTED)("namedLocation", here("office")) is None


def test_strengths_are_built_in_or_of_the_same_name_and_methods() -> None:
    translate = translation()
    assert translate("authenticationStrength", RESISTANT) == RESISTANT
    assert translate("authenticationStrength", here("keys")) == there("keys")
    weaker = [{**row, "allowedCombinations": ["password,sms"]} for row in _strengths()]
    other = CarryTranslation(source(), target(authenticationStrength=weaker), ACCEPTED)
    assert other("authenticationStrength", here("keys")) is None


def _strengths() -> list[dict[str, object]]:
    return [dict(row) for row in target().of_kind("authenticationStrength").values()]


def test_contexts_go_by_their_name_unless_somebody_decided() -> None:
    """The same id may be another context there."""
    translate = translation()
    assert (translate("authenticationContext", "c1"), translate("authenticationContext", "c2")) == (
        "c4",
        None,
    )
    decided = CarryTranslation(source(), target(), ACCEPTED, {"c2": "c9"})
    assert (decided("authenticationContext", "c2"), decided("authenticationContext", "c1")) == ("c9", None)


def test_applications_stay_where_they_exist() -> None:
    translate = translation()
    assert translate("appId", SHARED_APP) == SHARED_APP
    assert translate("appId", OFFICE_APP) == OFFICE_APP
    assert translate("appId", "797F4846-ba00-4fd7-ba43-dac1f8f63013".lower())
    assert translate("appId", here("robot's application")) == there("robot's application")
    assert translate("appId", ident("unknown")) is None
    assert "none has the same appId" in translate.why("appId", ident("unknown"))


def test_why_names_the_object_and_whether_it_is_gone() -> None:
    deleted = user("old", id=here("old"), deletedDateTime="2026-01-01T00:00:00Z")
    translate = translation(user=[deleted, user("x" * 10_000, id=here("long"))])
    assert translate.why("user", here("old")) == f"user old ({here('old')}) is deleted in the source"
    assert translate.why("group", ident("gone")) == f"group {ident('gone')} is deleted in the source"
    assert len(translate.why("user", here("long"))) < 200
    assert "object admins" not in translate.why("directoryObject", here("admins"))
    assert "group admins" in translate.why("directoryObject", here("admins"))
    assert "nothing tells" in translate.why("", ident("x"))


def test_what_was_not_read_is_not_said_to_be_missing() -> None:
    blind = target(unread=("namedLocations",), namedLocation=[])
    why = CarryTranslation(source(), blind, ACCEPTED).why("namedLocation", here("office"))
    assert "namedLocations were not read on both sides" in why
