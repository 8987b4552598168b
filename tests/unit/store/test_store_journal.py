"""Each must-sentence of the journal's docstring has a test of the same name here."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from migrate.errors import StateError
from migrate.store import journal as journal_module
from migrate.store.canonical import canonical, sha256_hex
from migrate.store.database import Database, open_state
from migrate.store.journal import Draft, Head, Journal
from migrate.store.journal_entries import COLUMNS

Clock = Callable[[], datetime]


class Crashed(BaseException):
    """Stands for the end of the process: no code of ours may catch it."""


def crash_at(wanted: str) -> Callable[[str], None]:
    def crash(point: str) -> None:
        if point == wanted:
            raise Crashed(point)

    return crash


@pytest.fixture
def journal(db: Database, clock: Clock) -> Journal:
    return Journal(db, clock)


def fill(journal: Journal, count: int = 5) -> None:
    for number in range(1, count + 1):
        journal.append(
            "begin",
            run_id="r1",
            plan_id="plan-all-1",
            wave="all",
            batch=1,
            write_id=f"w{number}",
            payload={"n": number},
        )


def tamper(db: Database, *statements: str) -> None:
    """Changes the database as somebody with an editor would: fences down first."""
    for row in list(db.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        db.execute(f"DROP TRIGGER {row['name']}")
    for statement in statements:
        db.execute(statement)


def broken(journal: Journal) -> str:
    with pytest.raises(StateError) as caught:
        journal.verify_chain()
    assert (caught.value.code, caught.value.exit) == ("journal_broken", 20)
    return caught.value.message


def full(db: Database) -> None:
    """From now on the disk is full, as far as this database is concerned."""
    db.value(f"PRAGMA max_page_count = {db.value('PRAGMA page_count')}")


def roomy(db: Database) -> None:
    db.value("PRAGMA max_page_count = 1000000")


BIG = {"answer": "x" * 200_000}
"""More than the free space that a full database still has in its last pages."""


def test_every_must_sentence_has_its_test() -> None:
    sentences = re.findall(r"^- (.+?)\.$", journal_module.__doc__ or "", re.MULTILINE)
    assert len(sentences) >= 17
    for sentence in sentences:
        assert " must " in sentence
        assert "test_" + re.sub(r"\W+", "_", sentence.lower()) in globals(), sentence


def test_an_append_must_be_on_disk_when_it_returns(path: Path) -> None:
    script = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from migrate.store.database import open_state
from migrate.store.journal import Journal
journal = Journal(open_state(Path(sys.argv[1]), create=True), lambda: datetime.now(UTC))
journal.append("begin", write_id="w1", payload={"n": 1})
getattr(signal, "SIGKILL", None) and os.kill(os.getpid(), signal.SIGKILL)
os._exit(9)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert done.returncode in (9, -getattr(signal, "SIGKILL", 9))
    with open_state(path, create=False) as db:
        assert db.value("PRAGMA synchronous") == 2  # FULL: the commit waits for the disk
        assert [entry.write_id for entry in Journal(db, datetime.now).entries()] == ["w1"]


def test_an_append_of_many_must_be_all_or_nothing(db: Database, clock: Clock) -> None:
    journal = Journal(db, clock)
    with pytest.raises(TypeError):
        journal.append_many([Draft("begin", write_id="w1"), Draft("begin", payload={"bad": object()})])
    with pytest.raises(Crashed):
        Journal(db, clock, crash=crash_at("journal.inside_append")).append_many([Draft("a"), Draft("b")])
    assert list(journal.entries()) == []
    assert journal.head() == Head(0, "")
    assert [entry.sequence for entry in journal.append_many([Draft("a"), Draft("b")])] == [1, 2]
    journal.verify_chain()


def test_an_append_must_not_hide_in_a_transaction_of_its_caller(db: Database, journal: Journal) -> None:
    with db.transaction(), pytest.raises(RuntimeError):
        journal.append("begin")
    assert list(journal.entries()) == []


def test_an_entry_must_carry_the_hash_of_the_one_before_it(journal: Journal) -> None:
    fill(journal, 3)
    entries = list(journal.entries())
    assert [entry.previous_hash for entry in entries] == ["", entries[0].hash, entries[1].hash]
    for entry in entries:
        content = {name: getattr(entry, name) for name in COLUMNS}
        assert entry.hash == sha256_hex(canonical(content)), "anybody must be able to recompute it"
    journal.verify_chain()


@pytest.mark.parametrize("payload", ['{"n":9}', '{"n": 2}', "no json", "", None])
def test_an_edited_payload_must_break_the_chain(db: Database, journal: Journal, payload: str | None) -> None:
    fill(journal)
    change = "NULL" if payload is None else f"'{payload}'"
    if payload is None:
        tamper(db, "UPDATE journal SET payload = x'00' WHERE sequence = 2")
    else:
        tamper(db, f"UPDATE journal SET payload = {change} WHERE sequence = 2")
    assert "entry 2 was changed" in broken(journal)


@pytest.mark.parametrize(
    "column", ["at", "run_id", "plan_id", "wave", "batch", "write_id", "event", "previous_hash", "hash"]
)
def test_an_edited_column_must_break_the_chain(db: Database, journal: Journal, column: str) -> None:
    fill(journal)
    tamper(db, f"UPDATE journal SET {column} = 7 WHERE sequence = 3")
    assert "entry 3 was changed" in broken(journal)


@pytest.mark.parametrize("sequence", [1, 3])
def test_a_deleted_entry_must_break_the_chain(db: Database, journal: Journal, sequence: int) -> None:
    fill(journal)
    tamper(db, f"DELETE FROM journal WHERE sequence = {sequence}")
    assert f"entry {sequence} is missing" in broken(journal)


def test_a_reordered_entry_must_break_the_chain(db: Database, journal: Journal) -> None:
    fill(journal)
    tamper(
        db,
        "UPDATE journal SET sequence = 100 WHERE sequence = 2",
        "UPDATE journal SET sequence = 2 WHERE sequence = 3",
        "UPDATE journal SET sequence = 3 WHERE sequence = 100",
    )
    assert "entry 2 was changed" in broken(journal)


def test_a_deleted_entry_with_the_rest_moved_up_must_break_the_chain(db: Database, journal: Journal) -> None:
    fill(journal)
    tamper(
        db,
        "DELETE FROM journal WHERE sequence = 2",
        "UPDATE journal SET sequence = sequence - 1 WHERE sequence > 2",
    )
    assert "entry 2 was changed" in broken(journal)


def test_a_cut_tail_must_break_the_chain(db: Database, journal: Journal) -> None:
    fill(journal)
    tamper(db, "DELETE FROM journal WHERE sequence > 3")
    assert "entry 4 is missing: 5 entries were written" in broken(journal)


def test_a_lost_head_must_break_the_chain(db: Database, journal: Journal) -> None:
    fill(journal)
    tamper(db, "DELETE FROM journal_head")
    assert "entries end at 5" in broken(journal)


def test_a_head_put_back_must_break_the_chain(db: Database, journal: Journal) -> None:
    fill(journal)
    third = list(journal.entries())[2]
    tamper(db, f"UPDATE journal_head SET sequence = 3, hash = '{third.hash}'")
    assert "entry 5 is not the one that was written last" in broken(journal)


BREAKS = {
    "edited": ["UPDATE journal SET payload = '{}' WHERE sequence = 5"],
    "deleted": ["DELETE FROM journal WHERE sequence = 2"],
    "cut": ["DELETE FROM journal WHERE sequence > 3"],
    "emptied": ["DELETE FROM journal"],
    "no head": ["DELETE FROM journal_head"],
    "head back": ["UPDATE journal_head SET sequence = 3"],
    "other head": ["UPDATE journal_head SET hash = 'x'"],
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_broken_chain_must_not_refuse_an_append(db: Database, journal: Journal, how: str) -> None:
    fill(journal)
    tamper(db, *BREAKS[how])
    journal.append("end", write_id="w1")
    kept = journal.append_outcome("end", write_id="w2")
    assert kept.entry is not None
    assert [entry.write_id for entry in journal.entries()][-2:] == ["w1", "w2"]


@pytest.mark.parametrize("how", BREAKS)
def test_a_broken_chain_must_stay_broken_after_an_append(db: Database, journal: Journal, how: str) -> None:
    fill(journal)
    tamper(db, *BREAKS[how])
    broken(journal)
    for _ in range(3):
        journal.append("end")
        broken(journal)


def test_an_outcome_must_be_kept_when_the_database_cannot_be_written(
    db: Database, journal: Journal, path: Path
) -> None:
    fill(journal, 2)
    full(db)
    with pytest.raises(StateError) as caught:
        journal.append("begin", payload=BIG)
    assert caught.value.code == "state_full"

    kept = journal.append_outcome(
        "end", plan_id="plan-all-1", wave="all", batch=1, write_id="w1", payload=BIG
    )
    assert kept.entry is None
    assert kept.emergency_file == path.parent / "journal-emergency.jsonl"
    assert [entry.event for entry in journal.entries()] == ["begin", "begin"]

    roomy(db)
    recovered = journal.recover_emergency()
    assert (recovered.folded, recovered.already, recovered.unreadable, recovered.kept) == (1, 0, 0, None)
    last = list(journal.entries())[-1]
    assert (last.sequence, last.event, last.write_id, last.wave, last.batch) == (3, "end", "w1", "all", 1)
    assert last.payload == BIG
    assert not kept.emergency_file.exists()
    journal.verify_chain()


def test_an_outcome_that_cannot_be_kept_anywhere_must_be_told_whole(
    db: Database, journal: Journal, path: Path
) -> None:
    full(db)
    (path.parent / "journal-emergency.jsonl").mkdir()  # nothing can be appended to a folder
    with pytest.raises(StateError) as caught:
        journal.append_outcome("end", write_id="w1", payload={"created": "s-1", **BIG})
    assert (caught.value.code, caught.value.exit) == ("outcome_unrecorded", 20)
    line = orjson.loads(caught.value.message.split("Keep this line: ")[1])
    assert (line["entry"]["write_id"], line["entry"]["payload"]["created"]) == ("w1", "s-1")


def test_an_outcome_goes_into_a_sound_database_though_the_emergency_file_is_unreadable(
    journal: Journal, path: Path
) -> None:
    (path.parent / "journal-emergency.jsonl").mkdir()
    with pytest.raises(StateError):
        journal.append("begin")
    kept = journal.append_outcome("end", write_id="w1")
    assert kept.entry is not None
    assert [entry.write_id for entry in journal.entries()] == ["w1"]


@pytest.mark.parametrize("point", ["recover.before_commit", "recover.after_commit"])
def test_an_emergency_entry_must_be_folded_exactly_once(db: Database, clock: Clock, point: str) -> None:
    journal = Journal(db, clock)
    full(db)
    for _ in range(2):  # equal outcomes are still two outcomes
        journal.append_outcome("end", write_id="w1", payload=BIG)
    roomy(db)
    with pytest.raises(Crashed):
        Journal(db, clock, crash=crash_at(point)).recover_emergency()
    Journal(db, clock).recover_emergency()
    Journal(db, clock).recover_emergency()
    assert [entry.write_id for entry in journal.entries()] == ["w1", "w1"]
    journal.verify_chain()


def test_equal_outcomes_of_two_emergencies_are_two_outcomes(db: Database, clock: Clock) -> None:
    moment = clock()
    for _ in range(2):
        journal = Journal(db, lambda: moment)
        full(db)
        assert journal.append_outcome("end", write_id="w1", payload=BIG).entry is None
        roomy(db)
        assert journal.recover_emergency().folded == 1
    assert [entry.write_id for entry in Journal(db, clock).entries()] == ["w1", "w1"]


def test_an_emergency_entry_must_stand_before_any_later_append(db: Database, journal: Journal) -> None:
    full(db)
    journal.append_outcome("end", write_id="w1", payload=BIG)
    roomy(db)
    journal.append("begin", write_id="w2")
    assert [(entry.event, entry.write_id) for entry in journal.entries()] == [("end", "w1"), ("begin", "w2")]
    times = [entry.at for entry in journal.entries()]
    assert times == sorted(times)


def test_a_damaged_emergency_line_must_be_set_aside_and_not_folded(
    db: Database, journal: Journal, path: Path
) -> None:
    full(db)
    for number in (1, 2, 3):
        journal.append_outcome("end", write_id=f"w{number}", payload=BIG)
    roomy(db)
    file = path.parent / "journal-emergency.jsonl"
    first, second, third = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + second.replace(b'"w2"', b'"w9"') + third[: len(third) // 2])
    recovered = journal.recover_emergency()
    assert (recovered.folded, recovered.unreadable) == (1, 2)
    assert recovered.kept == path.parent / "journal-emergency.damaged-1.jsonl"
    assert recovered.kept.read_bytes().startswith(first)
    assert [entry.write_id for entry in journal.entries()] == ["w1"]
    assert not file.exists()


def test_a_line_after_a_torn_one_is_kept(db: Database, journal: Journal, path: Path) -> None:
    full(db)
    journal.append_outcome("end", write_id="w1", payload=BIG)
    file = path.parent / "journal-emergency.jsonl"
    file.write_bytes(file.read_bytes()[:-10])
    journal.append_outcome("end", write_id="w2", payload=BIG)
    roomy(db)
    assert journal.recover_emergency().folded == 1
    assert [entry.write_id for entry in journal.entries()] == ["w2"]


def test_the_fence_stops_a_slip_of_the_hand(db: Database, journal: Journal) -> None:
    fill(journal)
    for statement in (
        "UPDATE journal SET payload = '{}'",
        "DELETE FROM journal WHERE sequence = 5",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE sequence = 5",
        "DELETE FROM journal_head",
        "UPDATE journal_head SET sequence = 1",
    ):
        with pytest.raises(Exception, match=r"append-only|stays|never goes back"):
            db.execute(statement)
    journal.verify_chain()


def test_entries_of_one_plan_or_wave(journal: Journal) -> None:
    for plan, wave in (("p1", "all"), ("p2", "all"), ("p3", "pilot")):
        journal.append("begin", plan_id=plan, wave=wave)
    assert [entry.plan_id for entry in journal.entries(wave="all")] == ["p1", "p2"]
    assert [entry.plan_id for entry in journal.entries(plan_id="p3")] == ["p3"]
    assert [entry.plan_id for entry in journal.entries(plan_id="p3", wave="all")] == []
    assert [entry.plan_id for entry in journal.entries(events=("end", "begin"))] == ["p1", "p2", "p3"]
    assert list(journal.entries(events=("end",), wave="all")) == []


def test_an_entry_reads_as_it_was_returned(journal: Journal) -> None:
    payload = {"b": [1, 2.5, None], "a": {"é": True}}
    entry = journal.append("begin", payload=payload)
    assert entry.payload == payload
    assert next(iter(journal.entries())) == entry
    assert journal.head() == Head(1, entry.hash)


def test_an_empty_append_and_an_empty_journal_are_sound(journal: Journal) -> None:
    assert journal.append_many([]) == []
    journal.verify_chain()


def test_an_unreadable_payload_is_named_when_it_is_read(db: Database, journal: Journal) -> None:
    fill(journal, 2)
    tamper(db, "UPDATE journal SET payload = '{' WHERE sequence = 2")
    with pytest.raises(StateError, match="entry 2 cannot be read"):
        list(journal.entries())
