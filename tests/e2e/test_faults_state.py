"""The disk fills up, or somebody presses Ctrl-C: nothing is lost, and the next run carries on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hurry import Hurry
from prepared_wave import Wave, states
from wave_fixtures import prepared, wave

from migrate.replay import crash_points
from migrate.store.journal import Journal
from migrate.store.trouble import state_error

__all__ = ["prepared", "wave"]


@pytest.fixture
def at() -> Iterator[Callable[[str, int, Callable[[], None]], None]]:
    """Does something when a named point is reached for the n-th time."""

    def arrange(name: str, number: int, act: Callable[[], None]) -> None:
        reached: list[str] = []

        def on_reach(point: str) -> None:
            reached.append(point)
            if point == name and reached.count(name) == number:
                act()

        crash_points.on_reach = on_reach

    yield arrange
    crash_points.on_reach = None


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, bool]:
    """``disk["full"] = True`` lets the database take no more entries."""
    full = {"full": False}
    write = Journal._write

    def limited(self: Journal, drafts: Any) -> Any:
        if full["full"]:
            raise state_error("state_full", self._db.path)
        return write(self, drafts)

    monkeypatch.setattr(Journal, "_write", limited)
    return full


@pytest.mark.parametrize("number", [1, 3])
def test_disk_full_at_begin_sends_nothing_more(wave: Wave, at: Any, disk: Any, number: int) -> None:
    at("before_begin", number, lambda: disk.update(full=True))
    done = wave.apply()
    assert (done.code, done.error["code"]) == (20, "state_full")
    if number == 1:
        assert wave.writes() == []
    disk.update(full=False)
    assert wave.apply().code == 0
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1


@pytest.mark.parametrize("point", ["after_send", "before_end"])
def test_disk_full_at_end_keeps_the_outcome(wave: Wave, at: Any, disk: Any, point: str) -> None:
    at(point, 1, lambda: disk.update(full=True))
    done = wave.apply()
    assert (done.code, done.error["code"]) == (20, "state_full")
    (emergency,) = (wave.cli.folder / "state").glob("*/journal-emergency.jsonl")
    assert emergency.read_text(encoding="utf-8").count("\n") >= 1
    sent = len(wave.writes())
    assert sent < 6
    disk.update(full=False)
    again = wave.apply()
    assert again.code == 0, again.out + again.err
    assert not emergency.exists()
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1


@pytest.mark.parametrize("point", ["before_begin", "after_send", "before_remove_begin", "after_remove_send"])
def test_a_database_that_cannot_grow(
    wave: Wave, at: Any, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """SQLite itself says that it is full, at whichever entry that comes to be."""
    full: list[bool] = []
    write = Journal._write

    def limited(self: Journal, drafts: Any) -> Any:
        if full:
            # In the thread that writes, on its own connection: the limit is the connection's.
            pages = self._db.value("PRAGMA page_count")
            self._db.value(f"PRAGMA max_page_count = {pages}")
        return write(self, drafts)

    monkeypatch.setattr(Journal, "_write", limited)
    run = wave.apply
    if "remove" in point:
        assert wave.apply().code == 0
        run = wave.rollback
    at(point, 1, lambda: full.append(True))
    done = run()
    crash_points.on_reach = None
    full.clear()
    assert done.code in (0, 20)
    assert run().code == 0
    assert wave.is_applied if run == wave.apply else wave.is_as_before
    assert max(wave.effects_per_write().values()) == 1


@pytest.mark.parametrize(
    ("point", "number"),
    [
        ("after_begin", signal.SIGINT),
        ("after_send", signal.SIGINT),
        ("before_end", signal.SIGINT),
        ("before_settle", signal.SIGINT),
        ("after_send", signal.SIGTERM),
        ("before_settle", signal.SIGTERM),
    ],
)
def test_ctrl_c_during_apply(wave: Wave, at: Any, point: str, number: signal.Signals) -> None:
    """Or a polite kill, as service managers and Windows' Ctrl-Break send it."""
    wave.fault("status", on="group", status=504, times=2)
    at(point, 1, lambda: signal.raise_signal(number))
    done = wave.apply()
    assert done.code == 130
    assert done.error["code"] == "interrupted"
    assert "again" in done.error["hint"]
    crash_points.on_reach = None
    again = wave.apply()
    assert again.code == 0, again.out + again.err
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1


@pytest.mark.parametrize("point", ["after_remove_begin", "after_remove_send", "before_remove_end"])
def test_ctrl_c_during_rollback(wave: Wave, at: Any, point: str) -> None:
    assert wave.apply().code == 0
    at(point, 1, lambda: signal.raise_signal(signal.SIGINT))
    assert wave.rollback().code == 130
    crash_points.on_reach = None
    assert wave.rollback().code == 0
    assert wave.is_as_before


def test_a_second_ctrl_c_leaves_at_once_and_is_safe(wave: Wave) -> None:
    """The second comes once the first was taken in, while requests are still under way."""
    pressed: list[str] = []

    def on_reach(point: str) -> None:
        if (point, len(pressed)) in (("after_begin", 0), ("after_send", 1)):
            pressed.append(point)
            signal.raise_signal(signal.SIGINT)

    crash_points.on_reach = on_reach
    done = wave.apply()
    crash_points.on_reach = None
    assert done.code == 130
    assert len(pressed) == 2
    again = wave.apply()
    assert again.code == 0, again.out + again.err
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1


def test_ctrl_c_in_a_long_pause_ends_the_run(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    """Graph wants a minute's pause again and again; Ctrl-C is pressed as soon as the first has begun."""
    for kind in ("role", "group"):
        wave.fault("status", on=kind, status=429, retry_after=60, times=99)
    hurried, pauses = Hurry.sleep, list[float]()

    async def press(self: Hurry, seconds: float) -> None:
        if seconds > 30:
            pauses.append(seconds)
            if len(pauses) == 1:
                signal.raise_signal(signal.SIGINT)
        await hurried(self, seconds)

    with monkeypatch.context() as patch:
        patch.setattr(Hurry, "sleep", press)
        done = wave.apply()
    assert pauses and done.code == 130
    assert set(states(done).values()) == {"planned"}
    wave.lab.clear_faults()
    again = wave.apply()
    assert again.code == 0
    assert set(states(again).values()) == {"done"}
    assert wave.is_applied
