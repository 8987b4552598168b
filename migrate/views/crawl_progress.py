"""A crawl as it goes: a moving line for people, events among the JSON lines for programs that watch."""

from __future__ import annotations

from collections.abc import Callable

from migrate.crawl.progress import Progress
from migrate.graphapi.session import Session
from migrate.views.progress import ProgressLine
from migrate.views.screen import Screen

EVERY = 1.0
"""Seconds between two JSON events of one tenant."""


class CrawlProgress:
    """``clock`` is monotonic seconds."""

    def __init__(self, screen: Screen, session: Session, clock: Callable[[], float]) -> None:
        self._screen = screen
        self._session = session
        self._clock = clock
        self._line = ProgressLine(quiet=screen.as_json, clock=clock)
        self._began = clock()
        self._told = self._began
        self._done = 0

    def tell(self, step: Progress) -> None:
        """Shows where things stand and about how long the rest takes, at the pace so far."""
        self._done += 1
        if self._screen.as_json:
            self._tell_programs(step)
        elif step.finished:
            self._line.end()
        else:
            text = f"{step.tenant}: {step.collection} {step.rows} rows, {step.pages} pages{self._use()}"
            self._line.tell(text, self._done, self._done + step.requests_left)

    def _use(self) -> str:
        """How much of its budget the busiest lane uses, and whether Graph has refused anything."""
        lanes = self._session.lanes()
        if not lanes:
            return ""
        spent = max(self._clock() - self._began, 1.0)
        busiest = max(lanes, key=lambda lane: lane.units / spent / (lane.limit or lane.per_second))
        budget = busiest.limit or busiest.per_second
        refused = sum(lane.refused for lane in lanes)
        told = f", {busiest.units / spent:.3g} of {budget:.3g} units a second ({busiest.lane.value})"
        return told + (f", {refused} refused" if refused else "")

    def _tell_programs(self, step: Progress) -> None:
        now = self._clock()
        if now - self._told < EVERY and not step.finished:
            return
        self._told = now
        left = (now - self._began) / self._done * step.requests_left if self._done else None
        self._screen.line(
            "progress",
            tenant=step.tenant,
            collection=step.collection or None,
            rows=step.rows,
            pages=step.pages,
            requests_left=step.requests_left,
            seconds_left=None if left is None else round(left, 1),
            lanes=[
                {
                    "lane": lane.lane.value,
                    "requests": lane.requests,
                    "units": round(lane.units, 1),
                    "refused": lane.refused,
                    "per_second": round(lane.per_second, 3),
                    "limit": None if lane.limit is None else round(lane.limit, 3),
                }
                for lane in self._session.lanes()
            ],
        )
