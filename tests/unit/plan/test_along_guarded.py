"""Whom and what the guards of moved rights name, so that their counterparts are looked for."""

from __future__ import annotations

from guarded_tenants import ALIAS, here, policy, query, review, reviewer, source
from tenant_pairs import ELIGIBILITY, EXCHANGE, ident, right
from tenant_pairs import policy as rules_of

from migrate.plan.along.guarded import Guarded, contexts_demanded, named_by_guards

READER = here("reader")
READS = right("ann reads", here("ann"), READER)


def test_every_id_of_a_role_is_one_of_it() -> None:
    assert Guarded.by(source(), [READS], frozenset()).roles == {READER, ALIAS}


def test_those_whom_a_review_names_are_asked_about() -> None:
    row = review(
        reviewers=[reviewer(f"/v1.0/users/{here('bob')}"), reviewer("/users/emergency@contoso.com")],
        fallbackReviewers=[reviewer(f"/groups/{here('reviewers')}/transitiveMembers")],
    )
    ours = source(accessReview=[row], **{ELIGIBILITY: [READS]})
    assert named_by_guards(ours, reviews=True, policies=False) == {
        ("roleDefinition", READER),
        ("user", here("bob")),
        ("user", here("emergency")),
        ("group", here("reviewers")),
    }


def test_those_whom_a_policy_names_are_asked_about_and_nobody_whom_the_source_lacks() -> None:
    people = {
        "includeRoles": [ALIAS],
        "excludeUsers": [here("bob"), ident("gone")],
        "excludeGroups": [here("admins")],
    }
    conditions = {"applications": {"includeApplications": [here("robot's application")]}}
    row = policy(people, conditions=conditions)
    ours = source(conditionalAccessPolicy=[row], **{ELIGIBILITY: [READS]})
    assert named_by_guards(ours, reviews=False, policies=True) == {
        ("roleDefinition", READER),
        ("user", here("bob")),
        ("group", here("admins")),
        ("servicePrincipal", here("robot")),
    }


def test_nobody_is_asked_about_for_guards_of_what_does_not_move_or_without_the_setting() -> None:
    other = review(scope=query(f"/groups/{here('admins')}/members"))
    ours = source(accessReview=[other, review()], **{ELIGIBILITY: [right("mail", here("ann"), EXCHANGE)]})
    assert named_by_guards(ours, reviews=True, policies=True) == frozenset()
    assert named_by_guards(ours, reviews=False, policies=False) == frozenset()


def test_the_contexts_that_activations_ask_for() -> None:
    asks = rules_of(READER, AuthenticationContext_EndUser_Assignment={"isEnabled": True, "claimValue": "C1"})
    off = rules_of(
        EXCHANGE, AuthenticationContext_EndUser_Assignment={"isEnabled": False, "claimValue": "c2"}
    )
    ours = source(roleManagementPolicy=[asks, off])
    both = [("roleDefinition", READER, ""), ("roleDefinition", EXCHANGE, ""), ("roleDefinition", "x", "")]
    assert contexts_demanded(ours, both) == {"c1"}
