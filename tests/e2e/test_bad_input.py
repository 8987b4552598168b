"""Every mistake that people make with files and the command line, through the command itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bad_input import check_shown, check_silent, check_told, refused, state_of
from command_line import CommandLine, Pair

from migrate.lab.seed.tenants import CONTOSO, FABRIKAM
from migrate.store import database
from migrate.store.lock import hold
from migrate.store.migrations import latest_number

STATE = Path("state", "contoso-to-fabrikam")
DATABASE = STATE / "engagement.db"
PLAN = STATE / "plans" / "plan-all-1.json"
OTHER_TENANT = "33333333-3333-3333-3333-333333333333"


# --- engagement.toml


def test_an_engagement_file_that_is_not_there(cli: CommandLine, small_lab: Pair) -> None:
    (cli.folder / "engagement.toml").unlink()
    refused(cli, small_lab, "snapshot", exit=2, code="engagement_missing", at="engagement.toml")


def test_an_unknown_key(cli: CommandLine, small_lab: Pair) -> None:
    cli.change("max_writes", "max_wrties")
    refused(cli, small_lab, "snapshot", exit=2, code="unknown_key", says='did you mean "max_writes"?')


def test_a_missing_key(cli: CommandLine, small_lab: Pair) -> None:
    cli.change('secret_env = "SOURCE_SECRET"\n', "")
    refused(
        cli, small_lab, "doctor", exit=2, code="missing_key", says="[source.credential] has no secret_env"
    )


def test_a_secret_in_the_file_is_not_repeated(cli: CommandLine, small_lab: Pair) -> None:
    cli.change('secret_env = "SOURCE_SECRET"', 'secret = "not-the-secret"')
    refused(cli, small_lab, "doctor", exit=2, code="secret_in_file", says="never written into this file")


def test_a_file_that_is_no_toml(cli: CommandLine, small_lab: Pair) -> None:
    cli.change("[guard]", "[guard")
    refused(cli, small_lab, "status", exit=2, code="toml_syntax", at="engagement.toml:")


def test_several_mistakes_are_told_at_once(cli: CommandLine, small_lab: Pair) -> None:
    cli.change("max_writes", "max_wrties")
    cli.change('cloud = "global"', 'cloud = "moon"')
    refused(cli, small_lab, "snapshot", exit=2, code="engagement_invalid", says="is no cloud")
    assert cli("snapshot --json").error["message"].count("engagement.toml:") == 3


def test_a_ca_bundle_that_is_not_there(cli: CommandLine, small_lab: Pair) -> None:
    (cli.folder / "ca.pem").unlink()
    refused(cli, small_lab, "doctor", exit=2, code="file_missing", says="ca_bundle in [source]")


def test_a_ca_bundle_that_is_none(cli: CommandLine, small_lab: Pair) -> None:
    (cli.folder / "ca.pem").write_text("not a certificate", encoding="utf-8")
    refused(cli, small_lab, "snapshot", exit=2, code="ca_bundle_unreadable", at="ca.pem")


# --- mappings/


def test_every_mistake_in_the_decisions_is_named_by_its_line(ready: CommandLine, small_lab: Pair) -> None:
    path = ready.folder / "mappings" / "decisions.csv"
    first = len(path.read_text(encoding="utf-8").splitlines()) + 1
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write("usr,11111111-2222-3333-4444-555555555555,,skip,,,\n")
        file.write("user,nobody,,skip,,,\n")
        file.write("user,11111111-2222-3333-4444-555555555555,,choose,,,\n")
    for command in ("resolve", "plan all", "report export x.xlsx"):
        refused(ready, small_lab, command, exit=2, code="decisions_invalid", at=f"decisions.csv:{first}")
    told = ready("resolve --json").error["message"].splitlines()
    assert [line.split("decisions.csv:")[1].split(":")[0] for line in told] == [
        str(first),
        str(first + 1),
        str(first + 2),
    ]


def test_a_mistake_in_the_match_rules(ready: CommandLine, small_lab: Pair) -> None:
    (ready.folder / "mappings" / "match.toml").write_text("[rules.mail]\nweight = 0\n", encoding="utf-8")
    refused(ready, small_lab, "resolve", exit=2, code="bad_number", at="match.toml:2")


# --- no state yet


@pytest.mark.parametrize(
    "command",
    [
        "resolve",
        "report export x.xlsx",
        "plan all",
        "plans show all-1",
        "apply all-1",
        "verify all",
        "rollback all",
        "status",
        "doubt",
        "doubt settle",
        "log verify",
    ],
)
def test_before_the_first_snapshot(cli: CommandLine, small_lab: Pair, command: str) -> None:
    refused(cli, small_lab, command, exit=10, code="no_state", at="engagement.db")
    assert not (cli.folder / "state").exists()


def test_one_tenant_was_not_read_yet(cli: CommandLine, small_lab: Pair) -> None:
    assert cli("snapshot source --json").code == 0
    refused(cli, small_lab, "resolve", exit=10, code="no_snapshot", says="target")


def test_nothing_was_resolved_yet(cli: CommandLine, small_lab: Pair) -> None:
    assert cli("snapshot --json").code == 0
    for command in ("plan all", "report export x.xlsx"):
        refused(cli, small_lab, command, exit=10, code="no_resolution")


def test_a_plan_or_wave_that_nobody_made(ready: CommandLine, small_lab: Pair) -> None:
    refused(ready, small_lab, "plan tier0", exit=2, code="unknown_wave", says="'tier0'")
    refused(ready, small_lab, "apply all-7", exit=10, code="plan_unknown", says="all-7")
    refused(ready, small_lab, "plans show other.json", exit=10, code="no_plan", at="other.json")
    refused(ready, small_lab, "verify tier0", exit=10, code="no_plan", says="'tier0'")
    refused(ready, small_lab, "rollback tier0", exit=10, code="no_plan", says="'tier0'")
    refused(ready, small_lab, "verify all", exit=10, code="not_applied")


# --- plan files


def test_a_plan_that_was_edited(ready: CommandLine, small_lab: Pair) -> None:
    ready.change('"directoryScopeId": "/administrativeUnits/', '"directoryScopeId": "/', file=PLAN.as_posix())
    command = f"apply all-1 {small_lab.confirmed}"
    refused(ready, small_lab, command, exit=2, code="plan_changed", at="plan-all-1.json")


@pytest.mark.parametrize("kept", [0, 1, 1000, -2])
def test_a_plan_that_was_cut_off(ready: CommandLine, small_lab: Pair, kept: int) -> None:
    path = ready.folder / PLAN
    path.write_bytes(path.read_bytes()[:kept])
    refused(
        ready, small_lab, f"apply {PLAN.as_posix()}", exit=2, code="plan_unreadable", at="plan-all-1.json"
    )


def test_a_plan_whose_file_is_gone(ready: CommandLine, small_lab: Pair) -> None:
    (ready.folder / PLAN).unlink()
    refused(ready, small_lab, "apply all-1", exit=2, code="plan_missing", at="plan-all-1.json")


# --- the database


def test_a_database_of_a_newer_version(ready: CommandLine, small_lab: Pair) -> None:
    with sqlite3.connect(ready.folder / DATABASE) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(schema_migrations)")]
        old = connection.execute("SELECT * FROM schema_migrations ORDER BY 1 DESC LIMIT 1").fetchone()
        new = [latest_number() + 1, *old[1:]]
        connection.execute(f"INSERT INTO schema_migrations VALUES ({','.join('?' * len(columns))})", new)
    connection.close()
    for command in ("status", "resolve", "snapshot", "verify all"):
        refused(ready, small_lab, command, exit=20, code="state_newer", at="engagement.db")


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_a_damaged_database(ready: CommandLine, small_lab: Pair, content: bytes) -> None:
    for leftover in (ready.folder / STATE).glob("engagement.db-*"):
        leftover.unlink()
    (ready.folder / DATABASE).write_bytes(content)
    for command in ("status", "resolve", "snapshot"):
        refused(ready, small_lab, command, exit=20, code="state_damaged", at="engagement.db")


def test_a_journal_that_somebody_changed(ready: CommandLine, small_lab: Pair) -> None:
    assert ready(f"apply all-1 {small_lab.confirmed} --json").code == 0
    with sqlite3.connect(ready.folder / DATABASE) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("DELETE FROM journal WHERE sequence = 3")
    connection.close()
    for command in ("log verify", "verify all", f"rollback all {small_lab.confirmed}"):
        refused(ready, small_lab, command, exit=20, code="journal_broken", says="entry 3 is missing")


def test_an_engagement_that_another_run_holds(ready: CommandLine, small_lab: Pair) -> None:
    lock = ready.folder / STATE / "lock"
    with hold(lock, "apply", lambda: datetime.now(UTC)):
        for command in ("snapshot", "resolve", "plan all", "apply all-1", "rollback all", "doubt settle"):
            refused(ready, small_lab, command, exit=11, code="locked", says="`apply` since", at="lock")
        assert ready("status").code == 0, "looking needs no lock"


@pytest.fixture
def disk_full(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """SQLite itself says that the disk is full as soon as the database wants one more page."""
    opened = database.Database.__init__

    def nearly_full(self: database.Database, *given: Any) -> None:
        # Each connection has a limit of its own, that of the thread that journals as well.
        opened(self, *given)
        pages = int(self.value("PRAGMA page_count"))
        self.value(f"PRAGMA max_page_count = {pages}")

    with monkeypatch.context() as patch:
        patch.setattr(database.Database, "__init__", nearly_full)
        yield patch


def test_a_disk_that_fills_up_while_a_wave_is_journalled(
    ready: CommandLine, small_lab: Pair, disk_full: pytest.MonkeyPatch
) -> None:
    before = small_lab.dumps()[1]
    result = ready(f"apply all-1 {small_lab.confirmed} --json")
    check_told(result, exit=20, code="state_full")
    check_silent(result, list(ready.environment.values()))
    assert state_of(ready.folder)[PLAN.as_posix()]
    disk_full.undo()
    again = ready(f"apply all-1 {small_lab.confirmed} --json")
    assert (again.code, again.summary["states"]) == (0, {"done": 6})
    assert ready("verify all --json").code == 0
    assert ready(f"rollback all {small_lab.confirmed} --json").code == 0
    assert small_lab.dumps()[1] == before


# --- confirming


@pytest.mark.parametrize("command", ["apply all-1", "apply all-1 --yes"])
def test_a_script_that_does_not_confirm(ready: CommandLine, small_lab: Pair, command: str) -> None:
    refused(ready, small_lab, command, exit=2, code="confirmation_missing")


def test_a_script_that_confirms_another_tenant(ready: CommandLine, small_lab: Pair) -> None:
    command = f"apply all-1 --yes --target-tenant {CONTOSO.tenant_id}"
    refused(ready, small_lab, command, exit=18, code="target_tenant_differs", says=CONTOSO.tenant_id)


def test_a_person_who_types_something_else(ready: CommandLine, small_lab: Pair) -> None:
    before = state_of(ready.folder), small_lab.dumps()
    for typed in ("no\n", "", f"{CONTOSO.domain}\n"):
        result = ready("apply all-1", typed=typed)
        check_shown(result, exit=17, code="declined")
        assert f"Type {FABRIKAM.domain} to go on" in result.err
    assert (state_of(ready.folder), small_lab.dumps()) == before


def test_a_person_who_types_the_domain(ready: CommandLine) -> None:
    result = ready("apply all-1", typed=f"{FABRIKAM.domain.upper()}\n")
    assert result.code == 0
    assert "Exchange Administrator" in result.out.split("applied all-1")[0], "it shows what it will do"


# --- the command line


@pytest.mark.parametrize(
    ("command", "at"),
    [
        ("nonsense", "pim-migrate"),
        ("plan", "pim-migrate plan"),
        ("snapshot hello", "pim-migrate snapshot"),
        ("apply all-1 --bogus", "pim-migrate apply"),
        ("plan all --batch-size 0", "pim-migrate plan"),
        ("report import", "pim-migrate report"),
    ],
)
def test_a_command_line_that_says_nothing(ready: CommandLine, small_lab: Pair, command: str, at: str) -> None:
    refused(ready, small_lab, command, exit=2, code="usage", at=at)


@pytest.mark.parametrize(
    "command",
    [
        "rollback",
        "rollback all --everything",
        "rollback all --batch 1 --write all-1.00001",
        "rollback --batch 1",
    ],
)
def test_a_rollback_that_does_not_say_of_what(ready: CommandLine, small_lab: Pair, command: str) -> None:
    refused(ready, small_lab, command, exit=2, code="rollback_scope")


def test_batches_and_writes_that_there_are_not(ready: CommandLine, small_lab: Pair) -> None:
    assert ready(f"apply all-1 {small_lab.confirmed} --json").code == 0
    refused(ready, small_lab, "rollback all --batch 9", exit=2, code="unknown_batch")
    refused(ready, small_lab, "rollback all --write all-1.99999", exit=2, code="unknown_write")
    refused(ready, small_lab, "doubt settle all-1.00001", exit=2, code="not_in_doubt")
    refused(ready, small_lab, "doubt settle --as present", exit=2, code="doubt_ids_missing")


def test_init_overwrites_nothing(ready: CommandLine, small_lab: Pair) -> None:
    refused(ready, small_lab, "init", exit=2, code="already_there")


# --- as a process of its own


def test_the_installed_command_fails_alike(ready: CommandLine, small_lab: Pair) -> None:
    ready.environment["SOURCE_SECRET"] = "not-the-secret"
    before = state_of(ready.folder), small_lab.dumps()
    script, person = ready.apart("snapshot --json"), ready.apart("snapshot")
    check_told(script, exit=12, code="sign_in_failed")
    check_shown(person, exit=12, code="sign_in_failed")
    assert (script.err, person.out) == ("", "")
    for result in (script, person):
        check_silent(result, list(ready.environment.values()))
    assert (state_of(ready.folder), small_lab.dumps()) == before
