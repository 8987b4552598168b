"""Laws of a plan with everything that moves along, whatever the tenants and the settings are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from whole_tenants import whole

from migrate.plan.document import WRITES, Action, from_text, to_text
from migrate.plan.made import NAME, is_new, names_in
from migrate.resolve.tenant_view import TenantView

SETTINGS = settings(max_examples=150)
# The laws share their cases: to make one takes longer than to judge it.
CASES = 200
SEEDS = st.integers(0, CASES - 1)
LINKS = ("groupMember", "groupOwner", "administrativeUnitMember")


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the name of its property."""
    if isinstance(value, str):
        yield name, value.lower()
    elif isinstance(value, dict):
        for one, part in value.items():
            yield from texts(part, one)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part, name)


@SETTINGS
@given(SEEDS)
def test_nothing_comes_before_what_it_needs_and_each_key_is_written_once(seed: int) -> None:
    plan = whole(seed).plan
    writes = plan.writes()
    assert (
        len({(one.kind, one.key.lower()) for one in writes})
        == len({one.key.lower() for one in writes})
        == len(writes)
    )
    seen: set[str] = set()
    for item in writes:
        assert set(item.needs) <= seen, item
        seen.add(item.id)
    assert [one.batch for one in writes] == sorted(one.batch for one in writes)
    assert from_text(to_text(plan), "plan.json") == plan


@SETTINGS
@given(SEEDS)
def test_what_is_to_be_made_has_one_maker_that_comes_first_and_is_needed(seed: int) -> None:
    plan = whole(seed).plan
    makers = {one.key: one.id for one in plan.writes() if is_new(one.key)}
    for item in plan.writes():
        for name in names_in(item.target):
            assert makers[name] in item.needs, item
    named = frozenset[str]().union(*(names_in(one.target) for one in plan.writes()))
    assert set(makers) == named, "something is made that nothing needs"


@SETTINGS
@given(SEEDS)
def test_no_id_of_the_source_stands_where_one_of_the_target_belongs(seed: int) -> None:
    found = whole(seed)
    here = _ids(found.source) - _ids(found.target)
    for item in found.plan.writes():
        for name, text in texts(item.target):
            assert name == "templateId" or not any(one in NAME.sub("", text) for one in here), item


def _ids(tenant: TenantView) -> set[str]:
    kinds = ("user", "group", "administrativeUnit", "roleDefinition")
    return {one for kind in kinds for one in tenant.of_kind(kind)}


@SETTINGS
@given(SEEDS)
def test_only_what_the_settings_allow_is_written(seed: int) -> None:
    found = whole(seed)
    moving = found.moving
    for draft in found.drafts:
        if draft.action not in WRITES:
            continue
        if draft.kind == "authenticationContext":
            assert moving.allows_contexts and draft.kind in moving.creates
        if draft.temporary:
            assert moving.consent and moving.choice.value == "relax"
        elif draft.kind == "roleManagementPolicyRule":
            assert moving.policies.value != "leave"
        if draft.kind in LINKS:
            new = is_new(draft.target["parentId"]) or draft.target["parentId"] not in found.target.of_kind(
                "administrativeUnit" if draft.kind == LINKS[2] else "group"
            )
            assert moving.members_of_new if new else moving.members_of_existing
            assert new or draft.kind != "groupOwner"
        if "Assignment" in draft.kind and draft.kind.endswith("Schedule"):
            assert moving.active
        if draft.action is Action.UPDATE and draft.kind.endswith("Schedule"):
            assert moving.updates


@SETTINGS
@given(SEEDS)
def test_no_member_is_put_where_graph_would_refuse_it(seed: int) -> None:
    found = whole(seed)
    groups = found.along.target.of_kind("group")
    for draft in found.drafts:
        if draft.action in WRITES and draft.kind == "groupMember":
            parent = groups[draft.target["parentId"]]
            assert "DynamicMembership" not in parent["groupTypes"] and not parent.get("onPremisesSyncEnabled")
            assert not (parent.get("isAssignableToRole") and draft.target["objectId"] in groups)


@SETTINGS
@given(SEEDS)
def test_no_policy_asks_for_mfa_and_a_context_at_once_because_of_us(seed: int) -> None:
    found = whole(seed)
    changed: dict[str, dict[str, Any]] = {}
    for draft in found.drafts:
        if draft.kind == "roleManagementPolicyRule" and not draft.temporary:
            policy, rule_id = draft.key.split("|")[:-1], draft.key.split("|")[-1]
            changed.setdefault("|".join(policy), {})[rule_id] = draft.target["rule"]
    for rules in changed.values():
        context = rules.get("authenticationcontext_enduser_assignment", {})
        demands = rules.get("enablement_enduser_assignment", {}).get("enabledRules", ())
        assert not (context.get("isEnabled") and "MultiFactorAuthentication" in demands)


def test_the_generator_makes_everything_that_is_judged_here() -> None:
    kinds: set[str] = set()
    for seed in range(CASES):
        for draft in whole(seed).drafts:
            if draft.action in WRITES:
                kinds.add("temporary" if draft.temporary else f"{draft.action.value} {draft.kind}")
    assert kinds >= {
        "temporary",
        "create administrativeUnit",
        "create group",
        "create roleDefinition",
        "create authenticationContext",
        "create groupMember",
        "create groupOwner",
        "create administrativeUnitMember",
        "update roleManagementPolicyRule",
        "create roleEligibilitySchedule",
        "create groupEligibilitySchedule",
        "create roleAssignmentSchedule",
    }
