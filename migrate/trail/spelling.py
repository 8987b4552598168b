"""Text of strangers made fit for one line, of a log or of a terminal."""

from __future__ import annotations

import unicodedata


def visible(text: str, *, keep: str = "") -> str:
    """The text with control, direction and line characters spelt out: they would break or disguise a line."""
    if text.isascii() and text.isprintable():
        return text
    # Cc are control characters, Cf direction marks and joiners, Cs lone surrogates, Zl and Zp line breaks.
    return "".join(
        f"<U+{ord(one):04X}>"
        if one not in keep and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else one
        for one in text
    )
