"""Reading the journal as it is told to others: while somebody writes, and where it is broken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from migrate.store.database import Database, open_state
from migrate.store.journal import Journal


def end(journal: Journal, write_id: str, direction: str, image: str) -> None:
    journal.append("end", write_id=write_id, payload={"direction": direction, "image": {"id": image}})


def test_what_another_process_adds_meanwhile_breaks_nothing(
    db: Database, path: Path, clock: Callable[[], datetime]
) -> None:
    journal = Journal(db, clock)
    for number in range(5):
        journal.append("begin", write_id=f"w{number}")
    seen = []
    with open_state(path, create=False) as other:
        writing = Journal(other, clock)
        for told in journal.told():
            seen.append(told)
            writing.append("begin", write_id="later")
    assert [told.broken for told in seen] == [""] * 5
    assert len(list(journal.told())) == 10
    journal.verify_chain()


def test_a_reader_who_stops_early_leaves_no_transaction(db: Database, clock: Callable[[], datetime]) -> None:
    journal = Journal(db, clock)
    for number in range(3):
        journal.append("begin", write_id=f"w{number}")
    telling = journal.told()
    next(telling)
    telling.close()
    assert not db.in_transaction
    journal.append("begin", write_id="w9")


def test_the_last_end_is_that_of_the_direction_and_before(
    db: Database, clock: Callable[[], datetime]
) -> None:
    journal = Journal(db, clock)
    end(journal, "w1", "assign", "first")
    end(journal, "w1", "remove", "x")
    end(journal, "w2", "assign", "other")
    end(journal, "w1", "assign", "second")
    found = journal.last_end("w1", before=4, direction="assign")
    assert found is not None
    assert found.payload["image"] == {"id": "first"}
    newest = journal.last_end("w1", before=99, direction="assign")
    assert newest is not None
    assert newest.payload["image"] == {"id": "second"}
    assert journal.last_end("w1", before=1, direction="assign") is None
    assert journal.last_end("w3", before=99, direction="assign") is None
