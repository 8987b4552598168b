"""How an object that a write has made is found again when its answer was lost: by a mark, never by name alone."""

from __future__ import annotations

import hashlib

_NICKNAME = "pim-migrate-"


def mark_of(engagement: str, write_id: str) -> str:
    """What names one write of one engagement, for ever."""
    return f"pim-migrate {engagement} write {write_id}"


def nickname_of(mark: str) -> str:
    """The mark as a mail nickname: short, and of the few characters that Graph takes there."""
    return _NICKNAME + hashlib.sha256(mark.encode()).hexdigest()[:24]


def described(description: str, mark: str) -> str:
    """A description with the mark at its end, on a line of its own."""
    return f"{description}\n[{mark}]" if description else f"[{mark}]"


def is_described(description: object, mark: str) -> bool:
    return isinstance(description, str) and f"[{mark}]" in description
