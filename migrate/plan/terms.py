"""How a wave may be carried out: carried in its sealed plan, so that what was approved is what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Stop:
    """When a run ends itself: ``failures`` in all, ``share`` percent of what was tried (judged after each
    batch), or the first of one of the ``classes`` (states of a write)."""

    failures: int | None = None
    share: float | None = None
    classes: tuple[str, ...] = ()

    @property
    def says_anything(self) -> bool:
        return self.failures is not None or self.share is not None or bool(self.classes)


@dataclass(frozen=True)
class Freeze:
    """A window of the week. ``days`` are 0 (Monday) to 6, ``start`` and ``end`` minutes since midnight there;
    one that ends before it starts runs into the next day and counts by its first."""

    name: str
    days: tuple[int, ...]
    start: int
    end: int
    time_zone: str = "UTC"

    def holds_at(self, moment: datetime) -> bool:
        there = moment.astimezone(ZoneInfo(self.time_zone))
        minute, today = there.hour * 60 + there.minute, there.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= minute < self.end
        yesterday = (there - timedelta(days=1)).weekday()
        return (today in self.days and minute >= self.start) or (yesterday in self.days and minute < self.end)

    @property
    def told(self) -> str:
        days = "every day" if len(self.days) == len(DAYS) else ", ".join(DAYS[day] for day in self.days)
        return f"{self.name} ({days} {_clock(self.start)} to {_clock(self.end)} {self.time_zone})"


@dataclass(frozen=True)
class Terms:
    """``approvals`` is how many different people must have approved the plan, ``because`` why so many.
    ``convert`` is ``permanent`` where standing assignments become eligible, ``ends_overlap`` whether those in
    the target then end."""

    stop: Stop = field(default_factory=Stop)
    freezes: tuple[Freeze, ...] = ()
    approvals: int = 0
    because: str = ""
    convert: str = ""
    ends_overlap: bool = False

    def content(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Terms:
        """What a sealed plan says; nothing where it is of a version that knew no terms."""
        stop = content.get("stop") or {}
        return cls(
            Stop(stop.get("failures"), stop.get("share"), tuple(stop.get("classes") or ())),
            tuple(Freeze(**{**one, "days": tuple(one["days"])}) for one in content.get("freezes") or ()),
            int(content.get("approvals") or 0),
            str(content.get("because") or ""),
            str(content.get("convert") or ""),
            content.get("ends_overlap") is True,
        )

    def frozen_at(self, moment: datetime) -> Freeze | None:
        """The first window that holds at a moment."""
        return next((one for one in self.freezes if one.holds_at(moment)), None)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
