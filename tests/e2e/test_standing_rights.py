"""Active rights: moved where the engagement says so, or turned into eligibility, and all of it taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from command_line import NOW, CommandLine, Json, Pair, Result, running

from migrate.lab.seed.small import standing_pair

ELIGIBLE, ACTIVE = "roleEligibilitySchedule", "roleAssignmentSchedule"
HELPDESK, EXCHANGE = "Helpdesk Administrator", "Exchange Administrator"
CONVERT = "plan all --convert permanent --json"
END = "plan all --convert permanent --end-overlap --json"
NO_LONGER_YOUNG = 400.0
"""Seconds until PIM takes an assignment back that was made a moment ago."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Pair]:
    with running(*standing_pair(NOW)) as pair:
        yield pair


@pytest.fixture(scope="module")
def seen(lab: Pair, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement with snapshots of both tenants, to be copied."""
    lab.fresh()
    cli = lab.engagement(tmp_path_factory.mktemp("seen") / "work")
    assert cli("snapshot --json").code == 0
    return cli.folder


@pytest.fixture
def cli(lab: Pair, seen: Path, tmp_path: Path) -> CommandLine:
    lab.fresh()
    made = lab.engagement(tmp_path / "work")
    shutil.copytree(seen / "state", made.folder / "state")
    return made


def set_up(cli: CommandLine, move: str = "", **files: str) -> None:
    """Writes the mappings and resolves."""
    (cli.folder / "mappings").mkdir(exist_ok=True)
    for name, text in {"move": move, **files}.items():
        path = cli.folder / "mappings" / f"{name.replace('_', '-')}.toml"
        path.write_text(text, encoding="utf-8")
    assert cli("resolve --json").code in (0, 4)


def items(result: Result, *actions: str) -> list[Json]:
    return [one for one in sealed(result)["items"] if one["action"] in actions]


def sealed(result: Result) -> Json:
    """The plan's file."""
    assert result.code in (0, 3), result.out + result.err
    text = Path(result.of_type("plan")[0]["path"]).read_text(encoding="utf-8")
    return dict(json.loads(text))


def told(found: list[Json]) -> set[tuple[str, str, str]]:
    return {(one["kind"], one["names"]["principal"].split("@")[0], one["names"]["right"]) for one in found}


def counts(result: Result) -> dict[str, int]:
    return dict(result.of_type("plan")[0]["counts"])


def carried_out(cli: CommandLine, lab: Pair, plan: str, again: str) -> None:
    """Applies, verifies, plans again without a write, takes back: the target is as it was."""
    before = lab.lab.dump(lab.target_id)
    assert cli(f"apply {plan} --json {lab.confirmed}").code in (0, 3)
    verified = cli("verify all --json")
    assert (verified.code, set(verified.summary["states"])) == (0, {"match"})
    second = counts(cli(again))
    assert (second["create"], second["update"], second["replace"]) == (0, 0, 0)
    assert lab.lab.dump(lab.target_id) != before
    lab.lab.advance(NO_LONGER_YOUNG)
    assert cli(f"rollback all --json {lab.confirmed}").code == 0
    assert lab.lab.dump(lab.target_id) == before
    assert cli("verify all --json").code == 0


def test_active_assignments_move_after_eligibility_where_the_engagement_says_so(
    cli: CommandLine, lab: Pair
) -> None:
    set_up(cli, "[rights]\nactive = true\n")
    plan = cli("plan all --json")
    writes = items(plan, "create")
    assert [one["kind"].startswith(("roleElig", "groupElig")) for one in writes] == [True] * 6 + [False] * 3
    assert told(writes[6:]) == {
        (ACTIVE, "zoe.obrien", f"{EXCHANGE} (active)"),
        (ACTIVE, "aoife.darcy", f"{HELPDESK} (active)"),
        ("groupAssignmentSchedule", "layla.alfarsi", "member of PIM-Small-Operators (active)"),
    }
    assert {one["names"]["principal"].split("@")[0] for one in items(plan, "keep")} == {
        "zoe.obrien",
        "layla.alfarsi",
    }
    held = {one["id"]: one for one in writes}
    both = next(one for one in writes[6:] if one["names"]["principal"].startswith("zoe"))
    assert [held[need]["kind"] for need in both["needs"]] == [ELIGIBLE], "the same right, eligible, is first"
    carried_out(cli, lab, "all-1", "plan all --json")


def test_the_other_verbs_know_active_rights_too(cli: CommandLine) -> None:
    set_up(cli, "[rights]\nactive = true\n", waves='[waves.people]\nnot_roles = ["Global Administrator"]\n')
    assert cli("plan --waves --json").summary["in_no_wave"] == 2, "the emergency accounts"
    assert counts(cli("plan people --json"))["create"] == 9
    assert cli("ready people --json").code in (0, 4)
    shown = cli("report export report.xlsx --json")
    assert shown.code == 0, shown.out
    table = (cli.folder / "report.csv" / "assignments.csv").read_text(encoding="utf-8-sig")
    (line,) = [one for one in table.splitlines() if "zoe.obrien" in one and f"{EXCHANGE} (active)" in one]
    assert "+ create" in line and ",active,directory role," in line
    left = [one for one in table.splitlines() if ",active," in one and "read and shown" in one]
    assert left == [], "what is active moves, and is not listed a second time"


def test_without_a_word_of_the_engagement_none_moves(cli: CommandLine) -> None:
    set_up(cli)
    plan = cli("plan all --json")
    assert not [one for one in sealed(plan)["items"] if "Assignment" in one["kind"]]
    assert "policies and active assignments are read and shown, but not moved" in sealed(plan)["warnings"][-1]


def test_a_resolution_with_active_assignments_is_another_one(cli: CommandLine) -> None:
    set_up(cli)
    first = cli("resolve --json").summary
    set_up(cli, "[rights]\nactive = true\n")
    second, again = cli("resolve --json").summary, cli("resolve --json").summary
    assert first["resolution"] != second["resolution"] == again["resolution"]


def test_standing_assignments_become_eligibility_and_stay_in_the_target(cli: CommandLine, lab: Pair) -> None:
    set_up(cli, break_glass='[source."breakglass1@contoso.onmicrosoft.com"]\n')
    plan = cli(CONVERT)
    made = [one for one in items(plan, "create") if one["source"].get("convertedFrom")]
    assert told(made) == {(ELIGIBLE, "zoe.obrien", HELPDESK), (ELIGIBLE, "layla.alfarsi", HELPDESK)}
    assert all("stays until told (--end-overlap)" in one["reason"] for one in made)
    assert all("by tier 0 (control plane), which asks for MFA" in one["reason"] for one in made)
    stays = {one["names"]["principal"].split("@")[0]: one["reason"] for one in items(plan, "skip")}
    assert stays.keys() == {"Contoso PIM reader", "aoife.darcy", "zoe.obrien", "breakglass1"}
    assert "a service principal cannot be eligible" in stays["Contoso PIM reader"]
    assert "it is not permanent" in stays["aoife.darcy"]
    assert "eligible for it in the source already" in stays["zoe.obrien"]
    assert "emergency account" in stays["breakglass1"]
    assert (plan.summary["convert"], plan.summary["ends_overlap"]) == ("permanent", False)
    assert plan.of_type("estimate")[0]["seats"]["needed"] == 4
    carried_out(cli, lab, "all-1", CONVERT)


def test_what_is_not_converted_moves_as_it_is_where_active_assignments_move(
    cli: CommandLine, lab: Pair
) -> None:
    set_up(cli, "[rights]\nactive = true\n")
    plan = cli(END)
    active = [one for one in items(plan, "create") if "Assignment" in one["kind"]]
    assert told(active) == {
        (ACTIVE, "aoife.darcy", f"{HELPDESK} (active)"),
        ("groupAssignmentSchedule", "layla.alfarsi", "member of PIM-Small-Operators (active)"),
    }
    (timed,) = [one for one in active if one["kind"] == ACTIVE]
    assert timed["reason"].startswith("not there yet; not converted: it is not permanent")
    assert counts(plan)["replace"] == 2
    carried_out(cli, lab, "all-1", END)


def test_the_plan_says_what_it_converts(cli: CommandLine) -> None:
    set_up(cli)
    assert cli(END).of_type("plan")
    assert (
        "converts standing assignments to eligibility: those in the target end" in cli("plans show all-1").out
    )
    assert counts(cli("plan all --json"))["replace"] == 0


def test_told_so_the_standing_assignments_of_the_target_end(cli: CommandLine, lab: Pair) -> None:
    set_up(cli)
    plan = cli(END)
    ends = items(plan, "replace")
    assert told(ends) == {
        (ACTIVE, "zoe.obrien", f"{HELPDESK} (active)"),
        (ACTIVE, "layla.alfarsi", f"{HELPDESK} (active)"),
    }
    made = {one["id"]: one["key"] for one in items(plan, "create")}
    assert all([made[need] for need in one["needs"]] == [one["key"]] for one in ends)
    assert {one["reverse"] for one in ends} == {"adminAssign"}
    carried_out(cli, lab, "all-1", END)


def test_an_overlap_of_an_earlier_plan_ends_by_a_later_one(cli: CommandLine, lab: Pair) -> None:
    set_up(cli)
    before = lab.lab.dump(lab.target_id)
    assert cli(CONVERT).code == 3
    assert cli(f"apply all-1 --json {lab.confirmed}").code == 3
    assert counts(cli(END))["replace"] == 2
    assert cli(f"apply all-2 --json {lab.confirmed}").code == 3
    assert cli("verify all --json").code == 0
    assert cli(f"rollback all --json {lab.confirmed}").code == 0
    assert lab.lab.dump(lab.target_id) == before


def test_nothing_ends_where_somebody_took_the_eligibility_away_since(cli: CommandLine, lab: Pair) -> None:
    set_up(cli)
    assert cli(CONVERT).code == 3
    assert cli(f"apply all-1 --json {lab.confirmed}").code == 3
    ends = items(cli(END), "replace")
    (hers,) = [one for one in ends if one["names"]["principal"].startswith("zoe")]
    names = ("principalId", "roleDefinitionId", "directoryScopeId")
    key = {name: hers["target"][name] for name in names}
    lab.lab.change(lab.target_id, op="delete", kind="roleEligibilitySchedules", object=key)
    applied = cli(f"apply all-2 --json {lab.confirmed}")
    told = {line["id"]: (line["state"], line["reason"]) for line in applied.of_type("write")}
    assert (applied.code, told[hers["id"]][0]) == (3, "refused")
    assert "without the assignment nothing would be left" in told[hers["id"]][1]
    assert len(lab.lab.dump(lab.target_id)["schedules"]["roleAssignment"]) == 3


def test_an_eligibility_stays_as_long_as_the_assignment_beside_it_is_not_back(
    cli: CommandLine, lab: Pair
) -> None:
    set_up(cli)
    before = lab.lab.dump(lab.target_id)
    ends = {one["key"]: one["id"] for one in items(cli(END), "replace")}
    assert ends
    assert cli(f"apply all-1 --json {lab.confirmed}").code == 3
    path = "/roleManagement/directory/roleAssignmentScheduleRequests"
    match = {"method": "POST", "path_prefix": path, "tenant": lab.target_id}
    refusal = {"status": 400, "code": "RoleAssignmentRequestPolicyValidationFailed", "message": "Ticketing"}
    lab.lab.faults([{"match": match, "do": "status", "times": 100, **refusal}])
    back = cli(f"rollback all --json {lab.confirmed}")
    kept = [one for one in back.of_type("write") if one["state"] == "kept"]
    assert (back.code, {one["key"] for one in kept}) == (3, set(ends))
    assert all("took the assignment beside it away" in one["reason"] for one in kept)
    lab.lab.clear_faults()
    assert cli(f"rollback all --json {lab.confirmed}").code == 0
    assert lab.lab.dump(lab.target_id) == before


def test_nothing_ends_where_its_eligibility_was_refused(cli: CommandLine, lab: Pair) -> None:
    set_up(cli)
    assert counts(cli(END))["replace"] == 2
    path = "/roleManagement/directory/roleEligibilityScheduleRequests"
    match = {"method": "POST", "path_prefix": path, "tenant": lab.target_id}
    refusal = {"status": 400, "code": "RoleAssignmentRequestPolicyValidationFailed", "message": "MfaRule"}
    lab.lab.faults([{"match": match, "do": "status", "times": 100, **refusal}])
    assert cli(f"apply all-1 --json {lab.confirmed}").code == 3
    assert len(lab.lab.dump(lab.target_id)["schedules"]["roleAssignment"]) == 4


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("mappings/break-glass.toml", '[target."zoe.obrien@fabrikam.com"]\n', "break_glass_account"),
        ("engagement.toml", "", "protected_principal"),
    ],
)
def test_whoever_is_to_be_kept_is_kept_by_apply_too(
    cli: CommandLine, lab: Pair, name: str, text: str, code: str
) -> None:
    set_up(cli)
    assert counts(cli(END))["replace"] == 2
    before = lab.lab.dump(lab.target_id)
    if text:
        (cli.folder / name).write_text(text, encoding="utf-8")
    else:
        cli.change("protected_principals = [", 'protected_principals = ["zoe.obrien@fabrikam.com", ')
    refused = cli(f"apply all-1 --json {lab.confirmed}")
    assert (refused.code, refused.error["code"]) == (14, code)
    assert lab.lab.dump(lab.target_id) == before
    again = items(cli(END), "replace")
    assert {one["names"]["principal"].split("@")[0] for one in again} == {"layla.alfarsi"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--convert forever", "unknown_conversion"),
        ("--end-overlap", "usage"),
        ("--waves --convert permanent --end-overlap", "usage"),
    ],
)
def test_what_cannot_be_converted_is_a_mistake(cli: CommandLine, words: str, code: str) -> None:
    wrong = cli(f"plan all {words} --json")
    assert (wrong.code, wrong.error["code"]) == (2, code)


