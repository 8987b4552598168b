"""Waves, approvals, freeze windows and stop conditions, as a team runs them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import CommandLine, Json, Pair, Result
from prepared_wave import ROLE_REQUESTS

CONFIRMED = "--yes --target-tenant 22222222-2222-2222-2222-222222222222 --json"
TWO = """\
[waves.canary]
count = 2
batch_size = 1
[waves.rest]
batch_size = 2
"""


def waves(cli: CommandLine, text: str) -> None:
    folder = cli.folder / "mappings"
    folder.mkdir(exist_ok=True)
    (folder / "waves.toml").write_text(text, encoding="utf-8")


def key_of(cli: CommandLine, name: str) -> str:
    """Makes a key and returns the line for ``[approvers]``."""
    made = cli(f"plans keygen {name} --out {name}.pem --no-password --json")
    assert made.code == 0, made.out
    return f'"{name}" = "{made.of_type("key")[0]["public_key"]}"\n'


def approvers(cli: CommandLine, *names: str) -> None:
    lines = "".join(key_of(cli, name) for name in names)
    path = cli.folder / "engagement.toml"
    path.write_text(path.read_text(encoding="utf-8") + f"\n[approvers]\n{lines}", encoding="utf-8")


def refusal(code: str = "") -> Json:
    return {
        "match": {"method": "POST", "path_prefix": ROLE_REQUESTS},
        "do": "status",
        "status": 400,
        "code": code or "RoleAssignmentRequestPolicyValidationFailed",
        "message": 'The following policy rules failed: ["MfaRule"]',
        "times": 1,
    }


def test_every_right_is_in_one_wave_and_the_waves_together_are_all(
    ready: CommandLine, small_lab: Pair
) -> None:
    waves(ready, TWO)
    shown = ready("plan --waves --json")
    assert (shown.code, shown.summary["in_no_wave"], shown.summary["in_two_waves"]) == (0, 0, 0)
    canary, rest = ready("plan canary --json"), ready("plan rest --json")
    everything = {one["source_id"] for one in ready("plan all --json").of_type("item")}
    first = {one["source_id"] for one in canary.of_type("item")}
    second = {one["source_id"] for one in rest.of_type("item")}
    assert first and second and not first & second and first | second == everything
    assert ready(f"apply canary-1 {CONFIRMED}").code == 0
    assert ready("verify canary --json").summary["states"] == {"match": len(first)}
    assert ready(f"apply rest-1 {CONFIRMED}").code == 0
    again = ready("plan canary --json")
    assert {one["action"] for one in again.of_type("item")} == {"keep"}, "the canary is the same one again"
    assert {one["source_id"] for one in again.of_type("item")} == first
    assert ready(f"rollback canary {CONFIRMED}").code == 0
    assert ready("verify rest --json").code == 0


def test_what_is_in_no_wave_or_in_two_is_named(ready: CommandLine) -> None:
    waves(ready, '[waves.one]\nscopes = ["tenant"]\n[waves.two]\nscopes = ["tenant", "nowhere"]\n')
    shown = ready("plan --waves --json")
    assert shown.code == 4
    assert shown.summary["in_no_wave"] and shown.summary["in_two_waves"]
    placed = shown.of_type("placed")
    assert {tuple(one["also"]) for one in placed if one["wave"] == "one"} == {("two",)}
    screen = ready("plan --waves").out
    assert "wave two names what no right has: scope nowhere" in screen
    assert ready("plan thre --json").error["code"] == "unknown_wave"
    assert ready("plan --json").error["code"] == "usage"


def test_a_proposal_is_a_file_of_waves_that_takes_everything(ready: CommandLine) -> None:
    (ready.folder / "mappings").mkdir(exist_ok=True)
    assert ready("plan --propose-waves mappings/waves.toml --json").code == 0
    shown = ready("plan --waves --json")
    assert (shown.code, shown.summary["in_no_wave"]) == (0, 0)
    assert ready("plan --propose-waves mappings/waves.toml --json").error["code"] == "already_there"
    assert ready("plan --propose-waves - --json").of_type("proposal")


def test_a_plan_says_what_it_costs_and_what_it_was_made_from(ready: CommandLine) -> None:
    done = ready("plan all --json")
    (cost,) = done.of_type("estimate")
    assert cost["writes"] == done.of_type("plan")[0]["counts"]["create"]
    assert cost["units"] > cost["writes"] and cost["per_second"] > 0
    assert cost["seats"]["needed"] > 0
    assert done.summary["minutes"] == cost["minutes"]
    document = json.loads(Path(done.of_type("plan")[0]["path"]).read_text(encoding="utf-8"))
    assert {"decisions_hash", "rules_hash", "tiers_hash", "waves_hash", "move_hash"} <= document[
        "resolution"
    ].keys()
    assert document["source"]["hash"] and document["source"]["sealed_at"]


def _approve(cli: CommandLine, plan: str, name: str) -> Result:
    return cli(f"plans approve {plan} --key {name}.pem --json")


def test_a_plan_that_needs_two_people_waits_for_two(ready: CommandLine) -> None:
    approvers(ready, "kim", "lou")
    waves(ready, TWO.replace("batch_size = 1", "batch_size = 1\napprovals = 2"))
    assert ready("plan canary --json").summary["approvals"] == 2
    missing = ready(f"apply canary-1 {CONFIRMED}")
    assert (missing.code, missing.error["code"]) == (14, "approval_missing")
    assert _approve(ready, "canary-1", "kim").summary["approved"] == ["kim"]
    assert _approve(ready, "canary-1", "kim").summary["approved"] == ["kim"], "one person counts once"
    assert ready(f"apply canary-1 {CONFIRMED}").error["code"] == "approval_missing"
    assert _approve(ready, "canary-1", "lou").code == 0
    assert ready(f"apply canary-1 {CONFIRMED}").code == 0
    assert ready("log verify --json").code == 0
    # The engagement names approvers: another plan needs one of them, and these approvals are not its own.
    ready("plan rest --json")
    assert ready(f"apply rest-1 {CONFIRMED}").error["code"] == "approval_missing"


def test_an_approval_that_is_wrong_is_refused(ready: CommandLine) -> None:
    approvers(ready, "kim", "lou")
    plan = Path(ready("plan all --json").of_type("plan")[0]["path"])
    approved = Path(_approve(ready, plan.stem.removeprefix("plan-"), "kim").of_type("approval")[0]["path"])
    sound = approved.read_text(encoding="utf-8")
    name = plan.stem.removeprefix("plan-")
    other = key_of(ready, "mallory")

    def refused() -> str:
        done = ready(f"apply {name} {CONFIRMED}")
        assert done.code == 14
        return str(done.error["code"])

    for old, new, code in (
        ('"kim"', '"lou"', "approval_unknown"),
        (name, "all-1", "approval_foreign"),
        ("sha256:", "sha256:0", "approval_foreign"),
        ('"at":"2', '"at":"3', "approval_edited"),
        ("{", "[", "approval_unreadable"),
    ):
        approved.write_text(sound.replace(old, new), encoding="utf-8")
        assert refused() == code, (old, new)
    approved.write_text(sound, encoding="utf-8")
    stranger = ready(f"plans approve {name} --key mallory.pem --json")
    assert (stranger.code, stranger.error["code"]) == (2, "approver_unknown")
    ready.change('"kim" = ', f"{other}# ")
    assert refused() == "approval_unknown", "who is no approver any more has approved nothing"


def test_who_approves_needs_only_the_plan_and_the_engagement(ready: CommandLine, tmp_path: Path) -> None:
    approvers(ready, "kim")
    plan = Path(ready("plan all --json").of_type("plan")[0]["path"])
    elsewhere = CommandLine(tmp_path / "elsewhere", ready.environment)
    elsewhere.folder.mkdir()
    for file in (
        ready.folder / "engagement.toml",
        ready.folder / "kim.pem",
        plan,
        *ready.folder.glob("ca*.pem"),
    ):
        (elsewhere.folder / file.name).write_bytes(file.read_bytes())
    done = elsewhere(f"plans approve {plan.name} --key kim.pem --json")
    assert done.code == 0, done.out
    approval = Path(elsewhere.folder / done.of_type("approval")[0]["path"])
    (plan.parent / approval.name).write_bytes(approval.read_bytes())
    assert ready(f"apply {plan.stem.removeprefix('plan-')} {CONFIRMED}").code == 0


def test_a_key_with_a_password(ready: CommandLine) -> None:
    ready.environment["KEY_PASSWORD"] = "correct horse"
    made = ready("plans keygen kim --out kim.pem --password-env KEY_PASSWORD --json")
    path = ready.folder / "engagement.toml"
    line = f'[approvers]\nkim = "{made.of_type("key")[0]["public_key"]}"\n'
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    ready("plan all --json")
    good = ready("plans approve all-2 --key kim.pem --password-env KEY_PASSWORD --json")
    assert good.code == 0
    ready.environment["KEY_PASSWORD"] = "wrong battery"
    bad = ready("plans approve all-2 --key kim.pem --password-env KEY_PASSWORD --json")
    assert (bad.code, bad.error["code"]) == (2, "key_unreadable")
    assert "battery" not in bad.out and "horse" not in good.out
    asked = ready("plans approve all-2 --key kim.pem --json")
    assert (asked.code, asked.error["code"]) == (2, "password_missing")
    assert b"ENCRYPTED" in (ready.folder / "kim.pem").read_bytes()
    assert ready("plans keygen kim --out kim.pem --no-password --json").error["code"] == "already_there"


def test_nothing_is_applied_during_a_freeze(ready: CommandLine) -> None:
    now = datetime.now(UTC)
    start, end = now - timedelta(hours=2), now + timedelta(hours=2)
    window = f'[freeze.month-end]\nfrom = "{start:%H:%M}"\nto = "{end:%H:%M}"\n'
    waves(ready, window)
    frozen = ready(f"apply all-1 {CONFIRMED}")
    assert (frozen.code, frozen.error["code"]) == (14, "freeze_window")
    # A plan that was made with the window keeps it, whatever becomes of the file.
    ready("plan all --json")
    waves(ready, "")
    assert ready(f"apply all-2 {CONFIRMED}").error["code"] == "freeze_window"
    assert ready(f"apply all-1 {CONFIRMED}").code == 0


@pytest.mark.parametrize("stop", ["failures = 1", "share = 50", 'classes = ["refused"]'])
def test_a_stop_condition_ends_the_run_and_waits_for_a_word(
    ready: CommandLine, small_lab: Pair, stop: str
) -> None:
    waves(ready, f"[waves.rest]\nbatch_size = 1\n[waves.rest.stop]\n{stop}\n")
    ready("plan rest --json")
    small_lab.lab.faults([refusal()])
    stopped = ready(f"apply rest-1 {CONFIRMED}")
    assert stopped.code == 3
    assert stopped.summary["stopped"]
    states = stopped.summary["states"]
    assert states["refused"] == 1 and states["planned"] >= 3, states
    assert ready(f"apply rest-1 {CONFIRMED}").error["code"] == "stop_condition"
    small_lab.lab.clear_faults()
    done = ready(f"apply rest-1 {CONFIRMED} --go-on")
    assert (done.code, done.summary["stopped"]) == (0, None)
    assert ready(f"apply rest-1 {CONFIRMED}").code == 0
    assert ready("log verify --json").code == 0


def test_plans_diff_tells_added_removed_and_changed(ready: CommandLine) -> None:
    waves(ready, TWO)
    ready("plan canary --json")
    found = ready("plans diff all-1 canary-1 --json --exit-code")
    assert found.code == 4
    assert (found.summary["added"], found.summary["changed"]) == (0, 0)
    assert found.summary["removed"] == len(found.of_type("item_difference")) > 0
    assert {one["property"] for one in found.of_type("plan_difference")} >= {"wave"}
    assert ready("plans diff canary-1 all-1 --json").summary["added"] == found.summary["removed"]
    assert ready("plans diff all-1 all-1 --json --exit-code").code == 0
    ready(f"apply canary-1 {CONFIRMED}")
    ready("plan canary --json")
    changed = ready("plans diff canary-1 canary-2 --json")
    assert changed.code == 0
    assert changed.summary["changed"] == len(changed.of_type("item_difference")) >= 2
    properties = changed.of_type("item_difference")[0]["properties"]
    assert properties["action"] == {"a": "create", "b": "keep"}
