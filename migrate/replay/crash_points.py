"""The moments at which a process may die, by name, so that tests can make it die there.

``reach`` does nothing in production. A test replaces ``on_reach`` in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable

from migrate.plan.document import Item

ASSIGN = ("before_begin", "after_begin", "after_send", "after_answered", "before_end", "after_end")
REMOVE = (
    "before_remove_begin",
    "after_remove_begin",
    "after_remove_send",
    "before_remove_end",
    "after_remove_end",
)
REPAIR = (
    "before_repair_begin",
    "after_repair_begin",
    "after_repair_send",
    "before_repair_end",
    "after_repair_end",
)
SETTLE = ("before_settle",)
NAMES = (*ASSIGN, *REMOVE, *REPAIR, *SETTLE)

on_reach: Callable[[str], None] | None = None


item: Item | None = None
"""The write that is at the point, where it is one write's."""


def reach(point: str, of: Item | None = None) -> None:
    """Says that a named point was reached, and by which write."""
    global item
    if on_reach is not None:
        item = of
        on_reach(point)
