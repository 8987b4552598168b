"""A plan carried out in parts: up to a batch, single writes, with pauses, and gone on with unnamed."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from prepared_wave import PLAN, Wave, states
from wave_fixtures import prepared, wave

from migrate.cli import pausing
from migrate.lab.seed.tenants import FABRIKAM
from migrate.replay import crash_points

__all__ = ["prepared", "wave"]
TYPED = f"{FABRIKAM.domain}\n"


def _apply(wave: Wave, more: str) -> Any:
    return wave.cli(f"apply {more} --json {wave.prepared.pair.confirmed}")


def _batches(wave: Wave, *numbers: int) -> set[str]:
    return {item["id"] for item in wave.items() if item["batch"] in numbers}


def _standing(wave: Wave) -> set[str]:
    return {line["id"] for line in wave.verify().of_type("write") if line["state"] == "match"}


def test_up_to_a_batch_and_on_from_there(wave: Wave) -> None:
    done = _apply(wave, f"{PLAN} --until 1")
    assert (done.code, done.summary["left"]) == (3, 4)
    assert set(states(done)) == _batches(wave, 1) == _standing(wave)
    done = _apply(wave, f"{PLAN} --until 2")
    assert (done.code, done.summary["left"]) == (3, 2)
    assert _standing(wave) == _batches(wave, 1, 2)
    told = wave.cli(f"apply {PLAN} --until 2 {wave.prepared.pair.confirmed}")
    assert told.code == 3
    assert "2 writes are left for later, from batch 3 on" in told.out
    assert f"next: pim-migrate apply {PLAN}\n" in told.out
    assert _apply(wave, f"{PLAN} --until 3").code == 0, "the last batch is the whole"
    assert wave.is_applied
    assert max(wave.effects_per_write().values()) == 1


def test_single_writes(wave: Wave) -> None:
    first, second, *others = sorted(item["id"] for item in wave.items())
    done = _apply(wave, f"{PLAN} --only {second},{others[-1]} --only {second}")
    assert (done.code, done.summary["left"]) == (3, len(others))
    assert _standing(wave) == {second, others[-1]}
    assert _apply(wave, f"{PLAN} --only {first}").code == 3
    assert wave.apply().code == 0
    assert wave.is_applied
    assert wave.rollback().code == 0
    assert wave.is_as_before


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", "apply_plan"),
        (f"{PLAN} --resume", "apply_plan"),
        (f"{PLAN} --until 1 --only {PLAN}.00001", "apply_selection"),
        (f"{PLAN} --until 9", "unknown_batch"),
        (f"{PLAN} --only {PLAN}.00099", "unknown_write"),
        (f"{PLAN} --pause never", "pause_invalid"),
        (f"{PLAN} --pause -1", "pause_invalid"),
        (f"{PLAN} --pause nan", "pause_invalid"),
        (f"{PLAN} --pause ask", "pause_nobody"),
    ],
)
def test_what_makes_no_sense_is_refused(wave: Wave, more: str, code: str) -> None:
    done = _apply(wave, more)
    assert (done.code, done.error["code"]) == (2, code)
    assert wave.is_as_before


def test_what_an_earlier_run_left_open_is_settled_whatever_is_asked_for(wave: Wave) -> None:
    wave.fault("never_provision", on="role")
    assert wave.apply().code == 15
    (open_,) = (line["id"] for line in wave.cli("doubt --json").of_type("write"))
    other = next(item["id"] for item in wave.items() if item["id"] != open_)
    assert states(_apply(wave, f"{PLAN} --only {other}"))[open_] == "in_doubt"


def test_resume_finds_the_plan_that_is_under_way(wave: Wave) -> None:
    assert _apply(wave, "--resume").error["code"] == "nothing_to_resume"
    assert _apply(wave, f"{PLAN} --until 1").code == 3
    assert wave.cli("plan all --json").code == 0
    done = _apply(wave, "--resume")
    assert (done.code, done.summary["plan"]) == (0, PLAN), "a newer plan that nobody began is not under way"
    assert wave.is_applied
    assert _apply(wave, "--resume").error["code"] == "nothing_to_resume"
    assert wave.rollback("all --batch 2").code == 0
    assert _apply(wave, "--resume").error["code"] == "nothing_to_resume", "what was taken back stays so"


def test_resume_after_ctrl_c(wave: Wave) -> None:
    crash_points.on_reach = lambda point: (
        signal.raise_signal(signal.SIGINT) if point == "after_send" else None
    )
    assert wave.apply().code == 130
    crash_points.on_reach = None
    assert _apply(wave, "--resume").code == 0
    assert wave.is_applied


def test_a_pause_of_seconds(wave: Wave) -> None:
    done = _apply(wave, f"{PLAN} --pause 90")
    assert done.code == 0
    pauses = [(one["after_batch"], one["next_batch"], one["seconds"]) for one in done.of_type("pause")]
    assert pauses == [(1, 2, 90.0), (2, 3, 90.0)]
    assert wave.is_applied


def test_ctrl_c_during_a_pause(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    of = pausing.Pause.of

    def pressed(self: pausing.Pause, run: Any, screen: Any) -> Any:
        between = of(self, run, screen)

        async def both(done: int, following: int) -> None:
            signal.raise_signal(signal.SIGINT)
            await between(done, following)

        return both

    monkeypatch.setattr(pausing.Pause, "of", pressed)
    done = _apply(wave, f"{PLAN} --pause 600")
    assert (done.code, done.error["code"]) == (130, "interrupted")
    assert _standing(wave) == _batches(wave, 1)
    monkeypatch.undo()
    assert wave.apply().code == 0


def test_a_person_is_asked_between_two_batches(wave: Wave) -> None:
    done = wave.cli(f"apply {PLAN} --pause ask", typed=f"{TYPED}y\nno\n")
    assert done.code == 3
    assert done.err.count("Go on with batch") == 2
    assert "2 writes are left for later, from batch 3 on" in done.out
    assert _standing(wave) == _batches(wave, 1, 2)
    done = wave.cli(f"apply {PLAN} --pause ask", typed=TYPED)
    assert (done.code, wave.is_applied) == (0, True), "one batch is left: there is nothing to ask"


def test_nobody_answers(wave: Wave) -> None:
    done = wave.cli(f"apply {PLAN} --pause ask", typed=TYPED)
    assert done.code == 3, "the end of the input is no yes"
    assert _standing(wave) == _batches(wave, 1)


def test_ctrl_c_at_the_question(wave: Wave, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = pausing._ask

    def pressed(run: Any, screen: Any, done: int, following: int) -> None:
        read = pausing.sys.stdin.readline
        monkeypatch.setattr(
            pausing.sys.stdin, "readline", lambda: signal.raise_signal(signal.SIGINT) or read()
        )
        ask(run, screen, done, following)

    monkeypatch.setattr(pausing, "_ask", pressed)
    done = wave.cli(f"apply {PLAN} --pause ask", typed=f"{TYPED}y\n")
    assert done.code == 130
    assert "run the same command again" in done.err
    assert _standing(wave) == _batches(wave, 1)
