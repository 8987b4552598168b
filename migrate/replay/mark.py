"""How an object that was made is found again when its answer was lost: by a mark, never by its name alone."""

from __future__ import annotations

import hashlib

_NICKNAME = "pim-migrate-"


def mark_of(engagement: str, write_id: str) -> str:
    """What names one write of one engagement, for ever."""
    return f"pim-migrate {engagement} write {write_id}"


def nickname_of(mark: str) -> str:
    """The mark as a mail nickname: short, and of the few characters that Graph takes there."""
    return _NICKNAME + hashlib.sha256(mark.encode()).hexdigest()[:24]
