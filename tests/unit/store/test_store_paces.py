from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from migrate.store.paces import ALIVE_SECONDS, PaceBook

TENANT, OTHER = "11111111-AAAA", "22222222-bbbb"


class Moment:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def book(
    path: Path, run: str, clock: Moment, told: list[str] | None = None, pid: int | None = None
) -> PaceBook:
    return PaceBook(path, run_id=run, clock=clock, tell=[].append if told is None else told.append, pid=pid)


def test_what_one_run_learns_the_next_knows_of_that_tenant_only(tmp_path: Path) -> None:
    clock = Moment()
    with book(tmp_path / "pace.db", "a", clock) as first:
        first.of(TENANT).learn("pim", 9.0)
        first.of(TENANT).learn("pim", 7.5)
    with book(tmp_path / "pace.db", "b", clock) as second:
        assert second.of(TENANT.lower()).limits() == {"pim": 7.5}
        assert second.of(OTHER).limits() == {}


def test_old_knowledge_is_forgotten(tmp_path: Path) -> None:
    clock = Moment()
    with book(tmp_path / "pace.db", "a", clock) as first:
        first.of(TENANT).learn("pim", 9.0)
    clock.now += 91 * 86_400
    with book(tmp_path / "pace.db", "b", clock) as second:
        assert second.of(TENANT).limits() == {}


def test_runs_count_each_other_until_they_end_or_fall_silent(tmp_path: Path) -> None:
    clock = Moment()
    first, second = (book(tmp_path / "pace.db", run, clock) for run in "ab")
    assert first.of(TENANT).runs() == 1
    assert (second.of(TENANT).runs(), first.of(TENANT).runs(), first.of(OTHER).runs()) == (2, 2, 1)
    second.close()
    assert first.of(TENANT).runs() == 1
    killed = book(tmp_path / "pace.db", "c", clock)
    assert killed.of(TENANT).runs() == 2
    clock.now += ALIVE_SECONDS + 1
    assert first.of(TENANT).runs() == 1
    first.close()


def test_a_run_that_was_killed_on_this_machine_takes_no_part_any_more(tmp_path: Path) -> None:
    clock = Moment()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    killed = book(tmp_path / "pace.db", "killed", clock, pid=gone.pid)
    there = book(tmp_path / "pace.db", "there", clock, pid=os.getppid())
    with book(tmp_path / "pace.db", "next", clock) as going_on:
        assert killed.of(TENANT).runs() == 1
        assert going_on.of(TENANT).runs() == 1
        there.of(TENANT).runs()
        assert going_on.of(TENANT).runs() == 2


def test_the_rate_that_a_run_came_to_is_kept_apart_from_limits(tmp_path: Path) -> None:
    clock = Moment()
    with book(tmp_path / "pace.db", "a", clock) as first:
        first.of(TENANT).reach("pim", 38.0)
    with book(tmp_path / "pace.db", "b", clock) as second:
        assert second.of(TENANT).reached() == {"pim": 38.0}
        assert (second.of(TENANT).limits(), second.of(OTHER).reached()) == ({}, {})


@pytest.mark.parametrize("trouble", ["damaged", "a folder", "of another shape"])
def test_a_file_that_cannot_be_used_is_told_of_once_and_stops_nothing(tmp_path: Path, trouble: str) -> None:
    path = tmp_path / "pace.db"
    if trouble == "damaged":
        path.write_bytes(b"no database at all" * 100)
    elif trouble == "a folder":
        path.mkdir()
    else:
        import sqlite3

        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE limits (something TEXT)")
        connection.close()
    told: list[str] = []
    with book(path, "a", Moment(), told) as broken:
        paces = broken.of(TENANT)
        for _ in range(2):
            paces.learn("pim", 3.0)
            assert (paces.limits(), paces.runs()) == ({}, 1)
    assert len(told) == 1
    assert "pace.db" in told[0]


def test_no_folder_is_made_for_it(tmp_path: Path) -> None:
    told: list[str] = []
    with book(tmp_path / "state" / "pace.db", "a", Moment(), told) as early:
        assert early.of(TENANT).runs() == 1
        assert not (tmp_path / "state").exists()
        (tmp_path / "state").mkdir()
        early.of(TENANT).learn("pim", 3.0)
        assert early.of(TENANT).limits() == {"pim": 3.0}
    assert told == []
