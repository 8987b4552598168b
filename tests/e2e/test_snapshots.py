"""Snapshots from the command line: both scopes, gone on with after a kill, brought up to date, told."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine, Pair

from migrate.lab.seed.tenants import CONTOSO

DATABASE = "state/contoso-to-fabrikam/engagement.db"


def hashes(cli: CommandLine) -> dict[str, str]:
    """The hash of every sealed snapshot."""
    with sqlite3.connect(cli.folder / DATABASE) as db:
        return dict(db.execute("SELECT id, hash FROM snapshots WHERE sealed_at IS NOT NULL"))


def coverage(result: Any, tenant: str) -> dict[str, Any]:
    return {
        f"{line['collection']}:{line['parent_id'] or ''}".rstrip(":"): line
        for line in result.of_type("coverage")
        if line["tenant"] == tenant
    }


@pytest.mark.parametrize("scope", ["privileged", "full"])
def test_an_unchanged_tenant_gives_the_same_snapshot_twice(
    cli: CommandLine, small_lab: Pair, scope: str
) -> None:
    for _ in range(2):
        result = cli(f"snapshot --scope {scope} --json")
        assert result.code == 0, result.out[-2000:]
        assert result.summary["complete"] is True
    found = hashes(cli)
    assert found["source-0001"] == found["source-0002"]
    assert found["target-0001"] == found["target-0002"]


def test_progress_events_tell_what_is_left(cli: CommandLine, small_lab: Pair) -> None:
    events = cli("snapshot source --json").of_type("progress")
    assert events[-1]["requests_left"] == 0 and events[-1]["collection"] is None
    assert {"tenant", "rows", "pages", "seconds_left"} <= set(events[-1])
    lanes = {lane["lane"]: lane for lane in events[-1]["lanes"]}
    assert {"directory", "pim", "conditional_access", "reports"} <= set(lanes)
    assert all(lane["requests"] > 0 and lane["refused"] == 0 for lane in lanes.values())


def test_explain_reads_counts_and_rights_and_keeps_nothing(cli: CommandLine, small_lab: Pair) -> None:
    result = cli("snapshot --explain --json")
    assert result.code == 0
    ways = {(line["tenant"], line["collection"]): line for line in result.of_type("way")}
    assert set(ways) == {
        (side, name) for side in ("source", "target") for name in ("users", "groups", "servicePrincipals")
    }
    assert ways["source", "users"]["objects"] == len(small_lab.source["users"])
    assert not (cli.folder / DATABASE).exists()
    assert "resource units" in cli("snapshot --explain").out


def test_killed_in_the_middle_the_next_run_goes_on_where_it_stood(
    cli: CommandLine, small_lab: Pair, tmp_path: Path
) -> None:
    undisturbed = small_lab.engagement(tmp_path / "undisturbed")
    assert undisturbed("snapshot --scope full").code == 0
    small_lab.lab.faults(
        [{"match": {"path_prefix": "/servicePrincipals/delta"}, "do": "delay", "seconds": 30}]
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "migrate", "snapshot", "--scope", "full"],
        cwd=cli.folder,
        env=cli.whole_environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_users(cli, process)
    finally:
        process.kill()
        process.wait(timeout=30)
    small_lab.lab.clear_faults()
    before = len(small_lab.lab.log(CONTOSO.tenant_id))
    result = cli("snapshot --scope full")
    assert result.code == 0
    assert "going on with source-0001" in result.err
    assert hashes(cli) == hashes(undisturbed)
    log = small_lab.lab.log(CONTOSO.tenant_id)[before:]
    again = [line["query"] for line in log if line["path"] == "/v1.0/users"]
    assert again and all("$count" in query for query in again), "the users were on disk already"


def wait_for_users(cli: CommandLine, process: subprocess.Popen[Any]) -> None:
    """Until the process has brought the users of the source to the disk, to the last page."""
    while process.poll() is None:
        if (cli.folder / DATABASE).exists():
            with sqlite3.connect(f"file:{cli.folder / DATABASE}?mode=ro", uri=True) as db:
                found = db.execute("SELECT count(*) FROM coverage WHERE kind = 'user' AND complete")
                if found.fetchone()[0]:
                    return
        time.sleep(0.005)
    raise AssertionError("the process ended before a page of users came to the disk")


def test_fresh_starts_over(cli: CommandLine, small_lab: Pair) -> None:
    small_lab.lab.faults([{"match": {"path_prefix": "/users"}, "do": "status", "status": 403, "times": 99}])
    assert cli("snapshot source").code == 12
    small_lab.lab.clear_faults()
    result = cli("snapshot source --fresh")
    assert result.code == 0 and "going on" not in result.err


def test_since_the_last_equals_a_full_snapshot(cli: CommandLine, small_lab: Pair, tmp_path: Path) -> None:
    assert cli("snapshot source --scope full").code == 0
    tenant = CONTOSO.tenant_id
    users = small_lab.source["users"]
    small_lab.lab.change(
        tenant, op="update", kind="users", object={"id": users[3]["id"], "displayName": "Somebody Else"}
    )
    small_lab.lab.change(tenant, op="delete", kind="users", object={"id": users[-1]["id"]})
    since = cli("snapshot source --scope full --since last --json")
    assert since.code == 0
    assert coverage(since, "source")["users"]["way"] == "changes"
    whole = cli("snapshot source --scope full --json")
    assert coverage(whole, "source")["users"]["way"] == "listing"
    found = hashes(cli)
    assert found["source-0002"] == found["source-0003"] != found["source-0001"]


@pytest.mark.parametrize("name", ["target-0001", "source-0077"])
def test_since_something_that_is_no_snapshot_of_that_tenant(
    cli: CommandLine, small_lab: Pair, name: str
) -> None:
    assert cli("snapshot").code == 0
    result = cli(f"snapshot source --since {name} --json")
    assert result.code == 10 and result.error["code"] == "snapshot_unknown"


def test_one_group_that_fails_is_unread_and_the_rest_goes_on(cli: CommandLine, small_lab: Pair) -> None:
    small_lab.lab.faults(
        [
            {
                "match": {"path_regex": "/groups/[^/]*/members", "tenant": CONTOSO.tenant_id},
                "do": "status",
                "status": 400,
            }
        ]
    )
    result = cli("snapshot --json")
    assert result.code == 16
    unread = [name for name, line in coverage(result, "source").items() if not line["complete"]]
    assert len(unread) == 1 and unread[0].startswith("groupMembers:")
    assert all(line["complete"] for line in coverage(result, "target").values())


def test_without_consent_for_reviews_they_are_unread(cli: CommandLine, small_lab: Pair) -> None:
    roles = set(small_lab.source["apps"][0]["roles"]) - {"AccessReview.Read.All"}
    small_lab.lab.consent(CONTOSO.tenant_id, CONTOSO.app_id, sorted(roles))
    result = cli("snapshot source --json")
    assert result.code == 16
    (unread,) = [line for line in result.of_type("coverage") if not line["complete"]]
    assert (unread["collection"], unread["code"]) == ("accessReviews", "consent_missing")


def test_ctrl_c_says_how_to_go_on(cli: CommandLine, small_lab: Pair) -> None:
    if os.name == "nt":
        pytest.skip("a console of its own is needed to send Ctrl-C")
    import signal

    small_lab.lab.faults(
        [{"match": {"path_prefix": "/servicePrincipals/delta"}, "do": "delay", "seconds": 30}]
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "migrate", "snapshot", "source", "--scope", "full"],
        cwd=cli.folder,
        env=cli.whole_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    wait_for_users(cli, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "run the same command again" in err and "Traceback" not in err
