"""Display names: what two of them have in common. They may speak against a match, and never accept one."""

from __future__ import annotations

import re
import unicodedata

from migrate.kinds.kind import Row

_WORD = re.compile(r"\w+")
_LONGEST = 1_000


def same_name(one: Row, other: Row, words: int = 2) -> bool | None:
    """Whether two names can be those of one person or group; ``None`` where one of them has none.

    The order, accents and additions do not matter ("Smith, Zoë (external)" is "Zoe Smith"). So many
    ``words`` must be common, as far as the names have them: with two, Adam and Anna Smith are two people;
    with one, a married name is still the same person's.
    """
    ours, theirs = words_of(one), words_of(other)
    if not ours or not theirs:
        return None
    return len(ours & theirs) >= min(words, len(ours), len(theirs))


def words_of(row: Row) -> frozenset[str]:
    """The words of a display name without accents and in lower case; of monstrous names the beginning."""
    return words_in(str(row.get("displayName") or ""))


def words_in(name: str) -> frozenset[str]:
    text = name[:_LONGEST].casefold()
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return frozenset(_WORD.findall(text))


def exact_name(row: Row) -> str:
    """A display name as Graph compares it: whole and without case."""
    return str(row.get("displayName") or "").casefold()
