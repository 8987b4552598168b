"""The arithmetic of pacing one lane: pure, given the time, never asking for it.

A token bucket whose rate is found by trial. Where Graph tells how much of a limit is used (the directory,
from 0.8 on), the rate follows what it tells, and nothing need be refused. Where it tells nothing (PIM,
conditional access) only a refusal shows the limit: it is remembered, and the rate stays just below it and
feels its way up slowly. Times and waits are seconds on one monotonic clock; rates are units a second, where
a unit is a resource unit in the directory's lane and a request in any other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

_TOLERANCE = 1e-6
"""A wait below a microsecond is none: a clock need not move at all for it."""
_LONGEST_UNASKED_PAUSE = 60.0
NEAR_THE_LIMIT = 0.8
"""From here on Graph sends x-ms-throttle-limit-percentage."""
_EASING = 0.8
_AIM = 0.9
"""So much of its limit a lane wants to use: enough is left for what is under way."""
_WARNED = 1.1
_STEEPEST = 0.3
"""So far the rate falls, as a part of the limit, however much of it Graph says is used."""
_EASE_EVERY = 1.0
_FIRST_GROWTH = 0.25
"""By so much a second the rate of a lane grows that never met its limit."""
_JUST_BELOW = 0.97
_STEP_BACK = 0.8
_PROBING = 0.002
"""By so much of the limit a second the rate grows beyond a limit that only refusals tell of."""
_PROBING_TOLD = 0.3
"""The same where Graph warns before it refuses."""
_LEAST_STRETCH = 2.0
"""Seconds between two meetings with the limit from which it can be reckoned."""
_AFTER_LIMIT = 0.1
"""Seconds of the limit that may leave at once after the limit was met."""


@dataclass(frozen=True)
class LanePace:
    """One lane at one moment; each event gives the next state.

    ``allowance`` is how many units might have left at ``counted_at``; below 0 when a request cost more than
    was there. ``share`` is how many runs use the tenant at this moment: each takes its part of the rate.
    ``limit`` is the rate that the tenant is believed to sustain. ``cut_at`` is when the rate was last halved:
    refusals of requests sent up to then belong to the same volley and do not halve again. ``throttled_since``
    is when the first refusal came of those that no success has followed. ``passed`` counts the units that
    Graph counted since it last showed its limit, at ``met_at``.
    """

    rate: float
    ceiling: float
    floor: float
    burst: float
    growth: float
    allowance: float
    counted_at: float
    first_pause: float = 1.0
    limit: float | None = None
    told: bool = False
    """Whether Graph warns in this lane before it refuses."""
    share: int = 1
    paused_until: float = -inf
    refusals: int = 0
    cut_at: float = -inf
    eased_at: float = -inf
    throttled_since: float | None = None
    met_at: float = -inf
    passed: float = 0.0

    @property
    def tried(self) -> bool:
        """Whether Graph has shown a limit yet, in this run or an earlier one that told."""
        return self.cut_at > -inf or self.eased_at > -inf

    @property
    def per_second(self) -> float:
        """Units a second that this run may send now."""
        return self.rate / self.share

    def wait(self, now: float, units: float = 1.0) -> float:
        """Seconds until a request of so many units may leave; 0 when it may leave now.

        One that costs more than ever gathers leaves when all has gathered, and is paid for afterwards.
        """
        pause = self.paused_until - now
        missing = (min(units, self.burst) - self._allowance(now)) / self.per_second
        wait = max(pause, missing)
        return wait if wait > _TOLERANCE else 0.0

    def take(self, now: float, units: float = 1.0) -> LanePace:
        """A request leaves, at a moment when ``wait`` was 0."""
        return replace(self, allowance=self._allowance(now) - units, counted_at=max(now, self.counted_at))

    def settled(self, more: float) -> LanePace:
        """What left has cost ``more`` units (or fewer, below 0) than was thought."""
        return replace(self, allowance=min(self.burst, self.allowance - more))

    def succeeded(
        self, now: float, sent_at: float, used: float | None = None, units: float = 1.0
    ) -> LanePace:
        """An answer that is no refusal. ``used`` is the part of its limit that Graph says is used up."""
        calm = replace(self, throttled_since=None, passed=self.passed + units)
        if sent_at > self.cut_at:
            calm = replace(calm, refusals=0)
        if used is not None and used >= NEAR_THE_LIMIT:
            return calm._eased(now, sent_at, used)
        return calm._at(now, min(self.ceiling, self.rate + self._step() * units / self.rate))

    def throttled(
        self, now: float, sent_at: float, retry_after: float | None, units: float = 1.0
    ) -> LanePace:
        """A 429: pause as long as asked, or longer each time when Graph does not say how long.

        What was refused counts against the limit as well.
        """
        volley = sent_at <= self.cut_at
        refusals = max(1, self.refusals + (0 if volley else 1))
        unasked = min(_LONGEST_UNASKED_PAUSE, self.first_pause * 2.0 ** min(refusals - 1, 30))
        pause = retry_after if retry_after else unasked
        until = max(self.paused_until, now + pause)
        since = now if self.throttled_since is None else self.throttled_since
        # Refused again at once: the bucket is still full, which says nothing new about the limit.
        soon = self.limit is not None and now - self.met_at < _LEAST_STRETCH
        spent = replace(self, passed=self.passed + units)
        met = spent if volley or soon else spent._met(now, spent._limit_by_refusal(now))
        return replace(
            met,
            rate=self.rate if volley else self._after_refusal(met.limit),
            allowance=min(1.0, met.burst),
            counted_at=max(until, self.counted_at),
            paused_until=until,
            refusals=refusals,
            cut_at=self.cut_at if volley else now,
            throttled_since=since,
        )

    def learned(self, now: float, limit: float) -> LanePace:
        """Another run, or an earlier one, found out what the tenant sustains."""
        limit = min(self.ceiling, max(self.floor, limit))
        return replace(self._at(now, max(self.floor, limit * _JUST_BELOW)), limit=limit)

    def resumed(self, now: float, reached: float) -> LanePace:
        """An earlier run came to this rate without meeting a limit: a lane whose limit nobody knows goes on a
        step below it, and not from the beginning."""
        return self._at(now, max(self.rate, min(self.ceiling, reached * _STEP_BACK)))

    def shared(self, now: float, runs: int) -> LanePace:
        """So many runs use the tenant now, this one included."""
        return replace(self._at(now, self.rate), share=max(1, runs))

    def starved_for(self, now: float) -> float:
        """Seconds that the lane will have gone without a success once its pause is over."""
        if self.throttled_since is None:
            return 0.0
        return max(now, self.paused_until) - self.throttled_since

    def _step(self) -> float:
        """Growth in units a second, for each second in which the rate is used up."""
        if self.limit is None:
            return self.growth if self.tried else max(self.growth, _FIRST_GROWTH * self.rate)
        below = self.limit * _JUST_BELOW - self.rate
        if below > 0:
            step = self.growth if self.tried else max(self.growth, _FIRST_GROWTH * self.rate)
            return min(step, max(below, _PROBING * self.limit))
        return (_PROBING_TOLD if self.told else _PROBING) * self.limit

    def _allowance(self, now: float) -> float:
        return min(self.burst, self.allowance + max(0.0, now - self.counted_at) * self.per_second)

    def _at(self, now: float, rate: float) -> LanePace:
        """Another rate from now on: what has gathered so far was gathered at the old one."""
        return replace(self, rate=rate, allowance=self._allowance(now), counted_at=max(now, self.counted_at))

    def _eased(self, now: float, sent_at: float, used: float) -> LanePace:
        """Never above the limit, and the further below it the nearer Graph says that it is."""
        if self.limit is None:
            if now - self.eased_at < _EASE_EVERY:
                return self
            return replace(self._at(now, max(self.floor, self.rate * _EASING)), eased_at=now)
        part = _WARNED if used < _AIM else max(_STEEPEST, 1.0 - (used - _AIM) / (1.0 - _AIM))
        met = self
        if now - self.eased_at >= _EASE_EVERY and sent_at > self.eased_at:
            met = replace(self._met(now, self._limit_by_warning(now)), eased_at=now)
        limit = self.limit if met.limit is None else met.limit
        return met._at(now, max(self.floor, min(self.rate, limit * part)))

    def _met(self, now: float, limit: float) -> LanePace:
        """Graph has shown its limit: from here on what it lets through can be counted."""
        burst = max(1.0, min(self.burst, limit * _AFTER_LIMIT))
        return replace(
            self, limit=limit, burst=burst, allowance=min(burst, self.allowance), met_at=now, passed=0.0
        )

    def _counted(self, now: float) -> float | None:
        """Between two meetings as much flowed off as went in: the limit itself, if the time was long enough
        and the lane was kept busy."""
        stretch = now - self.met_at
        if not _LEAST_STRETCH <= stretch < inf:
            return None
        return self.passed / stretch * self.share

    def _after_refusal(self, limit: float | None) -> float:
        """Half of the rate; less of a step back where the limit was known before and is only felt for."""
        known = 0.0 if limit is None or self.limit is None or self.told else min(limit, self.rate)
        return max(self.floor, self.rate / 2.0, known * _STEP_BACK)

    def _limit_by_refusal(self, now: float) -> float:
        counted = self._counted(now)
        # The rate went beyond the limit before the bucket was full, and while it recovered from the last
        # refusal less was sent than the limit: the truth lies between the two, nearer to what was counted.
        reached = self.rate if counted is None else (self.rate + 3.0 * min(self.rate, counted)) / 4.0
        return min(self.ceiling, max(self.floor, reached))

    def _limit_by_warning(self, now: float) -> float:
        counted = self._counted(now)
        limit = self.rate if self.limit is None else self.limit
        # A lane that had little to send counts too little: the belief moves by a tenth at most.
        near = limit if counted is None else min(limit * 1.1, max(limit * 0.9, counted))
        return min(self.ceiling, max(self.floor, near))
