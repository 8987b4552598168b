"""What guards moved privilege comes along: made once, verified, kept by later plans, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import NOW, CommandLine, Json, Pair, running
from guarded_lab import (
    GROUP_REVIEW,
    LOST_REVIEW,
    MOVE,
    POLICIES,
    REVIEWS,
    ROLE_POLICY,
    ROLE_REVIEW,
    STALE_POLICY,
    group_to_make,
    guarded_pair,
    ours,
)

from migrate.lab.seed import trouble
from migrate.lab.seed.tenants import FABRIKAM, object_id

GUARDS = {"accessReview": REVIEWS, "conditionalAccessPolicy": POLICIES}
PATHS = {
    REVIEWS: "/identityGovernance/accessReviews/definitions",
    POLICIES: "/identity/conditionalAccess/policies",
}


@pytest.fixture(scope="module")
def guarded_lab() -> Iterator[Pair]:
    with running(*guarded_pair(NOW)) as pair:
        yield pair


@pytest.fixture
def cli(guarded_lab: Pair, tmp_path: Path) -> CommandLine:
    """A resolved engagement that carries guards over, on the lab as it was loaded."""
    guarded_lab.fresh()
    cli = guarded_lab.engagement(tmp_path / "work")
    cli.set_up("move.toml", MOVE)
    for command in ("snapshot", "resolve"):
        assert cli(f"{command} --json").code == 0
    return cli


def _planned(cli: CommandLine) -> dict[str, Json]:
    """The guards of a new plan by their source ids."""
    done = cli("plan all --json")
    return {line["source_id"]: line for line in done.of_type("item") if line["kind"] in GUARDS}


def _actions(cli: CommandLine) -> dict[str, str]:
    return {one: line["action"] for one, line in _planned(cli).items()}


def _standing(lab: Pair, table: str) -> list[Json]:
    dump: Any = lab.dumps()[1][table]
    return list(dump.values()) if isinstance(dump, dict) else list(dump)


def _writes(lab: Pair, method: str, since: int = 0) -> list[Json]:
    return [one for one in lab.lab.log()[since:] if one["method"] == method and one["effect"]]


FRESH = {
    ROLE_REVIEW: "create",
    GROUP_REVIEW: "create",
    LOST_REVIEW: "blocked",
    ROLE_POLICY: "create",
    STALE_POLICY: "skip",
}
KEPT = {one: "keep" if action == "create" else action for one, action in FRESH.items()}


def test_from_plan_to_rollback(cli: CommandLine, guarded_lab: Pair) -> None:
    before = guarded_lab.dumps()
    assert _actions(cli) == FRESH
    assert cli(f"apply all-1 --json {guarded_lab.confirmed}").code == 3  # One is blocked, one left out.
    reviews, (draft,) = _standing(guarded_lab, REVIEWS), _standing(guarded_lab, POLICIES)
    assert sorted(row["displayName"] for row in reviews) == ["Operators", "Readers, monthly"]
    assert draft["state"] == "enabledForReportingButNotEnforced"
    assert draft["conditions"]["users"]["excludeUsers"] == [object_id(FABRIKAM, "user", "person-001")]
    assert cli("verify all --json").code == 0
    sent = len(guarded_lab.lab.log())
    assert _actions(cli) == KEPT  # By the journal alone.
    assert cli("snapshot target --json").code == 0
    assert _actions(cli) == KEPT
    assert cli(f"apply all-3 --json {guarded_lab.confirmed}").code == 3
    assert not _writes(guarded_lab, "POST", sent)
    assert cli("verify all --json").code == 0
    assert cli(f"rollback all --json {guarded_lab.confirmed}").code == 0
    assert guarded_lab.dumps() == before
    assert cli("verify all --json").code == 0
    assert _actions(cli) == FRESH  # The newest snapshot has seen them; only the journal knows better.


def test_the_one_that_is_not_written_is_named_before_and_never_sent(
    cli: CommandLine, guarded_lab: Pair
) -> None:
    done = cli("plan all --json")
    (lost,) = (line for line in done.of_type("item") if line["source_id"] == LOST_REVIEW)
    assert (lost["action"], lost["codes"]) == ("blocked", ["C01"])
    assert "not written at all: reviewers.query: user Break Glass 1" in lost["reason"]
    assert "has no counterpart in the target" in lost["reason"]
    shown = cli("plan all")
    assert "note: access review of PIM-Small-Operators: Nobody's: not written at all" in shown.out + shown.err
    assert cli(f"apply all-1 --json {guarded_lab.confirmed}").code == 3
    assert "Nobody's" not in [row["displayName"] for row in _standing(guarded_lab, REVIEWS)]


def test_a_decision_about_the_reviewer_lets_it_be_written(cli: CommandLine, guarded_lab: Pair) -> None:
    """Emergency accounts have no counterpart by themselves, protected as they are."""
    reason = _planned(cli)[LOST_REVIEW]["reason"]
    mine, theirs = reason.partition("(")[2][:36], trouble.ids(FABRIKAM, trouble.BREAK_GLASS)[0]
    decisions = (cli.folder / "mappings" / "decisions.csv").read_text(encoding="utf-8")
    cli.set_up("decisions.csv", f"{decisions}user,{mine},{theirs},choose,stands in,Ann,2026-01-01\n")
    assert _actions(cli) == {**FRESH, LOST_REVIEW: "create"}
    assert cli(f"apply all-2 --json {guarded_lab.confirmed}").code == 3
    assert len(_standing(guarded_lab, REVIEWS)) == 3


def test_the_setting_shows_in_what_a_plan_was_made_from(cli: CommandLine) -> None:
    with_guards = cli("resolve --json").summary
    cli.set_up("move.toml", "")
    without = cli("resolve --json").summary
    assert with_guards["resolution"] != without["resolution"]
    assert _actions(cli) == {}
    cli.set_up("move.toml", MOVE)
    assert _actions(cli) == FRESH


@pytest.mark.parametrize("table", [REVIEWS, POLICIES])
def test_what_somebody_has_changed_is_drift_and_stays_at_a_rollback(
    cli: CommandLine, guarded_lab: Pair, table: str
) -> None:
    _planned(cli)
    assert cli(f"apply all-1 --json {guarded_lab.confirmed}").code == 3
    row = _standing(guarded_lab, table)[0]
    if table == POLICIES:
        what, changed = "state", {**row, "state": "enabled"}
    else:
        what, changed = "settings", {**row, "settings": {**row["settings"], "defaultDecision": "Approve"}}
    guarded_lab.lab.change(guarded_lab.target_id, op="update", kind=table, object=changed)
    verified = cli("verify all --json")
    assert verified.code == 4
    (drifted,) = (line for line in verified.of_type("write") if line["state"] == "drift")
    assert drifted["reason"] == what
    undone = cli(f"rollback all --json {guarded_lab.confirmed}")
    assert undone.code == 3
    (refused,) = (line for line in undone.of_type("write") if line["state"] == "refused")
    assert "changed since by somebody else" in refused["reason"]
    assert row["id"] in [one["id"] for one in _standing(guarded_lab, table)]


@pytest.mark.parametrize("table", [REVIEWS, POLICIES])
def test_a_lost_answer_makes_no_second_one(cli: CommandLine, guarded_lab: Pair, table: str) -> None:
    _planned(cli)
    match: Json = {"method": "POST", "path_prefix": PATHS[table]}
    guarded_lab.lab.faults([{"match": match, "do": "cut", "after": True, "times": 1}])
    assert cli(f"apply all-1 --json {guarded_lab.confirmed}").code == 3
    names = [row["displayName"] for row in _standing(guarded_lab, table)]
    assert len(names) == len(set(names)) == (2 if table == REVIEWS else 1)
    assert cli("verify all --json").code == 0


def test_reviews_of_the_target_that_were_not_read_hold_ours_back(cli: CommandLine, guarded_lab: Pair) -> None:
    match: Json = {"method": "GET", "path_prefix": PATHS[REVIEWS], "tenant": guarded_lab.target_id}
    guarded_lab.lab.faults([{"match": match, "do": "status", "status": 500, "times": 100}])
    assert cli("snapshot target --json").code == 16
    guarded_lab.lab.clear_faults()
    found = _planned(cli)
    assert {one["action"] for one in found.values() if one["kind"] == "accessReview"} == {"blocked"}
    assert "coverage" in found[ROLE_REVIEW]["codes"]
    assert found[ROLE_POLICY]["action"] == "create"
    assert ours("user", "person-012") not in found[ROLE_REVIEW]["reason"]


def test_a_review_of_a_group_that_the_plan_makes(tmp_path: Path) -> None:
    with running(*group_to_make(NOW)) as pair:
        cli = pair.engagement(tmp_path / "work")
        cli.set_up("move.toml", f'[create]\ngroups = true\n[policies]\nmode = "copy"\n{MOVE}')
        cli.change("allow_irreversible = []", 'allow_irreversible = ["onboard-group"]')
        for command in ("snapshot", "resolve"):
            cli(f"{command} --json")
        before = pair.dumps()
        assert _actions(cli) == FRESH
        assert cli(f"apply all-1 --json {pair.confirmed}").code == 3
        (made,) = pair.dumps()[1]["groups"]
        reviewed = {row["displayName"]: row["scope"]["query"] for row in _standing(pair, REVIEWS)}
        assert reviewed["Operators"] == f"/groups/{made}/transitiveMembers"
        assert _actions(cli) == KEPT
        assert cli("verify all --json").code == 0
        assert cli(f"rollback all --json {pair.confirmed}").code == 0
        assert pair.dumps() == before
