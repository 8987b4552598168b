"""Parallel entries share one commit, and each keeps what the journal promises of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from migrate.errors import StateError
from migrate.store.database import Database, open_state
from migrate.store.journal import Journal, Kept
from migrate.store.journal_entries import Draft, Entry
from migrate.store.journal_group import GroupCommit
from migrate.store.trouble import state_error


def now() -> datetime:
    return datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    open_state(tmp_path / "engagement.db", create=True).close()
    return tmp_path / "engagement.db"


def written(path: Path) -> list[str]:
    with Database(path) as db:
        journal = Journal(db, now)
        journal.verify_chain()
        return [entry.write_id or "" for entry in journal.entries()]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the commits, as they come."""
    sizes: list[int] = []
    write = Journal._write

    def counting(self: Journal, drafts: Sequence[Draft]) -> list[Entry]:
        sizes.append(len(drafts))
        return write(self, drafts)

    monkeypatch.setattr(Journal, "_write", counting)
    return sizes


def full(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(self: Journal, drafts: Sequence[Draft]) -> list[Entry]:
        raise state_error("state_full", self.path)

    monkeypatch.setattr(Journal, "_write", refusing)


async def test_parallel_appends_share_a_commit_and_each_is_on_disk_when_it_returns(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = counted(monkeypatch)

    async def one(group: GroupCommit, name: str) -> None:
        entry = await group.append(Draft("begin", write_id=name))
        assert entry.write_id == name
        assert name in written(path)

    async with GroupCommit(path, now) as group:
        await asyncio.gather(*(one(group, str(number)) for number in range(6)))
    assert sizes == [6]
    assert written(path) == [str(number) for number in range(6)]


async def test_an_outcome_stands_before_any_later_begin(path: Path) -> None:
    kept: list[Kept] = []
    async with GroupCommit(path, now) as group:
        group.outcome(Draft("end", write_id="first"), kept.append)
        await group.append(Draft("begin", write_id="second"))
        assert written(path) == ["first", "second"]
    assert [one.entry.write_id for one in kept if one.entry] == ["first"]


async def test_what_is_told_comes_after_what_it_tells_of_is_on_disk(path: Path) -> None:
    told: list[list[str]] = []
    async with GroupCommit(path, now) as group:
        group.when_on_disk(lambda: told.append(written(path)))
        group.outcome(Draft("end", write_id="first"), lambda _kept: None)
        group.when_on_disk(lambda: told.append(written(path)))
        assert told == [[]]
        await group.on_disk()
    assert told == [[], ["first"]]


async def test_a_full_disk_begins_nothing_and_keeps_every_outcome(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch)
    kept: list[Kept] = []
    async with GroupCommit(path, now) as group:
        group.outcome(Draft("end", write_id="first"), kept.append)
        with pytest.raises(StateError) as refused:
            await group.append(Draft("begin", write_id="second"))
        await group.on_disk()
    assert refused.value.code == "state_full"
    assert [one.emergency_file is not None for one in kept] == [True]
    monkeypatch.undo()
    assert written(path) == []
    with Database(path) as db:
        assert Journal(db, now).recover_emergency().folded == 1
    assert written(path) == ["first"]


async def test_an_outcome_that_can_be_kept_nowhere_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch)
    path.with_name("journal-emergency.jsonl").mkdir()
    with pytest.raises(StateError) as refused:
        async with GroupCommit(path, now) as group:
            group.outcome(Draft("end", write_id="first"), lambda _kept: None)
            await group.on_disk()
    assert refused.value.code == "outcome_unrecorded"
    assert "first" in refused.value.message


async def test_what_nobody_could_keep_is_not_told_as_done_and_nothing_begins_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch)
    emergency = path.with_name("journal-emergency.jsonl")
    emergency.mkdir()
    told: list[str] = []
    with pytest.raises(StateError):
        async with GroupCommit(path, now) as group:
            group.outcome(Draft("end", write_id="first"), lambda _kept: None)
            group.when_on_disk(lambda: told.append("first is done"))
            with pytest.raises(StateError):
                await group.on_disk()
            # The disk has room again; what is lost is lost.
            monkeypatch.undo()
            emergency.rmdir()
            with pytest.raises(StateError) as refused:
                await group.append(Draft("begin", write_id="second"))
            assert refused.value.code == "outcome_unrecorded"
    assert told == []
    assert written(path) == []


async def test_what_whoever_leaves_at_once_could_not_keep_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(monkeypatch)
    path.with_name("journal-emergency.jsonl").mkdir()

    async def leaving() -> None:
        async with GroupCommit(path, now) as group:
            group.outcome(Draft("end", write_id="first"), lambda _kept: None)
            raise asyncio.CancelledError

    loop = asyncio.get_running_loop()
    task = loop.create_task(leaving())
    loop.call_soon(task.cancel)
    with pytest.raises(StateError) as refused:
        await task
    assert "first" in refused.value.message


async def test_whoever_leaves_at_once_leaves_no_outcome_behind(path: Path) -> None:
    async def leaving() -> None:
        async with GroupCommit(path, now) as group:
            group.outcome(Draft("end", write_id="first"), lambda _kept: None)
            await asyncio.sleep(0)
            group.outcome(Draft("end", write_id="second"), lambda _kept: None)
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await leaving()
    assert written(path) == ["first", "second"]