def otherwise(lab: Pair, days: int, *, kind: str = "roleEligibilitySchedules", op: str = "create") -> None:
    """Somebody gives the target the eligibility that ends in sixty days in the source, with another end."""
    holder = next(one for one in lab.target["users"] if one["userPrincipalName"].startswith("aoife"))
    role = next(one for one in lab.target["roleDefinitions"] if one["displayName"] == EXCHANGE)
    row = {"principalId": holder["id"], "roleDefinitionId": role["id"], "directoryScopeId": "/"}
    end = (NOW + timedelta(days=days)).isoformat()
    lab.lab.change(lab.target_id, op=op, kind=kind, object={**row, "endDateTime": end})


def to_update(cli: CommandLine, lab: Pair) -> None:
    otherwise(lab, 20)
    assert cli("snapshot target --json").code == 0
    set_up(cli, '[rights]\nexisting = "update"\n')


def test_a_right_with_another_end_gets_the_end_of_the_source(cli: CommandLine, lab: Pair) -> None:
    to_update(cli, lab)
    (update,) = items(cli("plan all --json"), "update")
    assert (update["reason"], update["reverse"]) == ("already there, with another end", "adminUpdate")
    assert update["base"]["endDateTime"][:10] == (NOW + timedelta(days=20)).isoformat()[:10]
    carried_out(cli, lab, "all-1", "plan all --json")


