"""Verify tells what stands where a wave writes and no plan put there, and calls no write wrong for it."""

from __future__ import annotations

from typing import Any

from prepared_wave import Wave, book_of, schedule_of, states
from wave_fixtures import prepared, wave

__all__ = ["prepared", "wave"]


def _made_by_somebody(wave: Wave, item: dict[str, Any]) -> None:
    """The same right for somebody else of the wave."""
    who = wave.item("role", isBuiltInRole=item["target"].get("isBuiltInRole") is not True)
    other = who["target"]["principalId"]
    assert other != item["target"]["principalId"]
    wave.change(op="create", kind=book_of(item), object=schedule_of(item, principalId=other))


def test_what_somebody_made_since_is_foreign(wave: Wave) -> None:
    assert wave.apply().code == 0
    for kind in ("role", "group"):
        _made_by_somebody(wave, wave.item(kind))
    done = wave.verify()
    assert done.code == 4
    assert done.summary["states"] == {"foreign": 2, "match": len(wave.items())}, "no write is wrong for it"
    found = [line for line in done.of_type("write") if line["state"] == "foreign"]
    assert all(line["action"] == "none" and line["id"] and "no plan" in line["reason"] for line in found)
    told = wave.cli("verify all")
    assert told.code == 4
    assert "foreign" in told.out and "whether they may is for you to say" in told.err


def test_what_was_there_when_the_plan_was_made_is_not(wave: Wave) -> None:
    _made_by_somebody(wave, wave.item("role"))
    for command in ("snapshot target", "resolve", "plan all"):
        done = wave.cli(f"{command} --json")
        assert done.code in (0, 3), done.out
    assert wave.apply("all-2").code == 0
    verified = wave.verify()
    assert (verified.code, set(states(verified).values())) == (0, {"match"})


def test_after_a_rollback_what_is_left_of_others_shows(wave: Wave) -> None:
    assert wave.apply().code == 0
    _made_by_somebody(wave, wave.item("role"))
    assert wave.rollback().code == 0
    done = wave.verify()
    assert done.code == 4
    assert set(states(done).values()) == {"match", "foreign"}
