"""Nobody reaches a tier in the target that they did not reach in the source; what is unknown is no pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from privileged_tenants import (
    ELIGIBILITY,
    EXCHANGE,
    GLOBAL_ADMINISTRATOR,
    GROUP_ELIGIBILITY,
    READER,
    ROLE_ASSIGNMENT,
    ROLES,
    eligible,
    holds,
    ident,
    tenant,
)
from privileged_tenants import TABLE as NAMES_AND_ROLES
from tenant_pairs import LADDER, NOW, built_in, custom, group_right, policy, right

from migrate.plan.build import Planner
from migrate.plan.document import Action, Draft
from migrate.plan.guard import Guard
from migrate.plan.tier_gate import TIER_ESCALATION, TierGate
from migrate.resolve.decisions import Decision
from migrate.resolve.effective import behind_rights, people_by_tier
from migrate.resolve.privilege import privilege_of
from migrate.resolve.resolution import resolve
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import Classifier, TierTable

Row = dict[str, Any]
LOWEST = ident("a role of the lowest tier")
TABLE = TierTable({**NAMES_AND_ROLES.names, 3: "last"}, {**NAMES_AND_ROLES.roles, LOWEST: 3})


def gated(
    source: TenantView,
    target: TenantView,
    same: Mapping[str, str],
    *,
    kind: str = "user",
    groups: Mapping[str, str] | None = None,
    roles: Mapping[str, str] | None = None,
    table: TierTable = TABLE,
) -> tuple[TierGate, list[Draft]]:
    """The gate and what it lets through; ``same``, ``groups`` and ``roles`` name counterparts."""
    decisions = [Decision(kind, ident(one), ident(other), "choose") for one, other in same.items()]
    decisions += [
        Decision("group", ident(one), ident(other), "choose") for one, other in (groups or {}).items()
    ]
    decisions += [Decision("roleDefinition", one, other, "choose") for one, other in (roles or {}).items()]
    also = behind_rights(privilege_of(source, Classifier(source, table)))
    found = resolve(source, target, LADDER, tuple(decisions), also=also)
    drafts = Planner(source, target, found, Guard(), NOW).drafts()
    gate = TierGate.of(drafts, source, target, found, table, NOW)
    return gate, gate.let_through(drafts)


def relaxed(*names: str) -> list[Row]:
    rule = {"Expiration_Admin_Eligibility": {"isExpirationRequired": False}}
    return [policy(one, group_id=ident(name), **rule) for name in names for one in ("member", "owner")]


def assignable(*names: str) -> list[Row]:
    return [
        {"id": ident(one), "displayName": one, "isAssignableToRole": True, "securityEnabled": True}
        for one in names
    ]


def through_group(
    members: Iterable[str] = ("ann",),
    theirs: Iterable[str] = ("ann2",),
    *,
    role: str = GLOBAL_ADMINISTRATOR,
    source_unread: Iterable[str] = (),
    target_unread: Iterable[str] = (),
    owners: Iterable[str] = (),
    source_rows: Iterable[Row] = (),
    target_rows: Mapping[str, list[Row]] | None = None,
) -> tuple[TierGate, Draft]:
    """A group that may become a role in the source, and what becomes of that right."""
    people = ("ann", "ben")
    source = tenant(
        people,
        ["ops"],
        members={"ops": members},
        rows={
            ELIGIBILITY: [eligible("ops", role)],
            ROLE_ASSIGNMENT: source_rows,
            "group": assignable("ops"),
        },
        unread=source_unread,
        roles=(*ROLES, built_in(LOWEST, "Lowest")),
    )
    target = tenant(
        ("ann2", "ben2", "eve"),
        ["ops2"],
        members={"ops2": theirs},
        owners={"ops2": owners},
        rows={"group": assignable("ops2"), **(target_rows or {})},
        unread=target_unread,
    )
    gate, (draft,) = gated(source, target, {"ann": "ann2", "ben": "ben2"}, groups={"ops": "ops2"})
    return gate, draft


def test_members_whose_counterparts_are_members_gain_nothing() -> None:
    gate, draft = through_group()
    assert (draft.action, gate.gains, gate.warnings()) == (Action.CREATE, (), ())


def test_a_stranger_in_the_mapped_group_stops_its_right() -> None:
    gate, draft = through_group(theirs=("ann2", "eve"))
    assert (draft.action, draft.codes, draft.target) == (Action.BLOCKED, (TIER_ESCALATION,), {})
    assert draft.key == f"source:{ident('ops')}|{GLOBAL_ADMINISTRATOR}|/"
    assert draft.reason == (
        "eve would gain tier 0 (top), Global Administrator through ops2: nobody who reaches a tier in the"
        " source is known to be the same person"
    )
    (gain,) = gate.gains
    assert (gain.who, gain.count, gain.through) == ((ident("eve"),), 1, (ident("eve"), ident("ops2")))
    assert (gain.before_source, gain.before_target, gain.tier) == (None, None, 0)


def test_somebody_of_the_source_who_was_not_a_member_there_is_one_too() -> None:
    gate, draft = through_group(theirs=("ann2", "ben2"), source_rows=[holds("ben", READER)])
    assert draft.action is Action.BLOCKED
    assert draft.reason.startswith("ben2 would gain tier 0") and draft.reason.endswith("tier 2 in the source")
    assert gate.gains[0].before_source == 2


def test_an_owner_of_the_target_group_could_add_themselves() -> None:
    _, draft = through_group(owners=["eve"])
    assert draft.action is Action.BLOCKED and "eve" in draft.reason


def test_who_reaches_the_tier_in_the_target_already_gains_nothing() -> None:
    there = {ROLE_ASSIGNMENT: [holds("eve", GLOBAL_ADMINISTRATOR)]}
    assert through_group(theirs=("ann2", "eve"), target_rows=there)[1].action is Action.CREATE
    lower = {ROLE_ASSIGNMENT: [holds("eve", EXCHANGE)]}
    gate, draft = through_group(theirs=("ann2", "eve"), target_rows=lower)
    assert draft.action is Action.BLOCKED
    assert gate.gains[0].before_target == 1


def test_a_group_that_can_do_more_in_the_target() -> None:
    rows = {GROUP_ELIGIBILITY: [group_right("r", ident("ann"), ident("desk"))]}
    source = tenant(["ann"], ["desk"], rows={**rows, ELIGIBILITY: [eligible("desk", READER)]})
    more: dict[str, list[Row]] = {
        "group": assignable("desk2"),
        "pimGroup": [{"id": ident("desk2")}],
        "roleManagementPolicy": relaxed("desk2"),
    }
    for role, action in ((EXCHANGE, Action.BLOCKED), (READER, Action.CREATE)):
        target = tenant(["ann2"], ["desk2"], rows={**more, ROLE_ASSIGNMENT: [holds("desk2", role)]})
        _, drafts = gated(source, target, {"ann": "ann2"}, groups={"desk": "desk2"})
        assert drafts[-1].action is action, drafts[-1].reason
        assert ("tier 2 in the source" in drafts[-1].reason) is (action is Action.BLOCKED)


def test_a_role_that_was_chosen_above_that_of_the_source() -> None:
    ours = custom("ours", "x/read")
    table = TierTable(TABLE.names, TABLE.roles, custom_roles={"key reader": 2})
    source = tenant(["ann"], rows={ELIGIBILITY: [eligible("ann", ours["id"])]}, roles=(*ROLES, ours))
    theirs = custom("theirs", "x/all", display_name="Key Master")
    for number, action in ((1, Action.BLOCKED), (2, Action.CREATE)):
        named = TierTable(table.names, table.roles, custom_roles={"key reader": 2, "key master": number})
        target = tenant(["ann2"], roles=(*ROLES, theirs))
        chosen = {ours["id"]: theirs["id"]}
        _, (draft,) = gated(source, target, {"ann": "ann2"}, roles=chosen, table=named)
        assert draft.action is action, draft.reason


def test_a_role_that_nothing_classifies_may_move_to_whoever_has_it() -> None:
    """It counts as the highest tier, and having it in the source is no licence for other roles there."""
    ours, theirs = custom("ours", "x/unheard"), custom("theirs", "x/unheard")
    source = tenant(
        ["ann"],
        ["ops"],
        rows={
            ELIGIBILITY: [eligible("ann", ours["id"])],
            GROUP_ELIGIBILITY: [group_right("g", ident("ann"), ident("ops"))],
        },
        roles=(*ROLES, ours),
    )
    rows: dict[str, list[Row]] = {
        "group": assignable("ops2"),
        "pimGroup": [{"id": ident("ops2")}],
        "roleManagementPolicy": relaxed("ops2"),
        ROLE_ASSIGNMENT: [holds("ops2", GLOBAL_ADMINISTRATOR)],
    }
    target = tenant(["ann2"], ["ops2"], rows=rows, roles=(*ROLES, theirs))
    _, (role, group) = gated(source, target, {"ann": "ann2"}, groups={"ops": "ops2"})
    assert (role.action, group.action) == (Action.CREATE, Action.BLOCKED)


# What is not known ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unread", ["groupMembers:ops2", "groupOwners:ops2", "groupMembers", "pimGroups"])
@pytest.mark.parametrize(
    ("role", "blocked"), [(GLOBAL_ADMINISTRATOR, True), (EXCHANGE, True), (READER, False)]
)
def test_a_group_that_was_not_read_passes_on_no_high_tier(unread: str, role: str, blocked: bool) -> None:
    gate, draft = through_group(role=role, target_unread=[unread])
    assert draft.action is (Action.BLOCKED if blocked else Action.CREATE)
    assert "who can come into group (ops2) was not read whole" in gate.warnings()[0]
    assert gate.gains[0].unknown and ("is unknown" in draft.reason) is blocked


def test_what_was_not_read_of_the_source_is_no_licence() -> None:
    known: dict[str, Any] = {"source_rows": [holds("ann", LOWEST)], "source_unread": ["groupMembers:ops"]}
    _, draft = through_group(**known)
    assert draft.action is Action.BLOCKED and "was not read whole" in draft.reason
    low, draft = through_group(role=READER, **known)
    assert draft.action is Action.CREATE
    assert any("ann2" in one for one in low.warnings())
    # Of whom nothing at all is known in the source is a stranger, whatever was read.
    stranger, draft = through_group(theirs=("eve",), role=READER, source_unread=["groupMembers:ops"])
    assert draft.action is Action.BLOCKED and not stranger.gains[0].unknown


def test_snapshots_that_never_asked_for_members_are_warned_about() -> None:
    """Both from before members were read: nothing about groups can be judged, and the plan says so."""
    sides = []
    for names, people, role in ((["ops"], ["ann"], GLOBAL_ADMINISTRATOR), (["ops2"], ["ann2", "eve"], None)):
        rows = {"group": assignable(*names), ELIGIBILITY: [eligible(names[0], role)] if role else []}
        made = tenant(people, names, rows=rows)
        sides.append(TenantView(made.tenant_id, made.rows))
    gate, (draft,) = gated(sides[0], sides[1], {"ann": "ann2"}, groups={"ops": "ops2"})
    assert draft.action is Action.CREATE
    assert [one.blocks for one in gate.gains] == [False]
    assert [one.partition(":")[0] for one in gate.warnings()][:2] == ["source", "target"]


def test_somebody_who_is_eligible_for_the_target_group_is_seen_all_the_same() -> None:
    rows = {"group": assignable("ops2"), GROUP_ELIGIBILITY: [group_right("x", ident("eve"), ident("ops2"))]}
    made = tenant(["ann2", "eve"], ["ops2"], rows=rows)
    source = tenant(
        ["ann"], ["ops"], rows={"group": assignable("ops"), ELIGIBILITY: [eligible("ops", READER)]}
    )
    bare = [TenantView(one.tenant_id, one.rows) for one in (source, made)]
    _, (draft,) = gated(bare[0], bare[1], {"ann": "ann2"}, groups={"ops": "ops2"})
    assert draft.action is Action.BLOCKED and draft.reason.startswith("eve would gain tier 2")


def test_a_way_into_a_group_whose_roles_were_not_read_waits() -> None:
    rows = {GROUP_ELIGIBILITY: [group_right("r", ident("ann"), ident("desk"))]}
    source = tenant(["ann"], ["desk"], rows=rows)
    more: dict[str, list[Row]] = {
        "group": assignable("desk2"),
        "pimGroup": [{"id": ident("desk2")}],
        "roleManagementPolicy": relaxed("desk2"),
    }
    for unread, action in (([], Action.CREATE), (["roleAssignmentSchedules"], Action.BLOCKED)):
        target = tenant(["ann2"], ["desk2"], rows=more, unread=unread)
        _, (draft,) = gated(source, target, {"ann": "ann2"}, groups={"desk": "desk2"})
        assert draft.action is action, draft.reason


def test_only_what_causes_the_gain_is_blocked() -> None:
    source = tenant(
        ["ann"],
        ["ops"],
        members={"ops": ["ann"]},
        rows={
            ELIGIBILITY: [eligible("ops", GLOBAL_ADMINISTRATOR), eligible("ann", EXCHANGE)],
            GROUP_ELIGIBILITY: [group_right("g", ident("ann"), ident("ops"))],
            "group": assignable("ops"),
        },
    )
    rows: dict[str, list[Row]] = {
        "group": assignable("ops2"),
        "pimGroup": [{"id": ident("ops2")}],
        "roleManagementPolicy": relaxed("ops2"),
    }
    target = tenant(["ann2", "eve"], ["ops2"], members={"ops2": ["ann2", "eve"]}, rows=rows)
    _, drafts = gated(source, target, {"ann": "ann2"}, groups={"ops": "ops2"})
    blocked = [one.names["right"] for one in drafts if one.action is Action.BLOCKED]
    assert blocked == ["Global Administrator"]
    assert len(drafts) == 3


def test_names_of_strangers_are_counted_and_only_a_few_are_named() -> None:
    many = [f"s{number}" for number in range(30)]
    source = tenant(
        ["ann"], ["ops"], rows={ELIGIBILITY: [right("r", ident("ops"), EXCHANGE)], "group": assignable("ops")}
    )
    target = tenant(many, ["ops2"], members={"ops2": many}, rows={"group": assignable("ops2")})
    gate, (draft,) = gated(source, target, {}, groups={"ops": "ops2"})
    assert gate.gains[0].count == 30 and len(gate.gains[0].who) == 5
    assert "and 29 more" in draft.reason


def test_what_is_stopped_is_not_counted_as_reached_after_the_plan() -> None:
    gate, _ = through_group(theirs=("ann2", "eve"))
    stopped = {one.cause for one in gate.gains}
    assert people_by_tier(gate.target) == {0: 2}
    assert people_by_tier(gate.target, stopped=stopped) == {0: 0}
    assert people_by_tier(gate.target, planned=False) == {0: 0}