def test_as_long_as_nobody_says_so_it_keeps_its_end(cli: CommandLine, lab: Pair) -> None:
    to_update(cli, lab)
    set_up(cli)
    (blocked,) = items(cli("plan all --json"), "blocked")
    assert blocked["codes"] == ["D10"]


def test_an_end_that_somebody_changed_since_the_plan_makes_it_stale(cli: CommandLine, lab: Pair) -> None:
    to_update(cli, lab)
    assert counts(cli("plan all --json"))["update"] == 1
    otherwise(lab, 33, op="update")
    before = lab.lab.dump(lab.target_id)
    stale = cli(f"apply all-1 --json {lab.confirmed}")
    assert stale.code == 13
    assert (
        "D11" in stale.error["message"] and "no longer what the plan was made for" in stale.error["message"]
    )
    assert lab.lab.dump(lab.target_id) == before


def test_an_end_that_somebody_changed_after_us_is_not_taken_back(cli: CommandLine, lab: Pair) -> None:
    to_update(cli, lab)
    (update,) = items(cli("plan all --json"), "update")
    assert cli(f"apply all-1 --json {lab.confirmed}").code == 0
    otherwise(lab, 33, op="update")
    back = cli(f"rollback all --json {lab.confirmed}")
    assert back.code == 3
    (refused,) = [one for one in back.of_type("write") if one["state"] == "refused"]
    assert (refused["id"], refused["reason"][:36]) == (update["id"], "D11: changed since by somebody else:")


def test_no_eligibility_is_changed_while_the_same_right_is_held_actively(cli: CommandLine, lab: Pair) -> None:
    otherwise(lab, 20, kind="roleAssignmentSchedules")
    to_update(cli, lab)
    (blocked,) = items(cli("plan all --json"), "blocked")
    assert blocked["codes"] == ["D10"]
    assert "while the same right is held actively" in blocked["reason"]
