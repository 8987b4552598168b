"""How long a refused lane still pauses can be asked without waiting it out."""

from __future__ import annotations

from graphapi_fakes import FakeTime

from migrate.graphapi.pacer import Pacer
from migrate.kinds.request import Lane


def test_a_lane_is_held_until_its_pause_is_over_and_others_are_not() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    assert pacer.held_for(Lane.PIM) == 0
    pacer.throttled(Lane.PIM, time.clock(), 30.0)
    assert pacer.held_for(Lane.PIM) == 30
    assert pacer.held_for(Lane.DIRECTORY) == 0
    time.now += 31
    assert pacer.held_for(Lane.PIM) == 0
