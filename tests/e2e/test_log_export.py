"""The audit trail of a wave that was applied and taken back, in each form."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from cef_reader import read
from command_line import CommandLine, Json, Pair
from ocsf_facts import wrong_with

WRITES = 6


@pytest.fixture(scope="module")
def applied(small_lab: Pair, planned: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A shell where the wave was applied and rolled back; ``moved.csv`` is of the moment between."""
    small_lab.fresh()
    cli = small_lab.engagement(tmp_path_factory.mktemp("trail") / "work")
    shutil.copytree(planned / "state", cli.folder / "state")
    assert cli(f"apply all-1 {small_lab.confirmed} --json").code == 0
    assert cli("log export --moved csv --output moved.csv --json").code == 0
    assert cli(f"rollback all {small_lab.confirmed} --json").code == 0
    return cli


def lines(cli: CommandLine, form: str) -> list[str]:
    """What the form writes to standard output and to a file, which must be the same."""
    done = cli(f"log export --format {form}")
    assert done.code == 0
    assert cli(f"log export --format {form} --output trail.{form} --json").code == 0
    text = (cli.folder / f"trail.{form}").read_text(encoding="utf-8")
    assert text == done.out
    assert not list(cli.folder.glob("*.part"))
    return text.splitlines()


def database(cli: CommandLine) -> Path:
    (found,) = (cli.folder / "state").glob("*/engagement.db")
    return found


def test_json_lines_tell_every_change(applied: CommandLine) -> None:
    events: list[Json] = [json.loads(line) for line in lines(applied, "jsonl")]
    told = [(each["action"], each["result"]) for each in events]
    assert told == [("assigned", "success")] * WRITES + [("removed", "success")] * WRITES
    for each in events:
        assert each["who"]["app_id"]
        assert each["who"]["object_id"]
        assert each["who"]["verb"] == ("apply" if each["direction"] == "assign" else "rollback")
        assert each["write"] in each["why"]["justification"]
        assert each["time"].endswith("Z")
        assert each["verified"]
    given = {each["write"]: each["after"] for each in events if each["action"] == "assigned"}
    taken = {each["write"]: each["before"] for each in events if each["action"] == "removed"}
    assert given == taken
    assert None not in given.values()


def test_with_json_the_events_end_in_a_summary(applied: CommandLine) -> None:
    done = applied("log export --json")
    assert len(done.of_type("audit")) == 2 * WRITES
    assert (done.summary["count"], done.summary["verified"]) == (2 * WRITES, True)
    assert done.summary["head"] == applied("log verify --json").summary["head"]


def test_cef_tells_every_change(applied: CommandLine) -> None:
    found = [read(line) for line in lines(applied, "cef")]
    assert len(found) == 2 * WRITES
    assert {fields["act"] for _, fields in found} == {"assigned", "removed"}
    assert all(header[0] == "CEF:0" and fields["duid"] for header, fields in found)


def test_ocsf_tells_every_change(applied: CommandLine) -> None:
    events = [json.loads(line) for line in lines(applied, "ocsf")]
    assert [each["activity_id"] for each in events] == [1] * WRITES + [2] * WRITES
    assert [wrong for each in events for wrong in wrong_with(each)] == []


def test_what_was_moved_is_listed_until_it_is_taken_back(applied: CommandLine) -> None:
    with (applied.folder / "moved.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len([row for row in rows if row["write"]]) == WRITES
    assert [row["kind"] for row in rows][-1] == "application"
    assert applied("log export --moved csv").out.splitlines() == [",".join(rows[0])]


def test_no_secret_of_the_engagement_leaves(applied: CommandLine) -> None:
    secrets = set(applied.environment.values())
    assert secrets
    for form in ("jsonl", "cef", "ocsf"):
        text = "\n".join(lines(applied, form))
        assert not any(secret in text for secret in secrets)
        assert "eyJ" not in text


def test_one_wave_and_from_a_time_on(applied: CommandLine) -> None:
    assert applied("log export --json --wave nothing").summary["count"] == 0
    events = applied("log export --json --wave all").of_type("audit")
    later = applied(f"log export --json --since {events[WRITES]['time']}").of_type("audit")
    assert [each["sequence"] for each in later] == [each["sequence"] for each in events[WRITES:]]
    refused = applied("log export --json --since tomorrow")
    assert (refused.code, refused.error["code"]) == (2, "bad_time")
    refused = applied("log export --json --format cef")
    assert (refused.code, refused.error["code"]) == (2, "output_missing")


def test_a_broken_journal_is_told_and_said_to_be_broken(applied: CommandLine, tmp_path: Path) -> None:
    shutil.copytree(applied.folder, tmp_path / "broken")
    cli = CommandLine(tmp_path / "broken", applied.environment)
    whole = cli("log export --json").of_type("audit")
    at = whole[3]["sequence"]
    with sqlite3.connect(database(cli)) as db:
        db.execute("DROP TRIGGER journal_is_never_updated")
        db.execute("UPDATE journal SET payload = replace(payload, 'done', 'gone') WHERE sequence = ?", (at,))
    db.close()
    done = cli("log export --json")
    assert (done.code, done.error["code"]) == (20, "journal_broken")
    assert f"entry {at} was changed" in done.error["message"]
    assert done.summary["verified"] is False
    events = done.of_type("audit")
    assert [each["verified"] for each in events] == [each["sequence"] < at for each in events]
    assert len(events) == len(whole)
    verify = cli("log verify --json")
    assert (verify.code, verify.error["message"]) == (20, done.error["message"])
    text = cli("log export --format cef --output broken.cef")
    assert (text.code, text.out) == (20, "")
    assert "journal_broken" in text.err
    assert "pimVerified=false" in (cli.folder / "broken.cef").read_text(encoding="utf-8")


def test_what_cannot_be_written_leaves_nothing_half_done(applied: CommandLine) -> None:
    done = applied("log export --output nowhere/trail.jsonl --json")
    assert done.code != 0
    assert done.error["message"]


def test_before_the_first_wave_there_is_nothing_to_tell(cli: CommandLine) -> None:
    assert cli("log export --json").error["code"] == "no_state"
