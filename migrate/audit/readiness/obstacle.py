"""What stands between a person and an activation, and what takes it away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Ready(StrEnum):
    """Worst first."""

    CANNOT = "cannot"
    UNKNOWN = "unknown"
    CAN = "can"

    @classmethod
    def worst(cls, found: Iterable[Ready]) -> Ready:
        """``can`` where nothing is in the way."""
        order = list(cls)
        return min(found, key=order.index, default=cls.CAN)


@dataclass(frozen=True)
class Obstacle:
    """``ready`` says how sure it is: ``can`` for something that is only worth knowing."""

    ready: Ready
    step: str
    why: str
    fix: str = ""


def cannot(step: str, why: str, fix: str) -> Obstacle:
    return Obstacle(Ready.CANNOT, step, why, fix)


def unknown(step: str, why: str, fix: str = "") -> Obstacle:
    return Obstacle(Ready.UNKNOWN, step, why, fix)


def remark(step: str, why: str, fix: str = "") -> Obstacle:
    return Obstacle(Ready.CAN, step, why, fix)
