"""The mark of a write (see ``migrate.plan.write_mark``): how it is made, and how it reads as a mail nickname."""

from __future__ import annotations

import hashlib

_NICKNAME = "pim-migrate-"


def mark_of(engagement: str, write_id: str) -> str:
    """What names one write of one engagement, for ever."""
    return f"pim-migrate {engagement} write {write_id}"


def nickname_of(mark: str) -> str:
    """The mark as a mail nickname: short, and of the few characters that Graph takes there."""
    return _NICKNAME + hashlib.sha256(mark.encode()).hexdigest()[:24]
