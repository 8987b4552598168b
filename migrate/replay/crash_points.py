"""The moments at which a process may die, by name, so that tests can make it die there.

``reach`` does nothing in production. A test replaces ``on_reach`` in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable

NAMES = (
    "before_begin",
    "after_begin",
    "after_send",
    "after_answered",
    "before_end",
    "after_end",
    "before_settle",
    "before_remove_begin",
    "after_remove_begin",
    "after_remove_send",
    "before_remove_end",
    "after_remove_end",
)

on_reach: Callable[[str], None] | None = None


def reach(point: str) -> None:
    """Says that a named point was reached."""
    if on_reach is not None:
        on_reach(point)
