"""What guards a wave in the source becomes drafts: made whole, kept where it stands, or not written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from guarded_tenants import (
    ACCEPTED,
    ALIAS,
    controls,
    here,
    policy,
    query,
    review,
    reviewer,
    source,
    strength,
    target,
    there,
)
from tenant_pairs import ELIGIBILITY, EXCHANGE, GROUP_ELIGIBILITY, Row, group_right, ident, right
from tenant_pairs import policy as rules_of

from migrate.plan.along.contexts import Contexts
from migrate.plan.along.guards import Guards
from migrate.plan.along.moving import Moving
from migrate.plan.document import Action, Draft
from migrate.plan.policy_change import Mode

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
BOTH = Moving(access_reviews=True, conditional_access=True)
REVIEWS, POLICIES = "accessReviews", "conditionalAccessPolicies"
READER, ADMINS = here("reader"), here("admins")


def moved(row: Row, kind: str = ELIGIBILITY) -> Draft:
    return Draft(Action.CREATE, kind, "key", "not there yet", source=row)


READS = moved(right("ann reads", here("ann"), READER))
MAILS = moved(right("ann mails", here("ann"), EXCHANGE))


def guards(
    *rights: Draft,
    reviews: tuple[Row, ...] = (),
    policies: tuple[Row, ...] = (),
    moving: Moving = BOTH,
    made: dict[str, str] | None = None,
    their_reviews: tuple[Row, ...] = (),
    their_policies: tuple[Row, ...] = (),
    unread: tuple[str, ...] = (),
    accepted: dict[tuple[str, str], str] | None = None,
    governed: tuple[tuple[str, str, str], ...] = (),
    creates: bool = False,
    **rows: Any,
) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
    ours = source(accessReview=list(reviews), conditionalAccessPolicy=list(policies), **rows)
    theirs = target(
        unread=unread, accessReview=list(their_reviews), conditionalAccessPolicy=list(their_policies)
    )
    contexts = Contexts(ours, theirs, creates)
    for demanded in ("c1", "c2"):
        contexts.of(demanded)
    counterparts = ACCEPTED if accepted is None else accepted
    return Guards(ours, theirs, counterparts, moving, contexts, made or {}, NOW).of(rights, governed)


def only(*rights: Draft, **options: Any) -> Draft:
    (found,), _ = guards(*rights, **options)
    return found


def test_nothing_is_looked_at_where_the_settings_do_not_ask() -> None:
    assert guards(READS, MAILS, reviews=(review(),), policies=(policy(),), moving=Moving()) == ((), ())


def test_each_setting_stands_for_itself() -> None:
    everything: dict[str, Any] = {"reviews": (review(),), "policies": (policy(),)}
    (one,), _ = guards(READS, MAILS, moving=Moving(access_reviews=True), **everything)
    (other,), _ = guards(READS, MAILS, moving=Moving(conditional_access=True), **everything)
    assert (one.kind, other.kind) == ("accessReview", "conditionalAccessPolicy")


def test_a_review_is_made_with_everything_translated() -> None:
    found = only(READS, reviews=(review(),))
    assert (found.action, found.key, found.reverse) == (
        Action.CREATE,
        f"accessReview:{ident('review')}",
        "delete",
    )
    assert found.names["right"] == "access review of Key Reader: Readers, monthly"
    assert found.target["body"]["reviewers"][0]["query"] == f"/v1.0/users/{there('ann')}"
    assert "2025-06-10 is in the past" in found.reason and "mark of its write" in found.reason


def test_a_policy_becomes_a_draft_that_stops_nobody() -> None:
    found = only(MAILS, policies=(policy(),))
    assert found.target["body"]["state"] == "enabledForReportingButNotEnforced"
    assert found.target["body"]["conditions"]["users"]["excludeUsers"] == [there("emergency")]
    assert found.names["right"] == "conditional access draft Exchange administrators use keys"
    assert "it only reports, until somebody enforces it" in found.reason


def test_what_guards_something_else_stays_where_it_is() -> None:
    assert guards(MAILS, reviews=(review(),)) == ((), ())
    assert guards(READS, policies=(policy(),)) == ((), ())
    assert guards(reviews=(review(),), policies=(policy(),)) == ((), ())


def test_a_role_guards_under_pims_own_spelling_too() -> None:
    text = f"/roleManagement/directory/roleAssignmentScheduleInstances?$filter=roleDefinitionId eq '{ALIAS}'"
    by_alias = moved(right("by alias", here("ann"), ALIAS))
    for one in (READS, by_alias):
        assert only(one, reviews=(review(scope=query(text)),)).action is Action.CREATE
    assert only(READS, policies=(policy({"includeRoles": [ALIAS]}),)).action is Action.CREATE


def test_a_group_counts_as_what_is_given_and_as_who_holds_something() -> None:
    watched = review(scope=query(f"/groups/{ADMINS}/transitiveMembers"))
    given = moved(group_right("ann joins", here("ann"), ADMINS), GROUP_ELIGIBILITY)
    holding = moved(right("admins mail", ADMINS, EXCHANGE))
    for one in (given, holding):
        assert only(one, reviews=(watched,)).names["right"] == "access review of admins: Readers, monthly"


def test_whatever_cannot_be_translated_keeps_the_whole_of_it_back_with_every_reason() -> None:
    lost = review(reviewers=[reviewer(f"/users/{here('unmapped')}"), reviewer(f"/groups/{ident('gone')}")])
    (found,), told = guards(READS, reviews=(lost,))
    assert (found.action, found.codes, dict(found.target)) == (Action.BLOCKED, ("C01",), {})
    assert found.reason.startswith("not written at all: ")
    assert here("unmapped") in found.reason and ident("gone") in found.reason
    assert told == (f"{found.names['right']}: not written at all, so it does not guard the target",)


def test_an_exclusion_that_is_lost_keeps_a_policy_back() -> None:
    found = only(MAILS, policies=(policy({"excludeUsers": [here("unmapped")]}),))
    assert (found.action, found.codes) == (Action.BLOCKED, ("C01",))


@pytest.mark.parametrize(
    ("unread", "options"),
    [
        (REVIEWS, {"reviews": (review(),)}),
        (POLICIES, {"policies": (policy(),)}),
        (
            "namedLocations",
            {"policies": (policy(conditions={"locations": {"includeLocations": [here("abroad")]}}),)},
        ),
    ],
)
def test_what_was_not_read_in_the_target_is_no_proof(unread: str, options: dict[str, Any]) -> None:
    found = only(READS, MAILS, unread=(unread,), **options)
    assert (found.action, found.codes) == (Action.BLOCKED, ("coverage",))


def test_a_strength_that_the_target_has_otherwise_is_no_gap_of_reading() -> None:
    odd = controls(authenticationStrength=strength(here("other keys")))
    assert only(MAILS, policies=(policy(grantControls=odd),)).codes == ("C01",)


def test_an_equal_one_is_kept_with_what_verify_needs() -> None:
    body = only(READS, reviews=(review(),)).target["body"]
    standing = {**body, "id": ident("theirs"), "displayName": "Called otherwise", "status": "InProgress"}
    found = only(READS, reviews=(review(),), their_reviews=(standing,))
    assert (found.action, found.reason) == (Action.KEEP, "an equal one is there")
    assert found.target["id"] == ident("theirs")
    assert found.target["body"]["displayName"] == "Called otherwise"
    assert "status" not in found.target["body"]


def test_a_policy_that_is_enforced_already_is_kept() -> None:
    body = only(MAILS, policies=(policy(),)).target["body"]
    standing = {**body, "id": ident("theirs"), "state": "enabled"}
    found = only(MAILS, policies=(policy(),), their_policies=(standing,))
    assert (found.action, found.target["body"]["state"]) == (Action.KEEP, "enabled")


def test_what_this_engagement_has_made_is_kept_whatever_became_of_the_sources() -> None:
    body = only(READS, reviews=(review(),)).target["body"]
    made = {f"accessReview:{ident('review')}": ident("made")}
    standing = {**body, "id": ident("made")}
    same = only(READS, reviews=(review(),), their_reviews=(standing,), made=made)
    assert (same.action, same.reason) == (Action.KEEP, "made by an earlier plan")
    changed = review(reviewers=[reviewer(f"/users/{here('bob')}")])
    other = only(READS, reviews=(changed,), their_reviews=(standing,), made=made)
    assert other.action is Action.KEEP and "not what would be made" in other.reason


def test_what_somebody_has_deleted_there_is_made_again() -> None:
    made = {f"accessReview:{ident('review')}": ident("made")}
    assert only(READS, reviews=(review(),), made=made).action is Action.CREATE


def test_what_is_switched_off_is_left_out_and_holds_nothing_up() -> None:
    (found,), told = guards(MAILS, policies=(policy(state="disabled"),))
    assert (found.action, told) == (Action.SKIP, ())


def test_an_object_that_the_plan_makes_is_a_counterpart_and_needed_first() -> None:
    new = f"new:group:{ADMINS}"
    watched = review(scope=query(f"/groups/{ADMINS}/members"))
    given = moved(group_right("ann joins", here("ann"), ADMINS), GROUP_ELIGIBILITY)
    found = only(given, reviews=(watched,), accepted={**ACCEPTED, ("group", ADMINS): new})
    assert found.target["body"]["scope"]["query"] == f"/groups/{new}/members"
    assert found.needs == (new,)


def _demanding(context: str, **changes: Any) -> Row:
    applications = {"includeAuthenticationContextClassReferences": [context]}
    return policy({"includeRoles": []}, conditions={"applications": applications}, **changes)


GOVERNED = (("roleDefinition", READER, ""),)
ASKS = rules_of(READER, AuthenticationContext_EndUser_Assignment={"isEnabled": True, "claimValue": "c1"})


def test_a_context_that_a_moved_policy_demands_brings_who_enforces_it() -> None:
    options: dict[str, Any] = {
        "policies": (_demanding("c1"),),
        "governed": GOVERNED,
        "roleManagementPolicy": [ASKS],
    }
    copying = Moving(access_reviews=True, conditional_access=True, policies=Mode.COPY)
    found = only(READS, moving=copying, **options)
    applications = found.target["body"]["conditions"]["applications"]
    assert applications["includeAuthenticationContextClassReferences"] == ["c4"]
    assert guards(READS, **options) == ((), ())


def test_a_context_that_is_to_be_made_comes_first() -> None:
    both = {"includeAuthenticationContextClassReferences": ["c2"]}
    row = policy(conditions={"applications": both})
    found = only(MAILS, policies=(row,), creates=True)
    (needed,) = found.needs
    assert needed.startswith("authenticationcontext:")
    assert only(MAILS, policies=(row,)).action is Action.BLOCKED


def test_a_source_that_was_not_read_is_told() -> None:
    ours = source(accessReview=[])
    blind = type(ours)(ours.tenant_id, ours.rows, frozenset({REVIEWS}), ours.role_aliases)
    theirs = target()
    found = Guards(blind, theirs, ACCEPTED, BOTH, Contexts(blind, theirs, False), {}, NOW).of([READS], ())
    assert found[0] == () and "access reviews move along, but" in found[1][0]
