"""The lab's own time, and the spellings of time and duration that Graph uses.

The base is passed in; ``advance`` puts the lab ahead of it, so that no test waits for a schedule to end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def system_time() -> datetime:
    """Now, by this machine: what a lab for people runs on."""
    return datetime.now(UTC)


class Clock:
    """A base clock plus what the control plane has added to it."""

    def __init__(self, base: Callable[[], datetime]) -> None:
        self._base = base
        self._ahead = timedelta()

    def now(self) -> datetime:
        return self._base() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


def iso(moment: datetime) -> str:
    """UTC with a Z; a fraction only when there is one, as on the wire."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    head, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return f"{head}.{fraction}Z" if fraction else f"{head}Z"


def iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)


_FRACTION = re.compile(r"\.(\d+)")


def parse_time(text: str) -> datetime:
    """An Edm.DateTimeOffset; .NET's seven digits are cut to six. ValueError when it is none."""
    cut = _FRACTION.sub(lambda match: "." + match.group(1)[:6].ljust(6, "0"), text.strip())
    moment = datetime.fromisoformat(cut.replace("Z", "+00:00").replace("z", "+00:00"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_DURATION = re.compile(
    r"^P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?$"
)


def parse_duration(text: str) -> timedelta:
    """An Edm.Duration of days, hours, minutes and seconds.

    ValueError for anything else, months and years among it: PIM refuses ``P6M`` and ``P1Y`` (terraform
    azuread issue 1464).
    """
    match = _DURATION.match(text)
    if match is None or text in ("P", "PT") or text.endswith("T"):
        raise ValueError(f"not a duration: {text!r}")
    part = {name: float(value) for name, value in match.groupdict(default="0").items()}
    if part["years"] or part["months"] or part["weeks"]:
        raise ValueError(f"months, years and weeks are no Edm.Duration: {text!r}")
    return timedelta(days=part["days"], hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"])
