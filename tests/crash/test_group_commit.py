"""Killed while parallel writes share a commit: nothing was sent whose Begin is not on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from crash_driver import KILLED
from killable import Killable, command, effects, output
from prepared_wave import REQUESTS, Prepared, Wave

from migrate.cli import clock
from migrate.store.database import DATABASE_NAME, open_state
from migrate.store.journal import Journal

LATE = 7
"""By this commit something has been sent: the others are the run's own record and the first Begins."""


def _begun(wave: Wave) -> set[str]:
    (path,) = wave.cli.folder.rglob(DATABASE_NAME)
    with open_state(path, create=False) as db:
        journal = Journal(db, clock.now)
        journal.verify_chain()
        return {entry.write_id or "" for entry in journal.entries() if entry.event == "begin"}


def _sent(wave: Wave) -> set[str]:
    """The writes whose request has reached the lab, by the justification."""
    return {
        row["body"]["justification"].split()[-1]
        for row in wave.lab.log(wave.prepared.pair.target_id)
        if row["method"] == "POST" and row["path"].endswith(tuple(REQUESTS.values()))
    }


@pytest.mark.parametrize("point", ["journal.before_append", "journal.inside_append", "journal.after_append"])
@pytest.mark.parametrize("number", [3, 4, 5, 7])
def test_nothing_is_sent_before_its_begin_is_on_disk(
    killable: Killable, of_both: Prepared, tmp_path: Path, point: str, number: int
) -> None:
    wave = of_both.copy(tmp_path / "work")
    assert killable.run(wave, command(wave, "apply"), point=point, number=number) == KILLED, output(wave)
    assert _sent(wave) <= _begun(wave)
    assert number < LATE or _sent(wave)
    assert killable.carry_on(wave, "apply") == 0, output(wave)
    assert wave.is_applied
    assert effects(wave) == {}
