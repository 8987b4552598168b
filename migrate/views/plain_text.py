"""Text of strangers made fit for a terminal: a display name must not move the cursor or hide itself."""

from __future__ import annotations

from migrate.trail import spelling

LONGEST = 60


def visible(text: object, longest: int = LONGEST) -> str:
    """The text on one line with control and direction characters spelt out, cut at ``longest``."""
    # A character becomes at least one: what is beyond the cut need not be looked at.
    shown = spelling.visible(str(text)[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
