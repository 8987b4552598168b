"""Several waves, taken back at once: the last first, only ours, and resumable at any moment."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from command_line import CommandLine, Json, Pair

from migrate.lab.seed.tenants import FABRIKAM
from migrate.replay import crash_points

WAVES = """\
[waves.canary]
count = 2
batch_size = 1
[waves.rest]
batch_size = 2
"""
EVERYTHING = "rollback --everything"


@pytest.fixture
def two_waves(ready: CommandLine, small_lab: Pair) -> Iterator[CommandLine]:
    """Two waves that stand, the second in two runs."""
    folder = ready.folder / "mappings"
    folder.mkdir(exist_ok=True)
    (folder / "waves.toml").write_text(WAVES, encoding="utf-8")
    for command in ("plan canary", "plan rest"):
        assert ready(f"{command} --json").code == 0
    confirmed = f"{small_lab.confirmed} --json"
    assert ready(f"apply canary-1 {confirmed}").code == 0
    assert ready(f"apply rest-1 --until 1 {confirmed}").code == 3
    assert ready(f"apply --resume {confirmed}").code == 0
    yield ready
    crash_points.on_reach = None


@pytest.fixture
def before(small_lab: Pair) -> Json:
    """The target as it was loaded: this fixture comes before the waves."""
    small_lab.fresh()
    return small_lab.dumps()[1]


def _removed(pair: Pair) -> list[str]:
    """The write ids of the removals that took effect, in their order."""
    return [
        entry["body"]["justification"].split()[-1]
        for entry in pair.lab.log(pair.target_id)
        if entry["effect"] and (entry["body"] or {}).get("action") == "adminRemove"
    ]


def test_the_last_wave_goes_first_and_nothing_of_ours_stays(
    before: Json, two_waves: CommandLine, small_lab: Pair
) -> None:
    done = two_waves(f"{EVERYTHING} {small_lab.confirmed} --json")
    assert (done.code, done.summary["wave"]) == (0, "everything")
    assert set(done.summary["states"]) == {"done"}
    removed = [one.split("-")[0] for one in _removed(small_lab)]
    assert len(removed) == 6
    assert removed == sorted(removed, reverse=True), "rest before canary"
    assert small_lab.dumps()[1] == before
    for wave in ("canary", "rest"):
        assert two_waves(f"verify {wave} --json").code == 0, "absence is right in every wave"
    assert two_waves("log verify --json").code == 0
    again = two_waves(f"{EVERYTHING} {small_lab.confirmed}")
    assert again.code == 0
    assert "nothing to take back" in again.out
    assert "next: pim-migrate verify canary, then verify rest" in again.out
    runs = [(run["verb"], run["wave"], run["outcome"]) for run in two_waves("status --json").of_type("run")]
    assert runs[-1] == ("rollback", "everything", "done")


def test_it_is_shown_and_asked_for(two_waves: CommandLine, small_lab: Pair) -> None:
    stands = small_lab.dumps()[1]
    refused = two_waves(EVERYTHING, typed="no\n")
    assert refused.code == 17
    assert "rollback of 6 writes, newest first" in refused.out
    assert refused.out.index("rest-1.") < refused.out.index("canary-1.")
    assert two_waves(f"{EVERYTHING} --yes").code == 2
    assert small_lab.dumps()[1] == stands
    assert two_waves(EVERYTHING, typed=f"{FABRIKAM.domain}\n").code == 0


def test_stopped_half_way_it_goes_on(before: Json, two_waves: CommandLine, small_lab: Pair) -> None:
    reached: list[str] = []

    def on_reach(point: str) -> None:
        reached.append(point)
        if reached.count("after_remove_end") == 2:
            crash_points.on_reach = None
            signal.raise_signal(signal.SIGTERM)

    crash_points.on_reach = on_reach
    stopped = two_waves(f"{EVERYTHING} {small_lab.confirmed} --json")
    assert stopped.code == 130
    assert all(one.startswith("rest-1") for one in _removed(small_lab)), "what was done first still stands"
    assert two_waves("verify canary --json").code == 0
    done = two_waves(f"{EVERYTHING} {small_lab.confirmed} --json")
    assert done.code == 0
    assert small_lab.dumps()[1] == before
    assert len(_removed(small_lab)) == len(set(_removed(small_lab))) == 6


def test_a_part_and_then_the_rest(before: Json, two_waves: CommandLine, small_lab: Pair) -> None:
    one = two_waves(f"rollback canary --write canary-1.00002 {small_lab.confirmed} --json")
    assert [line["id"] for line in one.of_type("write")] == ["canary-1.00002"]
    batch = two_waves(f"rollback rest --batch 1 {small_lab.confirmed} --json")
    assert (batch.code, batch.summary["states"]) == (0, {"done": 2})
    done = two_waves(f"{EVERYTHING} {small_lab.confirmed} --json")
    assert (done.code, done.summary["states"]) == (0, {"done": 3})
    assert small_lab.dumps()[1] == before
