"""A second plan knows what this engagement has done since the snapshot: our own writes make nothing stale."""

from __future__ import annotations

import shutil

from command_line import CommandLine, Pair

CONFIRMED = "--yes --target-tenant 22222222-2222-2222-2222-222222222222 --json"


def _counts(cli: CommandLine) -> dict[str, int]:
    (plan,) = cli("plan all --json").of_type("plan")
    counts: dict[str, int] = plan["counts"]
    return counts


def test_what_was_applied_is_kept_and_sent_no_more(ready: CommandLine, small_lab: Pair) -> None:
    writes = _counts(ready)["create"]
    assert ready(f"apply all-1 {CONFIRMED}").code == 0
    before = len(small_lab.lab.log())
    assert _counts(ready) == {"create": 0, "keep": writes, "skip": 0, "blocked": 0, "update": 0, "replace": 0}
    assert ready(f"apply all-3 {CONFIRMED}").code == 0
    assert not [one for one in small_lab.lab.log()[before:] if one["method"] == "POST" and one["effect"]]
    assert ready("verify all --json").code == 0


def test_what_was_taken_back_is_created_again(ready: CommandLine) -> None:
    writes = _counts(ready)["create"]
    ready(f"apply all-1 {CONFIRMED}")
    assert ready("snapshot target --json").code == 0
    assert ready(f"rollback all {CONFIRMED}").code == 0
    # The newest snapshot has seen the rights, and only the journal knows that they are gone.
    assert _counts(ready) == {"create": writes, "keep": 0, "skip": 0, "blocked": 0, "update": 0, "replace": 0}
    assert ready(f"apply all-3 {CONFIRMED}").code == 0
    assert ready("verify all --json").summary["states"] == {"match": writes}


def test_a_copy_of_a_plan_is_the_plan(ready: CommandLine) -> None:
    (original,) = (ready.folder / "state").rglob("plan-all-1.json")
    shutil.copy(original, ready.folder / "copy.json")
    assert ready("plans show copy.json --json").summary["plan"] == "all-1"


def test_resolve_over_a_partial_snapshot_says_so(cli: CommandLine, small_lab: Pair) -> None:
    fault = {
        "match": {"path_prefix": "/roleManagement/directory/roleEligibilitySchedules"},
        "do": "status",
        "status": 500,
        "times": 100,
    }
    small_lab.lab.faults([fault])
    assert cli("snapshot source --json").code == 16
    small_lab.lab.clear_faults()
    assert cli("snapshot target --json").code == 0
    done = cli("resolve --json")
    assert (done.code, done.summary["unread"]) == (16, ["source: roleEligibilitySchedules"])
    assert "roleEligibilitySchedules" in done.err


def test_an_older_plan_finds_done_what_a_newer_one_has_made(ready: CommandLine, small_lab: Pair) -> None:
    writes = _counts(ready)["create"]
    assert ready(f"apply all-2 {CONFIRMED}").code == 0
    before = len(small_lab.lab.log())
    done = ready(f"apply all-1 {CONFIRMED}")
    assert (done.code, done.summary["states"]) == (0, {"done": writes})
    assert all("made by write all-2." in line["reason"] for line in done.of_type("write"))
    assert not [one for one in small_lab.lab.log()[before:] if one["method"] == "POST" and one["effect"]]


def test_after_a_rollback_what_was_refused_is_rightly_absent(ready: CommandLine, small_lab: Pair) -> None:
    refusal = {
        "match": {
            "method": "POST",
            "path_prefix": "/roleManagement/directory/roleEligibilityScheduleRequests",
        },
        "do": "status",
        "status": 400,
        "code": "RoleAssignmentRequestPolicyValidationFailed",
        "message": 'The following policy rules failed: ["MfaRule"]',
    }
    small_lab.lab.faults([refusal])
    applied = ready(f"apply all-1 {CONFIRMED}")
    assert (applied.code, applied.summary["states"]["refused"]) == (3, 1)
    missing = ready("verify all --json")
    assert (missing.code, missing.summary["states"]["missing"]) == (4, 1)
    assert ready(f"rollback all {CONFIRMED}").code == 0
    after = ready("verify all --json")
    assert (after.code, set(after.summary["states"])) == (0, {"match"})
    assert ready("log verify --json").code == 0


def test_what_was_never_applied_cannot_be_taken_back(ready: CommandLine) -> None:
    done = ready(f"rollback all {CONFIRMED}")
    assert (done.code, done.error["code"]) == (10, "not_applied")
