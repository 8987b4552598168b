"""What the sheets tell of roles, scopes, assignments, policies and past decisions."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbook_edits import Sheet, exported, imported
from workbook_everything import DECIDED, EMEA, GROUP, THEIR_EMEA, everything
from workbook_sample import CUSTOM, ROLE, SOURCE, TARGET, UNIT, ident, report

from migrate.kinds import policy_defaults
from migrate.plan import rule_words
from migrate.resolve.resolution import Resolution
from migrate.resolve.rule_differences import ENABLEMENTS, EXPIRATIONS, NOTIFICATIONS
from migrate.workbook import policy_lines
from migrate.workbook.audit_lines import Shown, Verdict, folded
from migrate.workbook.declare import Grid, Page, TableSheet
from migrate.workbook.index import DECIDING, Index
from migrate.workbook.redact import redacted
from migrate.workbook.report import Report
from migrate.workbook.sheets import SHEETS, TABLES
from migrate.workbook.tier_names import NO_ROLE

ELIGIBLE, ACTIVATION = "Expiration_Admin_Eligibility", "Expiration_EndUser_Assignment"


def _table(name: str, given: Report) -> dict[str, dict[str, Any]]:
    """The values of a declared table by row key and header."""
    (sheet,) = [one for one in TABLES if one.name == name]
    return {
        sheet.key(row): {column.header: column.value(row) for column in sheet.columns}
        for row in sheet.rows(Index(given))
    }


def _summary(heading: str, given: Report | None = None) -> list[tuple[Any, ...]]:
    (page,) = [one for one in SHEETS if isinstance(one, Page) and one.name == "Summary"]
    found = [one for one in page.blocks(Index(given or everything())) if isinstance(one, Grid)]
    (grid,) = [one for one in found if one.headers[0] == heading]
    return [tuple(row) for row in grid.rows]


def test_every_object_stands_on_exactly_one_deciding_sheet() -> None:
    given = everything()
    keys = [key for name in DECIDING for key in _table(name, given)]
    assert sorted(keys) == sorted(f"{one.kind}|{one.source_id}" for one in given.resolution.mappings)
    assert [one.name for one in TABLES if one.basis is not None] == list(DECIDING)


def test_a_role_tells_its_tier_and_what_only_one_side_allows() -> None:
    given = everything()
    roles = dict(given.target.of_kind("roleDefinition"))
    theirs = {"allowedResourceActions": ["microsoft.directory/keys/read"]}
    roles[ident(6, 2)] = {**roles[ident(6, 2)], "rolePermissions": [theirs]}
    rows = _table("Roles", replace(given, target=replace(given.target, rows={"roleDefinition": roles})))
    custom, built_in = rows[f"roleDefinition|{CUSTOM}"], rows[f"roleDefinition|{ROLE}"]
    assert (custom["Type"], custom["Tier"], custom["Permissions"]) == ("custom", "1 near it", "≠ differs")
    assert custom["Only in source"] == "1:\nmicrosoft.directory/bitlockerkeys/metadata/read"
    assert custom["Only in target"] == "1:\nmicrosoft.directory/keys/read"
    assert custom["Not offered by the target"].casefold() == custom["Only in source"]
    assert (built_in["Type"], built_in["Tier"]) == ("built-in", "0 control plane")
    assert (built_in["Permissions"], built_in["Only in source"]) == ("✓ same", "")


def test_a_scope_tells_who_gains_who_loses_and_which_rules_differ() -> None:
    rows = _table("Scopes", everything())
    emea = rows[f"administrativeUnit|{EMEA}"]
    assert (emea["Reach"], emea["Gained"], emea["Lost"], emea["Not settled"]) == ("≠ differs", 40, 1, 1)
    gained = emea["Who is reached besides"].splitlines()
    assert gained[0].startswith("person0@fabrikam.example (") and gained[-1] == "… and 28 more"
    assert emea["Who is reached no longer"] == f"ben@contoso.example ({ident(1, 2)})"
    assert emea["Rule and restriction"] == "restricted management:\n  source: yes\n  target: no"
    alone = rows[f"administrativeUnit|{UNIT}"]
    assert (alone["Reach"], alone["Gained"]) == ("– not compared", None)


def test_members_that_were_not_read_are_no_equal_members() -> None:
    given = everything()
    unread = tuple(
        replace(one, detail={"name": "EMEA", "unread": ["members in the target"]})
        if one.code == "D03"
        else one
        for one in given.resolution.drift
    )
    changed = replace(given, resolution=replace(given.resolution, drift=unread))
    emea = _table("Scopes", changed)[f"administrativeUnit|{EMEA}"]
    assert (emea["Reach"], emea["Gained"], emea["Lost"]) == ("– not compared", None, None)
    assert "members in the target" in emea["Who is not settled"]


def test_a_unit_that_holds_everybody_is_wider() -> None:
    given = everything()
    wider = tuple(replace(one, code="D02") if one.code == "D04" else one for one in given.resolution.drift)
    changed = replace(given, resolution=replace(given.resolution, drift=wider))
    assert _table("Scopes", changed)[f"administrativeUnit|{EMEA}"]["Reach"] == "! wider"


def test_every_assignment_is_there_with_what_will_happen() -> None:
    rows = _table("Assignments", everything())
    moved = rows[f"roleEligibilitySchedule|{ident(7, 1)}"]
    assert (moved["What happens"], moved["Held as"], moved["Wave"]) == ("+ create", "eligible", "all")
    assert moved["Tier"] == "0 control plane"
    assert moved["Starts (UTC)"] == datetime(2025, 11, 1, 8, tzinfo=UTC)
    assert rows[f"roleEligibilitySchedule|{ident(7, 2)}"]["Wave"] == "not planned"
    held = {
        key.partition("|")[2]: (row["What happens"], row["Held as"], row["Wave"])
        for key, row in rows.items()
        if row["Held as"] != "eligible"
    }
    assert held == {
        ident(9, 1): ("· read, not moved", "active", ""),
        ident(9, 2): ("· read, not moved", "activated", ""),
        ident(9, 3): ("· read, not moved", "active", ""),
        ident(9, 4): ("· read, not moved", "through a group", ""),
        f"{GROUP}_member_x": ("· read, not moved", "active", ""),
    }
    silent = rows[f"roleAssignmentSchedule|{ident(9, 3)}"]
    assert (silent["Starts (UTC)"], silent["Ends (UTC)"]) == ("", "never")
    of_group = rows[f"groupAssignmentSchedule|{GROUP}_member_x"]
    assert (of_group["Right"], of_group["Tier"]) == ("member of Ops", NO_ROLE)


def test_policies_are_told_rule_by_rule_beside_the_default() -> None:
    rows = _table("Policies", everything())
    about = f"roleDefinition|{ROLE}|"
    mine = {key.rpartition("|")[2]: row for key, row in rows.items() if key.startswith(about)}
    assert list(mine) == list(policy_defaults.RULE_IDS) and len(mine) == 17
    expiration = mine["Expiration_EndUser_Assignment"]
    assert (expiration["Source"], expiration["Target"]) == ("at most 4 hours", "at most 8 hours")
    assert (expiration["Microsoft's default"], expiration["Changed from default"]) == (
        "at most 8 hours",
        "source",
    )
    assert expiration["Beside the source"] == "▼ weaker"
    assert expiration["Differs how"] == "maximumDuration: 4 hours → 8 hours (weaker)"
    approval = mine["Approval_EndUser_Assignment"]
    assert (approval["Source"], approval["Target"]) == ("by anna@contoso.example", "not needed")
    same = mine["Enablement_EndUser_Assignment"]
    assert (same["Source"], same["Beside the source"]) == ("MFA + justification", "✓ same")
    # The counterpart of the custom role is only proposed, and its policy was not read.
    custom = [row for key, row in rows.items() if CUSTOM in key]
    assert len(custom) == 17 and {row["Beside the source"] for row in custom} == {"– unknown"}
    assert {row["Differs how"] for row in custom} == {"the policy of the source was not read"}


def test_the_defaults_are_the_seventeen_rules_that_are_compared() -> None:
    compared = {*EXPIRATIONS, *ENABLEMENTS, *NOTIFICATIONS, policy_lines.APPROVAL}
    assert set(policy_defaults.RULE_IDS) == compared | {"AuthenticationContext_EndUser_Assignment"}
    assert len(policy_defaults.RULE_IDS) == len(policy_defaults.OF_GROUPS) == 17
    of_group = policy_defaults.OF_GROUPS["Enablement_EndUser_Assignment"]
    assert rule_words.value("Enablement_EndUser_Assignment", of_group, None) == "justification"
    titles = [rule_words.title(one) for one in policy_defaults.RULE_IDS]
    assert len(set(titles)) == 17 and not [one for one in titles if "_" in one]


@pytest.mark.parametrize(
    ("rule_id", "rule", "said"),
    [
        (ELIGIBLE, {"isExpirationRequired": False, "maximumDuration": "P365D"}, "may be permanent"),
        (ELIGIBLE, {"isExpirationRequired": True, "maximumDuration": "P1D"}, "at most 1 day"),
        (ACTIVATION, {"isExpirationRequired": True, "maximumDuration": "PT90M"}, "at most 90 minutes"),
        (ACTIVATION, {"isExpirationRequired": True, "maximumDuration": "P1Y"}, "at most P1Y"),
        ("Enablement_Admin_Eligibility", {"enabledRules": []}, "nothing"),
        ("Notification_Admin_Admin_Eligibility", {"notificationLevel": "None"}, "no mails"),
        ("Notification_Admin_Admin_Eligibility",
         {"notificationLevel": "Critical", "isDefaultRecipientsEnabled": True,
          "notificationRecipients": ["a@b.example"]},
         "critical mails only to the usual recipients, a@b.example"),
        ("AuthenticationContext_EndUser_Assignment", {"isEnabled": True, "claimValue": "c1"}, "c1"),
        ("AuthenticationContext_EndUser_Assignment", {"isEnabled": True, "claimValue": None}, "none"),
    ],
)  # fmt: skip
def test_a_rule_in_words(rule_id: str, rule: dict[str, Any], said: str) -> None:
    assert rule_words.value(rule_id, rule, None) == said


def test_the_log_has_what_is_in_force_and_what_each_workbook_brought() -> None:
    rows = list(_table("Decisions log", everything()).values())
    assert [row["Status"] for row in rows] == ["✓ in force", "· imported", "· imported"]
    now, then, taken_back = rows
    assert (now["About"], now["Target"], now["Who"]) == ("EMEA", "EMEA", "AB")
    assert now["When (UTC)"] == datetime(2026, 1, 10, tzinfo=UTC)
    assert (then["File"], then["Import"], then["What it changed"]) == ("from anna.xlsx", 1, "added")
    assert then["When (UTC)"] == datetime(2026, 1, 10, 9, 30, tzinfo=UTC)
    assert (taken_back["Decision"], taken_back["What it changed"]) == ("", "withdrawn")


def test_a_day_that_is_none_stays_as_it_was_written() -> None:
    odd = replace(everything(), decisions=(replace(DECIDED, when="last week"),))
    row = _table("Decisions log", odd)[f"000000|administrativeUnit|{EMEA}"]
    assert row["When (UTC)"] == "last week"


def test_the_summary_counts_by_tier_wave_and_rule() -> None:
    tiers = {row[0]: row[-1] for row in _summary("Tier")}
    assert tiers == {"tier 0 control plane": 6, "tier 1 near it": 1}
    assert {row[0]: row[-1] for row in _summary("Wave")} == {"all": 1, "not planned": 6}
    held = {row[0]: row[1:4] for row in _summary("Held as")}
    assert held == {
        "eligible": (7, 0, 7), "active": (2, 1, 3), "activated": (1, 0, 1), "through a group": (1, 0, 1)
    }  # fmt: skip
    beside = {row[0]: row[1:3] for row in _summary("Beside the source")}
    assert beside["▼ weaker"] == (2, 1) and beside["– unknown"] == (17, 1)


def test_without_tiers_nothing_is_said_of_them() -> None:
    assert {row["Tier"] for row in _table("Assignments", report()).values()} == {""}


def test_links_lead_from_findings_to_rows_and_back(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(tmp_path / "x.xlsx", everything()))

    def cells(name: str, header: str) -> list[Any]:
        first, *rest = book[name].iter_rows()
        (number,) = [place for place, cell in enumerate(first) if cell.value == header]
        return [row[number] for row in rest]

    seen: set[tuple[str, str]] = set()
    for name, header in (
        ("Conflicts", "Where"), ("Drift", "Where"), ("Scopes", "Open points"), ("Roles", "Open points"),
        ("Assignments", "Codes"), ("Policies", "Drift"),
    ):  # fmt: skip
        for cell in cells(name, header):
            if cell.hyperlink:
                found = re.fullmatch(r"'(.+)'!A(\d+)", cell.hyperlink.location)
                assert found and int(found[2]) <= book[found[1]].max_row
                seen.add((name, found[1]))
    assert seen >= {
        ("Conflicts", "Principals"), ("Conflicts", "Scopes"), ("Conflicts", "Policies"),
        ("Drift", "Policies"), ("Drift", "Scopes"), ("Drift", "Roles"), ("Drift", "Assignments"),
        ("Scopes", "Drift"),
        ("Roles", "Drift"), ("Policies", "Drift"), ("Assignments", "Conflicts"),
    }  # fmt: skip
    (weaker,) = [cell for cell in cells("Policies", "Drift") if cell.row == _row(book, "Expiration_EndUser")]
    there = book["Drift"][int(weaker.hyperlink.location.rpartition("A")[2])]
    assert "maximumDuration" in " ".join(str(cell.value) for cell in there)


def _row(book: Any, rule: str) -> int:
    """The first row of Policies about a rule whose id begins so."""
    return next(
        row[0].row
        for row in book["Policies"].iter_rows()
        if any(str(cell.value).startswith(rule) for cell in row)
    )


def test_one_decides_on_all_three_sheets(tmp_path: Path) -> None:
    given = everything()

    def edit(sheet: Sheet) -> None:
        sheet.put(f"user|{ident(1, 3)}", decision="accept", who="A")
        sheet.put(f"roleDefinition|{CUSTOM}", decision="choose", target="Key Reader", who="B")
        sheet.put(f"administrativeUnit|{UNIT}", decision="choose", target="emea", who="C")
        sheet.put(f"administrativeUnit|{EMEA}", decision=None, target=None, reason=None, who=None)

    merged = imported(given, exported(tmp_path / "x.xlsx", given, edit))
    assert merged.problems == [] and merged.warnings == []
    assert {(one.mapping.kind, one.change, one.after and one.after.target_id) for one in merged.changes} == {
        ("user", "added", ident(2, 3)),
        ("roleDefinition", "added", ident(6, 2)),
        ("administrativeUnit", "added", THEIR_EMEA),
        ("administrativeUnit", "withdrawn", None),
    }  # fmt: skip
    assert sorted({place.sheet for one in merged.changes for place in one.places}) == sorted(DECIDING)


@pytest.mark.parametrize("name", DECIDING)
def test_a_deciding_sheet_that_is_gone_is_an_error(tmp_path: Path, name: str) -> None:
    path = exported(tmp_path / "x.xlsx", everything())
    book = openpyxl.load_workbook(path)
    del book[name]
    book.save(path)
    (problem,) = imported(everything(), path).problems
    assert (problem.code, problem.place.sheet) == ("sheet_missing", name)


def test_nothing_to_tell_is_said_on_every_sheet() -> None:
    empty = replace(
        everything(), resolution=Resolution((), (), ()), drafts=(), decisions=(), imports=(), audit=None,
        source=replace(everything().source, rows={}),
    )  # fmt: skip
    for sheet in TABLES:
        assert isinstance(sheet, TableSheet) and sheet.empty
        assert list(sheet.rows(Index(empty))) == []


def test_stand_ins_reach_imports_tiers_and_privilege() -> None:
    hidden = redacted(everything(), b"s" * 32)
    texts = str(asdict(replace(hidden, privilege=None))) + str(hidden.privilege and hidden.privilege.view)
    assert not [name for name in ("anna", "dora", "same region", "EMEA") if name in texts]
    by_name = replace(everything(), tiers=replace(everything().tiers, custom_roles={"key reader": 0}))  # type: ignore[type-var]
    shown = _table("Roles", redacted(by_name, b"s" * 32))
    assert shown[f"roleDefinition|{CUSTOM}"]["Tier"] == "0 control plane"


def test_no_sheet_of_a_redacted_report_tells_which_tenants_these_are() -> None:
    index = Index(redacted(everything(), b"s" * 32))
    seen = [
        str(column.value(row)) for sheet in TABLES for row in sheet.rows(index) for column in sheet.columns
    ]
    for page in (one for one in SHEETS if isinstance(one, Page)):
        grids = [block for block in page.blocks(index) if isinstance(block, Grid)]
        seen += [str(value) for grid in grids for row in grid.rows for value in row]
    assert not [text for text in seen if SOURCE in text or TARGET in text]
    # Without the tenant in it, a policy is still found by what differs in it.
    shown = _table("Policies", redacted(everything(), b"s" * 32))
    assert {row["Beside the source"] for row in shown.values()} >= {"▼ weaker", "✓ same"}


def test_findings_stand_worst_first_and_what_is_waived_last() -> None:
    found = list(_table("Findings", everything()).values())
    assert [(row["Severity"], row["Verdict"]) for row in found] == [
        ("critical", "✗ fails"),
        ("high", "✗ fails"),
        ("high", "? unknown"),
        ("high", "– waived"),
        ("low", "✗ fails"),
    ]
    assert found[3]["Waiver"] == "until 2026-05-31 (Ida: she leaves in May)"
    assert found[4]["Waiver"] == "ended on 2025-12-31, it counts again (Ida: until the wave)"
    assert found[4]["Evidence"] == "Exchange Administrator, and 3 more"


def test_the_summary_counts_findings_and_says_where_none_were_asked() -> None:
    assert _summary("Severity") == [
        ("critical", 1, 0, 0, 0, 0),
        ("high", 1, 0, 0, 1, 1),
        ("medium", 0, 0, 0, 0, 0),
        ("low", 0, 1, 0, 0, 0),
    ]
    without = replace(everything(), audit=None)
    assert _summary("Severity", without) == [("not audited", None, None, None, None, None)]


def test_many_findings_alike_are_summed_up_and_still_counted() -> None:
    given = everything()
    assert given.audit is not None
    one = given.audit.lines[3]
    many = [replace(one, object_id=str(number), name=f"person {number}") for number in range(12)]
    others = [replace(one, check="other"), replace(one, verdict=Verdict.UNKNOWN)]
    shown = [
        Shown((each.side, each.check, each.severity, each.verdict), each.name, partial(replace, each))
        for each in (*many, *others)
    ]
    lines = list(folded(shown, most=5, named=3))
    assert [line.name for line in lines[:5]] == [f"person {number}" for number in range(5)]
    assert lines[5:7] == others
    (last,) = lines[7:]
    assert (last.name, last.stands_for, last.evidence, last.more) == (
        "7 others",
        7,
        ("person 5", "person 6", "person 7"),
        4,
    )
    only_counted = Shown(shown[0].key, "", None, stands_for=4)
    assert list(folded([*shown[:8], only_counted, *shown[12:]], most=5, named=3)) == lines
    summed = replace(given, audit=replace(given.audit, lines=tuple(lines)))
    high = next(row for row in _summary("Severity", summed) if row[0] == "high")
    assert high == ("high", 13, 0, 1, 0, 0)
