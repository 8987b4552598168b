"""Text of strangers made fit for a terminal: a display name must not move the cursor or hide itself."""

from __future__ import annotations

import unicodedata

LONGEST = 60


def visible(text: object, longest: int = LONGEST) -> str:
    """The text on one line with control and direction characters spelt out, cut at ``longest``."""
    # A character becomes at least one: what is beyond the cut need not be looked at.
    shown = "".join(_shown(character) for character in str(text)[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _shown(character: str) -> str:
    # Cc are control characters, Cf direction marks and joiners, Cs lone surrogates, Zl and Zp line breaks.
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"<U+{ord(character):04X}>"
    return character
