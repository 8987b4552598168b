"""D02, D03 and D04: units that reach other people than the source's, or keep others out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenant_pairs import ELIGIBILITY, LADDER, SOURCE, TARGET, built_in, ident, member, right, unit, user, view

from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Drift
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.unit_rules import normalised

Row = dict[str, Any]
HERE, THERE = unit("here"), unit("there")
CHOSEN = (Decision("administrativeUnit", HERE["id"], THERE["id"], "choose"),)
NAMES = ("Anna A", "Ben B", "Carl C", "Dora D")
OURS = {name[0]: user(f"{name}@contoso.com", displayName=name, employeeId=name) for name in NAMES}
THEIRS = {name[0]: user(f"{name}@fabrikam.com", displayName=name, employeeId=name) for name in NAMES}


def scoped(**more: Any) -> Row:
    return right("r", OURS["A"]["id"], scope=f"/administrativeUnits/{HERE['id']}", **more)


def tenant(side: str, members: str | None, people: str = "ABCD", **more: Any) -> TenantView:
    """A tenant with one unit that holds the people with these letters; ``None`` where nobody read them."""
    everybody, one = (OURS, HERE) if side == SOURCE else (THEIRS, THERE)
    lists = None
    if members is not None:
        rows = [member(everybody[letter]["id"]) for letter in members]
        lists = {"administrativeUnitMember": {one["id"]: rows}}
    rows_of: dict[str, Any] = {
        "user": [everybody[letter] for letter in people],
        "administrativeUnit": [one],
        "roleDefinition": [built_in()],
    }
    if side == SOURCE:
        rows_of[ELIGIBILITY] = [scoped()]
    return view(side, rows_of | more, lists=lists)


def drift(resolution: Resolution, *codes: str) -> list[Drift]:
    return [one for one in resolution.drift if one.code in codes]


# D03 -------------------------------------------------------------------------------------------------------


def test_the_same_members_are_no_drift() -> None:
    assert resolve(tenant(SOURCE, "AB"), tenant(TARGET, "AB"), LADDER, CHOSEN).drift == ()


def test_who_gains_and_who_loses_reach_is_counted_and_listed() -> None:
    found = resolve(tenant(SOURCE, "AB"), tenant(TARGET, "BCD", "ABCD"), LADDER, CHOSEN)
    (one,) = drift(found, "D03")
    assert (one.detail["gained_count"], one.detail["lost_count"], one.detail["unmapped_count"]) == (2, 1, 0)
    assert any(ident("Carl C@fabrikam.com") in each for each in one.detail["gained"])
    assert one.detail["lost"] == [f"Anna A@contoso.com ({OURS['A']['id']})"]
    assert (one.blocks, one.concerns) == ((), (ident("r"),))
    assert drift(found, "D02") == []


def test_a_long_list_is_cut_and_still_counted() -> None:
    crowd = [user(f"u{number:03}@fabrikam.com") for number in range(250)]
    there = view(
        TARGET,
        {"user": [*THEIRS.values(), *crowd], "administrativeUnit": [THERE], "roleDefinition": [built_in()]},
        lists={"administrativeUnitMember": {THERE["id"]: [member(one["id"]) for one in crowd]}},
    )
    (one,) = drift(resolve(tenant(SOURCE, ""), there, LADDER, CHOSEN), "D03")
    assert (one.detail["gained_count"], len(one.detail["gained"])) == (250, 100)


@pytest.mark.parametrize(
    ("ours", "theirs", "unread"),
    [(None, "A", "members in the source"), ("A", None, "members in the target")],
)
def test_members_that_were_not_read_are_unknown(ours: str | None, theirs: str | None, unread: str) -> None:
    (one,) = drift(resolve(tenant(SOURCE, ours), tenant(TARGET, theirs), LADDER, CHOSEN), "D03")
    assert one.detail["unread"] == [unread]
    assert "gained_count" not in one.detail


def test_a_member_without_counterpart_is_told_apart() -> None:
    found = resolve(tenant(SOURCE, "AB"), tenant(TARGET, "A", "ACD"), LADDER, CHOSEN)
    (one,) = drift(found, "D03")
    assert (one.detail["unmapped_count"], one.detail["lost_count"]) == (1, 0)


def test_a_member_who_is_only_proposed_is_neither_gained_nor_the_same() -> None:
    nameless = {**THEIRS["B"], "employeeId": None, "userPrincipalName": "other@fabrikam.com"}
    there = tenant(TARGET, "AB", user=[THEIRS["A"], nameless])
    (one,) = drift(resolve(tenant(SOURCE, "AB"), there, LADDER, CHOSEN), "D03")
    counts = {name: one.detail[f"{name}_count"] for name in ("gained", "perhaps_the_same", "unmapped")}
    assert counts == {"gained": 0, "perhaps_the_same": 1, "unmapped": 1}


def test_a_unit_that_is_no_scope_is_not_compared() -> None:
    plain = view(
        SOURCE,
        {"user": [OURS["A"]], "administrativeUnit": [HERE], "roleDefinition": [built_in()]},
    )
    assert resolve(plain, tenant(TARGET, "ABC"), LADDER, CHOSEN).drift == ()


# D02 -------------------------------------------------------------------------------------------------------


def test_a_unit_of_everybody_is_the_tenant_and_stops_the_right() -> None:
    found = resolve(tenant(SOURCE, "A"), tenant(TARGET, "ABCD"), LADDER, CHOSEN)
    assert [(one.code, one.blocks) for one in found.drift] == [("D02", (ident("r"),)), ("D03", ())]
    # Where it was everybody already nothing widens.
    assert drift(resolve(tenant(SOURCE, "AB", "AB"), tenant(TARGET, "ABCD"), LADDER, CHOSEN), "D02") == []


@pytest.mark.parametrize("wanted", ["/", TARGET])
def test_a_decision_cannot_turn_a_unit_into_the_tenant(wanted: str) -> None:
    choice = (Decision("administrativeUnit", HERE["id"], wanted, "choose"),)
    (found,) = drift(resolve(tenant(SOURCE, "A"), tenant(TARGET, "A"), LADDER, choice), "D02")
    assert (found.detail["target"], found.blocks) == ("the whole tenant", (ident("r"),))


def test_a_decision_cannot_turn_an_object_into_a_unit() -> None:
    narrow = right("r", OURS["A"]["id"], scope=f"/{OURS['B']['id']}")
    choice = (Decision("user", OURS["B"]["id"], THERE["id"], "choose"),)
    here = tenant(SOURCE, "A", **{ELIGIBILITY: [narrow]})
    (found,) = drift(resolve(here, tenant(TARGET, "A"), LADDER, choice), "D02")
    assert (found.source_id, found.blocks) == (OURS["B"]["id"], (ident("r"),))
    same = (Decision("user", OURS["B"]["id"], THEIRS["B"]["id"], "choose"),)
    assert drift(resolve(here, tenant(TARGET, "A"), LADDER, same), "D02") == []


# D04 -------------------------------------------------------------------------------------------------------

RULE = '(user.department -eq "Sales") -and (user.mail -contains "@contoso.com")'
DYNAMIC = {"membershipType": "Dynamic", "membershipRule": RULE}


@pytest.mark.parametrize(
    ("ours", "theirs", "fields"),
    [
        ({}, {"membershipType": "Assigned", "isMemberManagementRestricted": False}, []),
        (DYNAMIC, {**DYNAMIC, "membershipRule": RULE.upper().replace("CONTOSO", "FABRIKAM")}, []),
        (DYNAMIC, {**DYNAMIC, "membershipRule": RULE.replace(" ", "  ").replace("contoso", "fabrikam")}, []),
        (DYNAMIC, {**DYNAMIC, "membershipRule": RULE}, ["membershipRule"]),
        (DYNAMIC, {**DYNAMIC, "membershipRule": RULE.replace("Sales", "IT")}, ["membershipRule"]),
        (DYNAMIC, {}, ["membershipRule", "membershipType"]),
        ({"isMemberManagementRestricted": True}, {}, ["isMemberManagementRestricted"]),
        ({}, {"isMemberManagementRestricted": True}, ["isMemberManagementRestricted"]),
        # A rule that is kept beside assigned members decides nothing.
        ({"membershipRule": RULE}, {}, []),
    ],
)
def test_rules_and_restrictions(ours: Row, theirs: Row, fields: list[str]) -> None:
    here = tenant(SOURCE, "A", administrativeUnit=[{**HERE, **ours}])
    there = tenant(TARGET, "A", administrativeUnit=[{**THERE, **theirs}])
    found = resolve(here, there, LADDER, CHOSEN).drift
    assert sorted(one.detail["field"] for one in found) == fields
    assert {(one.code, one.blocks, one.concerns) for one in found} <= {("D04", (), (ident("r"),))}


@given(st.text(alphabet="aB -eqnd()'\"@.$", max_size=60))
def test_a_rule_in_one_spelling_stays_as_it_is(rule: str) -> None:
    once = normalised(rule, {})
    assert normalised(once, {}) == once


def test_domains_are_renamed_once_and_as_a_whole() -> None:
    swap = {"a.com": "b.com", "b.com": "c.com"}
    assert normalised('user.mail -match "x@a.com"', swap) == normalised('user.mail -match "x@b.com"', {})
    assert "xa.com" in normalised('user.mail -match "xa.com"', swap)
