"""Each right of the source gets exactly one item, and a write only where nothing stands against it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from plan_sample import ANNA, CHOSEN, EMEA, OPS, THEIR_EMEA, THEIR_OPS, THERE, drafts, one, one_of_group
from tenant_pairs import EXCHANGE, NOW, TARGET, custom, group_right, ident, policy, right

from migrate.kinds.schedule import end_of
from migrate.plan.document import Action
from migrate.plan.guard import Guard
from migrate.resolve.decisions import Decision

Row = dict[str, Any]
ME, YOU = str(ANNA["id"]), str(THERE["id"])
SOON, LATER = "2026-06-01T00:00:00Z", "2026-12-01T00:00:00Z"
UNIT_SCOPE = f"/administrativeUnits/{EMEA['id']}"


def must_end(longest: str, **target: Any) -> Row:
    rule = {"isExpirationRequired": True, "maximumDuration": longest}
    return policy(EXCHANGE, Expiration_Admin_Eligibility=rule)


def test_a_right_becomes_a_write_with_the_ids_of_the_target() -> None:
    found = one(right("r", ME, end=SOON))
    assert (found.action, found.reason, found.codes) == (Action.CREATE, "not there yet", ())
    assert found.key == f"{YOU}|{EXCHANGE}|/"
    assert found.target == {
        "principalId": YOU,
        "roleDefinitionId": EXCHANGE,
        "pimRoleDefinitionId": EXCHANGE,
        "directoryScopeId": "/",
        "isBuiltInRole": True,
        "startDateTime": None,
        "endDateTime": SOON,
        "ticket": False,
    }
    assert found.names["principal"] == "anna@contoso.com"
    assert found.names["target_principal"] == "as@fabrikam.com"


def test_a_group_right_becomes_one_too() -> None:
    found = one_of_group(group_right("r", ME, OPS["id"], "Owner"))
    assert found.action is Action.CREATE
    assert found.key == f"{YOU}|{THEIR_OPS['id']}|owner"
    assert (found.target["groupId"], found.target["accessId"]) == (THEIR_OPS["id"], "owner")
    assert found.names["right"] == "owner of Ops"


@pytest.mark.parametrize("path", ["/administrativeUnits/", "/AdministrativeUnits/"])
def test_the_scope_is_written_as_graph_spells_it(path: str) -> None:
    found = one(right("r", ME, scope=f"{path}{EMEA['id'].upper()}"))
    assert found.target["directoryScopeId"] == f"/administrativeUnits/{THEIR_EMEA['id']}"
    assert found.names["scope"] == "EMEA"


def test_what_is_there_and_equal_stays() -> None:
    found = one(right("r", ME, end=SOON), there=[right("t", YOU, end="2026-06-01T00:00:00.7654321Z")])
    assert (found.action, found.base) == (
        Action.KEEP,
        {"id": ident("t"), "endDateTime": "2026-06-01T00:00:00.765432Z"},
    )


@pytest.mark.parametrize(
    ("there", "why"),
    [
        (right("t", YOU, end=LATER), "drift that nobody has decided"),
        (right("t", YOU), "drift that nobody has decided"),
        (right("t", YOU, end=SOON, scheduleInfo=None), "drift that nobody has decided"),
        (
            right("t", YOU, end=SOON, start="2026-05-01T00:00:00Z"),
            "already there, but it begins at another time",
        ),
    ],
)
def test_what_is_there_and_different_is_left_alone(there: Row, why: str) -> None:
    found = one(right("r", ME, end=SOON), there=[there])
    assert (found.action, found.codes, found.reason) == (Action.BLOCKED, ("D10",), why)


def test_a_row_that_does_not_say_whether_it_is_direct_still_occupies_its_key() -> None:
    found = one(right("r", ME), there=[right("t", YOU, memberType=None)])
    assert found.action is Action.KEEP


def test_nothing_is_kept_as_equal_whose_role_allows_something_else() -> None:
    ours, theirs = custom("role", "a/read"), custom("role", "a/read", "b/write")
    found = one(
        right("r", ME, ours["id"]),
        there=[right("t", YOU, theirs["id"])],
        roles=(ours,),
        their_roles=(theirs,),
    )
    assert (found.action, found.codes) == (Action.BLOCKED, ("D05",))


@pytest.mark.parametrize(
    ("policies", "end", "why"),
    [
        ([], "2026-02-01T00:00:00Z", "expired"),
        ([], "2026-03-01T08:04:00Z", "five minutes"),
        ([must_end("P365D")], None, "demands an end"),
        ([must_end("P90D")], LATER, "longer than"),
        ([must_end("P365D")], LATER, ""),
        ([policy(EXCHANGE, Expiration_Admin_Eligibility={"maximumDuration": "P30D"})], LATER, ""),
        ([policy(EXCHANGE, Expiration_Admin_Eligibility={"maximumDuration": "PT0S"})], LATER, "zero"),
    ],
)
def test_a_schedule_that_cannot_be_kept(policies: list[Row], end: str | None, why: str) -> None:
    found = one(right("r", ME, end=end), policies=policies)
    if why:
        assert (found.action, found.codes) == (Action.BLOCKED, ("D08",))
        assert why in found.reason
    else:
        assert found.action is Action.CREATE


def test_the_length_of_a_later_right_counts_from_its_start() -> None:
    later = right("r", ME, start="2026-11-01T00:00:00Z", end=LATER)
    found = one(later, policies=[must_end("P90D")])
    assert (found.action, found.target["startDateTime"]) == (Action.CREATE, "2026-11-01T00:00:00Z")


NO_END = {"expiration": {"type": "notSpecified"}}
NO_START = {"startDateTime": "x", "expiration": {"type": "noExpiration"}}


@pytest.mark.parametrize("info", [None, {}, NO_END, NO_START])
def test_a_schedule_that_cannot_be_read_is_never_made_permanent(info: Row | None) -> None:
    found = one(right("r", ME, scheduleInfo=info))
    assert (found.action, found.codes) == (Action.BLOCKED, ("D08",))


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"principalId": None}, "principalId"),
        ({"roleDefinitionId": None}, "roleDefinitionId"),
        ({"directoryScopeId": None}, "directoryScopeId"),
        ({"memberType": None}, "memberType"),
        ({"memberType": "unknownFutureValue"}, "memberType"),
    ],
)
def test_a_row_that_leaves_something_out_is_shown_and_not_copied(missing: Row, named: str) -> None:
    found = drafts([right("sound", ME, end=SOON), right("broken", ME) | missing])
    broken = next(each for each in found if each.source["id"] == ident("broken"))
    assert (broken.action, broken.codes) == (Action.BLOCKED, ("coverage",))
    assert named in broken.reason
    assert sorted(each.action for each in found) == ["blocked", "create"]


def test_a_hole_in_the_scope_is_not_the_whole_tenant() -> None:
    found = one(right("r", ME, scope=None, appScopeId="/"))
    assert (found.action, found.codes) == (Action.BLOCKED, ("D09",))
    assert found.source["appScopeId"] == "/"


def test_two_spellings_of_one_right_are_written_once() -> None:
    found = drafts([right("a", ME, end=SOON), right("b", ME.upper(), end=SOON)])
    assert sorted(each.action for each in found) == ["create", "skip"]


def test_two_rights_that_would_become_one_with_other_ends_are_not_guessed() -> None:
    found = drafts([right("a", ME, end=SOON), right("b", ME, end=LATER)])
    assert [(each.action, each.codes) for each in found] == [(Action.BLOCKED, ("D08",))] * 2


def test_whoever_is_protected_on_either_side_is_not_touched() -> None:
    for identity in (ME, YOU):
        found = one(right("r", ME), guard=Guard(protected=frozenset({identity})))
        assert (found.action, found.codes) == (Action.BLOCKED, ("C13",))
    group_guard = Guard(protected=frozenset({THEIR_OPS["id"]}))
    found = one_of_group(group_right("r", ME, OPS["id"]), guard=group_guard)
    assert (found.action, found.codes) == (Action.BLOCKED, ("C13",))


def test_a_decision_does_not_beat_the_guard() -> None:
    chosen = Decision("user", ME, YOU, "choose")
    found = one(right("r", ME), guard=Guard(protected=frozenset({YOU})), decisions=(chosen,))
    assert found.codes == ("C13",)


def test_what_was_left_behind_takes_its_rights_along() -> None:
    found = one(right("r", ME, scope=UNIT_SCOPE), decisions=(Decision("user", ME, None, "skip"),))
    assert (found.action, found.codes) == (Action.SKIP, ())
    assert "decided" in found.reason


def test_what_nobody_has_decided_waits() -> None:
    found = one(right("r", ME), decisions=(*CHOSEN, Decision("user", ME, None, "block")))
    assert (found.action, found.codes) == (Action.BLOCKED, ("undecided",))


def test_what_is_to_be_made_first_is_waited_for() -> None:
    to_make = Decision("administrativeUnit", EMEA["id"], None, "accept", "ours", "Kim")
    found = one(right("r", ME, scope=UNIT_SCOPE), decisions=(CHOSEN[0], to_make), their_units=())
    assert (found.action, found.codes) == (Action.BLOCKED, ("C01",))
    assert found.reason.startswith("scope EMEA: to be made in the target by a plan, decided by Kim")


def test_putting_a_group_under_pim_has_to_be_allowed() -> None:
    wanted = group_right("r", ME, OPS["id"], end=SOON)
    found = one_of_group(wanted, managed=False, policies=[])
    assert (found.action, found.codes) == (Action.BLOCKED, ("onboard-group",))
    assert 'allow_irreversible = ["onboard-group"]' in found.reason
    allowed = Guard(allow_irreversible=frozenset({"onboard-group"}))
    made = one_of_group(wanted, managed=False, policies=[], guard=allowed)
    assert made.action is Action.CREATE
    assert "cannot be undone" in made.residue[0]


@pytest.mark.parametrize("end", [None, "2027-06-01T00:00:00Z"])
def test_a_fresh_group_gets_the_policy_that_forbids_what_is_permanent(end: str | None) -> None:
    """Or the group would be put under PIM for a right that PIM then refuses."""
    found = one_of_group(
        group_right("r", ME, OPS["id"], end=end),
        managed=False,
        policies=[],
        guard=Guard(allow_irreversible=frozenset({"onboard-group"})),
    )
    assert (found.action, found.codes) == (Action.BLOCKED, ("D08",))


def test_a_ticket_goes_along_where_the_policy_asks_for_one() -> None:
    asks = policy(EXCHANGE, Enablement_Admin_Eligibility={"enabledRules": ["ticketing"]})
    assert one(right("r", ME), policies=[asks]).target["ticket"] is True


def test_the_source_row_is_kept_with_its_schedule() -> None:
    row = right("r", ME, end=SOON)
    assert end_of(one(row).source) == end_of(row)


# What was not read -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["source_unread", "target_unread"])
@pytest.mark.parametrize("collection", ["users", "groups", "administrativeUnits", "roleDefinitions"])
def test_nothing_is_written_on_a_list_that_was_cut_off(side: str, collection: str) -> None:
    """Not even where a person decided: then only what the rules matched waits."""
    found = drafts(
        [right("r", ME, scope=UNIT_SCOPE)],
        [group_right("g", ME, OPS["id"])],
        decisions=(),
        **{side: [collection]},  # type: ignore[arg-type]
    )
    assert {each.action for each in found} == {Action.BLOCKED}
    touched = found[0] if collection != "groups" else found[1]
    assert "coverage" in touched.codes


@pytest.mark.parametrize("there", [[], [right("t", YOU, "11111111-2222-3333-4444-555555555555")]])
def test_absence_is_not_concluded_from_an_incomplete_list_of_rights(there: list[Row]) -> None:
    found = one(right("r", ME), there=there, target_unread=["roleEligibilitySchedules"])
    assert (found.action, found.codes) == (Action.BLOCKED, ("coverage",))


@pytest.mark.parametrize(
    "unread",
    [
        f"groupEligibilitySchedules:{THEIR_OPS['id']}",
        "groupEligibilitySchedules",
    ],
)
def test_a_group_that_was_not_read_is_not_written(unread: str) -> None:
    found = one_of_group(group_right("r", ME, OPS["id"]), target_unread=[unread], policies=[])
    assert (found.action, found.codes) == (Action.BLOCKED, ("coverage",))


def test_a_group_is_not_taken_for_fresh_where_the_managed_ones_were_not_read() -> None:
    allowed = Guard(allow_irreversible=frozenset({"onboard-group"}))
    wanted = group_right("r", ME, OPS["id"], end=SOON)
    found = one_of_group(wanted, managed=False, policies=[], guard=allowed, target_unread=["pimGroups"])
    assert (found.action, found.codes) == (Action.BLOCKED, ("coverage",))
    assert one_of_group(wanted, target_unread=["pimGroups"]).action is Action.CREATE


def test_another_group_that_was_not_read_is_in_nobodys_way() -> None:
    other = f"groupEligibilitySchedules:{ident('other')}"
    assert one_of_group(group_right("r", ME, OPS["id"]), target_unread=[other]).action is Action.CREATE


@pytest.mark.parametrize("unread", ["roleManagementPolicies", f"groupManagementPolicies:{THEIR_OPS['id']}"])
def test_a_policy_that_was_not_read_leaves_the_word_to_graph(unread: str) -> None:
    assert one(right("r", ME), target_unread=[unread]).action is Action.CREATE
    group = one_of_group(group_right("r", ME, OPS["id"]), target_unread=[unread], policies=[])
    assert group.action is Action.CREATE


def test_a_right_whose_role_nobody_could_tell_may_be_the_one() -> None:
    ours, theirs = custom("ours", "a/read"), custom("theirs", "a/read")
    unknown = right("t", YOU, ident("alias that was not resolved"))
    roles: dict[str, Any] = {"roles": (ours,), "their_roles": (theirs,)}
    found = one(right("r", ME, ours["id"]), there=[unknown], **roles)
    assert (found.action, found.codes) == (Action.BLOCKED, ("coverage",))
    known = {ident("alias that was not resolved"): str(theirs["id"])}
    assert one(right("r", ME, ours["id"]), there=[unknown], aliases=known, **roles).action is Action.KEEP
    assert one(right("r", ME), there=[unknown]).action is Action.CREATE


def test_what_was_read_of_the_source_moves_although_the_rest_was_not() -> None:
    found = one(right("r", ME), source_unread=["roleEligibilitySchedules", "pimGroups"])
    assert found.action is Action.CREATE


def test_a_write_names_what_was_found_about_it_and_does_not_stand_in_its_way() -> None:
    """The target's policy is weaker: told, and moved."""
    strict = policy(EXCHANGE, Expiration_EndUser_Assignment={"maximumDuration": "PT1H"})
    found = one(right("r", ME), source_policies=[strict], policies=[policy(EXCHANGE)])
    assert (found.action, found.reason, found.codes) == (Action.CREATE, "not there yet", ("D07",))


def test_a_scope_that_would_widen_stops_the_right() -> None:
    wider = (Decision("administrativeUnit", EMEA["id"], TARGET, "choose"),)
    found = one(right("r", ME, scope=UNIT_SCOPE), decisions=wider)
    assert found.action is Action.BLOCKED
    assert "D02" in found.codes


def test_a_right_that_was_too_long_when_it_was_resolved_may_fit_when_it_is_planned() -> None:
    almost = (NOW + timedelta(days=29)).isoformat()
    found = one(right("r", ME, end=almost), policies=[must_end("P30D")], as_of=NOW - timedelta(days=10))
    assert found.action is Action.CREATE
    beyond = (NOW + timedelta(days=31)).isoformat()
    stopped = one(right("r", ME, end=beyond), policies=[must_end("P30D")], as_of=NOW)
    assert (stopped.action, stopped.codes) == (Action.BLOCKED, ("D08",))
    assert "longer than the target's policy allows" in stopped.reason
