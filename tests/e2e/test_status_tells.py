"""What status says that one has to know: who must approve, what stopped, what is in doubt, what is next."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import CommandLine, Json, Pair
from prepared_wave import ROLE_REQUESTS

from migrate.plan.document import canonical, content_of, from_text, to_text


def _wave(cli: CommandLine, text: str) -> None:
    folder = cli.folder / "mappings"
    folder.mkdir(exist_ok=True)
    (folder / "waves.toml").write_text(f"[waves.rest]\nbatch_size = 1\n{text}", encoding="utf-8")
    assert cli("plan rest --json").code == 0


def _told(cli: CommandLine, plan: str) -> Json:
    done = cli("status --json")
    (found,) = [line for line in done.of_type("wave") if line["plan"] == plan]
    return {**found, "next": done.summary["next"], "code": done.code}


def test_a_plan_that_a_condition_has_stopped(ready: CommandLine, small_lab: Pair) -> None:
    _wave(ready, "[waves.rest.stop]\nfailures = 1\n")
    match = {"method": "POST", "path_prefix": ROLE_REQUESTS}
    small_lab.lab.faults([{"match": match, "do": "status", "status": 400, "code": "No", "message": "No"}])
    assert ready(f"apply rest-1 --json {small_lab.confirmed}").code == 3
    told = _told(ready, "rest-1")
    assert told["stopped"] == "1 writes failed, 1 are the limit"
    assert told["next"].endswith("pim-migrate apply rest-1 --go-on")
    assert "pim-migrate apply rest-1 --go-on" in ready("status").out
    assert ready(f"apply --resume --json {small_lab.confirmed}").error["code"] == "stop_condition"
    assert ready(f"apply --resume --go-on --json {small_lab.confirmed}").code == 0
    told = _told(ready, "rest-1")
    assert (told["stopped"], told["next"]) == (None, "pim-migrate verify rest")


def test_a_stopped_plan_that_was_taken_back_waits_for_nobody(ready: CommandLine, small_lab: Pair) -> None:
    _wave(ready, "[waves.rest.stop]\nfailures = 1\n")
    match = {"method": "POST", "path_prefix": ROLE_REQUESTS}
    small_lab.lab.faults([{"match": match, "do": "status", "status": 400, "code": "No", "message": "No"}])
    assert ready(f"apply rest-1 --json {small_lab.confirmed}").code == 3
    assert ready(f"rollback rest --json {small_lab.confirmed}").code == 0
    assert _told(ready, "rest-1")["stopped"] is None


def test_who_must_approve_and_who_has(ready: CommandLine) -> None:
    lines = []
    for name in ("kim", "lou"):
        made = ready(f"plans keygen {name} --out {name}.pem --no-password --json")
        lines.append(f'"{name}" = "{made.of_type("key")[0]["public_key"]}"\n')
    path = ready.folder / "engagement.toml"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n[approvers]\n{''.join(lines)}", encoding="utf-8")
    _wave(ready, "approvals = 2\n")
    told = _told(ready, "rest-1")
    assert (told["approvals_needed"], told["approved"]) == (2, [])
    assert told["next"].startswith("pim-migrate plans approve rest-1 --key FILE") or "all-1" in told["next"]
    assert ready("plans approve rest-1 --key kim.pem --json").code == 0
    assert _told(ready, "rest-1")["approved"] == ["kim"]
    assert "approvals: 1 of 2, by kim" in ready("status").out
    assert ready("plans approve rest-1 --key lou.pem --json").code == 0
    assert _told(ready, "rest-1")["approved"] == ["kim", "lou"]
    (one, *_) = (ready.folder / "state").glob("*/plans/*approval-*.json")
    one.write_text("{}", encoding="utf-8")
    told = _told(ready, "rest-1")
    assert told["trouble"] and told["code"] == 0, "looking refuses nothing"


def test_what_is_in_doubt_is_named(ready: CommandLine, small_lab: Pair) -> None:
    match = {"method": "POST", "path_prefix": ROLE_REQUESTS}
    small_lab.lab.faults([{"match": match, "do": "never_provision"}])
    assert ready(f"apply all-1 --json {small_lab.confirmed}").code == 15
    done = ready("status --json")
    assert done.code == 15
    (doubt,) = done.of_type("write")
    assert (doubt["state"], done.summary["next"]) == ("in_doubt", "pim-migrate doubt settle")
    assert f"in doubt: {doubt['id']}" in ready("status").out


def _edit(cli: CommandLine, sql: str, values: tuple[str, ...] = ()) -> None:
    (path,) = (cli.folder / "state").glob("*/engagement.db")
    assert isinstance(path, Path)
    with closing(sqlite3.connect(path)) as connection, connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(sql, values)


@pytest.mark.parametrize("verb", ["apply all-1", "rollback all", "doubt settle", "verify all"])
def test_a_registered_plan_that_somebody_exchanged(ready: CommandLine, small_lab: Pair, verb: str) -> None:
    """Same id, other content: whoever swapped it in the database finds every door closed."""
    assert ready(f"apply all-1 --until 1 --json {small_lab.confirmed}").code in (0, 3)
    before = small_lab.dumps()[1]
    _edit(ready, "UPDATE plans SET hash = 'sha256:0000' WHERE id = 'all-1'")
    done = ready(f"{verb} --json {small_lab.confirmed if verb[0] in 'ar' else ''}")
    # Apply looks at the file first, which no longer is what was registered.
    told = (2, "plan_changed") if verb.startswith("apply") else (20, "plan_differs")
    assert (done.code, done.error["code"]) == told
    assert small_lab.dumps()[1] == before


@pytest.mark.parametrize("verb", ["apply all-1", "rollback all", "doubt settle", "verify all", "status"])
def test_a_plan_that_was_exchanged_with_its_file_and_its_seal(
    ready: CommandLine, small_lab: Pair, verb: str
) -> None:
    """Two writes have changed places: what the journal began under their ids was something else."""
    assert ready(f"apply all-1 --only all-1.00001 --json {small_lab.confirmed}").code == 3
    before = small_lab.dumps()[1]
    (file,) = (ready.folder / "state").glob("*/plans/plan-all-1*.json")
    plan = from_text(file.read_text(encoding="utf-8"), "plan")
    first, second, *others = plan.items
    swapped = (replace(second, id=first.id), replace(first, id=second.id), *others)
    forged = replace(plan, items=swapped).sealed()
    file.write_text(to_text(forged), encoding="utf-8")
    _edit(
        ready,
        "UPDATE plans SET hash = ?, document = ? WHERE id = 'all-1'",
        (forged.hash, canonical(content_of(forged))),
    )
    done = ready(f"{verb} --json {small_lab.confirmed if verb[0] in 'ar' else ''}")
    assert (done.code, done.error["code"]) == (20, "journal_differs")
    assert "all-1.00001 was begun for" in done.error["message"]
    assert small_lab.dumps()[1] == before
