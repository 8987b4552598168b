"""A lane against a simulated tenant: whatever its limit, it is found, kept to and used."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.graphapi.lane_start import STARTS
from migrate.graphapi.pace import LanePace
from migrate.kinds.request import Lane

SETTINGS = settings(max_examples=15)
TOLD_FROM = 0.8


@dataclass
class SimulatedTenant:
    """A bucket that fills with what is asked, refused or not, and flows off at the tenant's rate."""

    rate: float
    quota: float
    tells: bool
    level: float = 0.0
    seen: float = 0.0
    refused: int = 0
    passed: int = 0

    def ask(self, now: float, units: float) -> tuple[bool, float | None, float]:
        """Whether it was let through, the told part of the limit, and how long to wait."""
        self.level = max(0.0, self.level - (now - self.seen) * self.rate)
        self.seen = now
        fits = self.level + units <= self.quota
        self.level = min(self.level + units, 1.8 * self.quota)
        self.passed += fits
        self.refused += not fits
        used = self.level / self.quota
        # As Graph does, in whole seconds: waiting as told is enough.
        wait = float(ceil((self.level + units - self.quota) / self.rate)) if not fits else 0.0
        return fits, used if self.tells and used > TOLD_FROM else None, wait


def run(
    pace: LanePace, tenant: SimulatedTenant, seconds: float, units: float, start: float = 0.0
) -> tuple[LanePace, float]:
    """Sends without a break; each answer comes at once. The pace at the end, and units let through."""
    now, through = start, 0.0
    while now < start + seconds:
        now += pace.wait(now, units)
        pace = pace.take(now, units)
        fits, used, wait = tenant.ask(now, units)
        if fits:
            through += units
            pace = pace.succeeded(now, now, used, units)
        else:
            pace = pace.throttled(now, now, wait)
        now += 0.001
    return pace, through


@pytest.mark.parametrize("rate", [350.0, 500.0, 800.0])
@pytest.mark.parametrize("units", [1, 5])
def test_a_directory_of_any_size_is_used_and_hardly_ever_refuses(rate: float, units: int) -> None:
    tenant = SimulatedTenant(rate, rate * 10, tells=True)
    pace = STARTS[Lane.DIRECTORY].pace(0.0, None)
    _, through = run(pace, tenant, 60.0, float(units))
    assert tenant.refused <= 0.01 * (tenant.passed + tenant.refused)
    assert through >= rate * 60.0 * 0.95


@SETTINGS
@given(st.floats(5.0, 30.0), st.floats(2.0, 5.0))
def test_a_silent_lane_that_was_learned_is_used_and_hardly_ever_refuses(rate: float, window: float) -> None:
    tenant = SimulatedTenant(rate, rate * window, tells=False)
    first, _ = run(STARTS[Lane.PIM].pace(0.0, None), tenant, 120.0, 1.0)
    if first.limit is None:  # never met: then nothing was to be learned
        assert tenant.refused == 0
        return
    again = SimulatedTenant(rate, rate * window, tells=False)
    pace = STARTS[Lane.PIM].pace(0.0, None).learned(0.0, first.limit)
    _, through = run(pace, again, 60.0, 1.0)
    assert again.refused <= 0.01 * (again.passed + again.refused) + 2
    assert through >= rate * 60.0 * 0.85
