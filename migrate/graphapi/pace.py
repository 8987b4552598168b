"""The arithmetic of pacing one lane: pure, given the time, never asking for it.

A token bucket whose rate is found by trial (additive increase, multiplicative decrease): PIM and its policies
publish no limit, and the directory's is counted in units that depend on each request. Times and waits are
seconds on one monotonic clock, rates are requests a second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

_TOLERANCE = 1e-6
"""A wait below a microsecond is none: a clock need not move at all for it."""
_LONGEST_UNASKED_PAUSE = 60.0
_NEAR_THE_LIMIT = 0.8
"""From here on Graph sends x-ms-throttle-limit-percentage."""
_EASING = 0.8
_FIRST_GROWTH = 0.25
"""By so much each success raises the rate of a lane that was never refused."""
_EASE_EVERY = 1.0


@dataclass(frozen=True)
class LanePace:
    """One lane at one moment; each event gives the next state.

    ``allowance`` is how many requests might have left at ``counted_at``. ``cut_at`` is when the rate was last
    halved: refusals of requests sent up to then belong to the same volley and do not halve again.
    ``throttled_since`` is when the first refusal came of those that no success has followed.
    """

    rate: float
    ceiling: float
    floor: float
    burst: float
    growth: float
    allowance: float
    counted_at: float
    first_pause: float = 1.0
    paused_until: float = -inf
    refusals: int = 0
    cut_at: float = -inf
    eased_at: float = -inf
    throttled_since: float | None = None

    def wait(self, now: float) -> float:
        """Seconds until one more request may leave; 0 when it may leave now."""
        pause = self.paused_until - now
        missing = (1.0 - self._allowance(now)) / self.rate
        wait = max(pause, missing)
        return wait if wait > _TOLERANCE else 0.0

    def take(self, now: float) -> LanePace:
        """One request leaves, at a moment when ``wait`` was 0."""
        return replace(self, allowance=self._allowance(now) - 1.0, counted_at=max(now, self.counted_at))

    def succeeded(self, now: float, sent_at: float, used: float | None = None) -> LanePace:
        """An answer that is no refusal. ``used`` is the part of its limit that Graph says is used up."""
        calm = replace(self, throttled_since=None)
        if sent_at > self.cut_at:
            calm = replace(calm, refusals=0)
        if used is not None and used >= _NEAR_THE_LIMIT:
            return calm._eased(now)
        # Until the first refusal the limit may be far away: the rate grows by a quarter a second.
        untried = self.cut_at == -inf and self.eased_at == -inf
        step = max(self.growth / self.rate, _FIRST_GROWTH) if untried else self.growth / self.rate
        return calm._at(now, min(self.ceiling, self.rate + step))

    def throttled(self, now: float, sent_at: float, retry_after: float | None) -> LanePace:
        """A 429: pause as long as asked, or longer each time when Graph does not say how long."""
        volley = sent_at <= self.cut_at
        refusals = max(1, self.refusals + (0 if volley else 1))
        unasked = min(_LONGEST_UNASKED_PAUSE, self.first_pause * 2.0 ** min(refusals - 1, 30))
        pause = retry_after if retry_after else unasked
        until = max(self.paused_until, now + pause)
        since = now if self.throttled_since is None else self.throttled_since
        return replace(
            self,
            rate=self.rate if volley else max(self.floor, self.rate / 2.0),
            allowance=min(1.0, self.burst),
            counted_at=max(until, self.counted_at),
            paused_until=until,
            refusals=refusals,
            cut_at=self.cut_at if volley else now,
            throttled_since=since,
        )

    def starved_for(self, now: float) -> float:
        """Seconds that the lane will have gone without a success once its pause is over."""
        if self.throttled_since is None:
            return 0.0
        return max(now, self.paused_until) - self.throttled_since

    def _allowance(self, now: float) -> float:
        return min(self.burst, self.allowance + max(0.0, now - self.counted_at) * self.rate)

    def _at(self, now: float, rate: float) -> LanePace:
        """Another rate from now on: what has gathered so far was gathered at the old one."""
        return replace(self, rate=rate, allowance=self._allowance(now), counted_at=max(now, self.counted_at))

    def _eased(self, now: float) -> LanePace:
        if now - self.eased_at < _EASE_EVERY:
            return self
        return replace(self._at(now, max(self.floor, self.rate * _EASING)), eased_at=now)
