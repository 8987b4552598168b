"""``explain`` on the small lab: one screen, whole JSON, and nothing that it changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from command_line import CommandLine, Json

ANNA = "aoife.darcy@contoso.com"
GROUP = "PIM-Small-Operators"
ROLE = "29232cdf-9323-42fd-ade2-1d097af3e4de"


def told(cli: CommandLine, asked: str) -> Json:
    result = cli(f"explain {asked} --json")
    assert result.code == 0, result.out
    (line,) = result.of_type("explanation")
    assert result.summary == {
        "type": "summary",
        "verb": "explain",
        "side": line["side"],
        "kind": line["kind"],
        "id": line["id"],
        "exit": 0,
    }
    return line


def database(cli: CommandLine) -> str:
    (path,) = Path(cli.folder).glob("state/*/engagement.db")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_person_from_either_side(ready: CommandLine) -> None:
    ours = told(ready, ANNA.upper())
    assert (ours["side"], ours["kind"], ours["state"]) == ("source", "user", "accepted")
    assert ours["resolution"] == "resolution-0001"
    assert [one["action"] for one in ours["rights"]] == ["create"]
    assert {one["rule"] for one in ours["candidates"][0]["evidence"]} >= {"user_principal_name"}
    theirs = told(ready, ours["target_id"])
    assert theirs["side"] == "target"
    assert [one["id"] for one in theirs["claims"]] == [ours["id"]]


def test_a_group_a_role_and_a_right(ready: CommandLine) -> None:
    group = told(ready, GROUP.lower())
    assert (group["kind"], group["rule"], group["decisions"][0]["decision"]) == (
        "group",
        "decision",
        "choose",
    )
    assert {one["how"] for one in group["referrers"]} >= {"governed by"}
    role = told(ready, ROLE)
    assert {one["principal"] for one in role["rights"]} >= {ANNA}
    right = told(ready, next(one["id"] for one in role["rights"] if one["principal"] == ANNA))
    assert {one["property"] for one in right["named"]} == {"principalId", "roleDefinitionId"}
    assert [one["action"] for one in right["rights"]] == ["create"]


@pytest.mark.parametrize("asked", [ANNA, GROUP, f"'{ROLE}'"])
def test_it_is_one_screen(ready: CommandLine, asked: str) -> None:
    lines = ready(f"explain {asked}").out.splitlines()
    assert 8 <= len(lines) <= 40
    assert max(map(len, lines)) <= 100


def test_nobody_and_several(ready: CommandLine) -> None:
    unknown = ready("explain nobody@nowhere.example --json")
    assert (unknown.code, unknown.error["code"]) == (2, "unknown_object")
    assert "source-0001" in unknown.error["message"]
    assert unknown.error["message"].count("(whole)") == 2
    # Both tenants have emergency accounts of this name, and no right makes one the other's counterpart.
    several = ready("explain 'Break Glass 1' --json")
    assert (several.code, several.error["code"]) == (2, "ambiguous_object")
    assert "source user" in several.error["message"] and "target user" in several.error["message"]
    assert ready("explain 'Break Glass 1' --side target --json").code == 0
    assert ready("explain anybody --side middle --json").code == 2


def test_it_changes_nothing_and_needs_no_lock(ready: CommandLine) -> None:
    from migrate.cli import clock
    from migrate.store.lock import hold

    (lock,) = Path(ready.folder).glob("state/*/lock")
    before = database(ready)
    with hold(lock, "apply", clock.now):
        assert ready("resolve --json").code == 11
        assert told(ready, ANNA)["resolution"] == "resolution-0001"
    assert database(ready) == before


def test_it_says_when_no_saved_resolution_fits(ready: CommandLine) -> None:
    id_there = told(ready, ANNA)["target_id"]
    path = ready.folder / "mappings" / "decisions.csv"
    source_id = told(ready, ANNA)["id"]
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"user,{source_id},{id_there},skip,leaves the company,me,2026-01-01\n")
    before = database(ready)
    line = told(ready, ANNA)
    assert (line["resolution"], line["state"]) == (None, "skipped")
    assert [one["action"] for one in line["rights"]] == ["skip"]
    assert ready(f"explain {ANNA}").out.endswith("resolved for this answer only: nothing was saved\n")
    assert database(ready) == before


def test_without_a_snapshot_it_says_so(cli: CommandLine) -> None:
    assert cli(f"explain {ANNA} --json").error["exit"] == 10
