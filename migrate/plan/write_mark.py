"""The mark by which a write is found again whose answer was lost.

Neither reviews nor policies keep a justification, and names are no proof: anybody may have made an object of
the same name. So the id of the write stands at the end of a text that only people read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from migrate.kinds import access_review, conditional_access_policy

MARKED_IN: Mapping[str, str] = {
    access_review.KIND.name: "descriptionForAdmins",
    conditional_access_policy.KIND.name: "displayName",
}
"""By kind, the property that ends with the mark."""
LONGEST_NAME = 256
"""UTF-16 units that a display name is kept to. No limit is published; names of most objects of the directory
end here, so that a draft of the longest name could be refused because of the mark."""


_MARK = re.compile(r"\s*\[pim-migrate [^\[\]]* write [^\[\]]*\]\s*$")


def with_mark(text: str, mark: str, longest: int | None = None) -> str:
    """The text with the mark after it; ``longest`` (UTF-16 units) cuts the text, never the mark."""
    tail = f"[{mark}]" if mark else ""
    gap = " " if text and tail else ""
    if longest is not None:
        text = _cut(text, longest - _units(gap + tail))
    return f"{text}{gap}{tail}"


def bears(kind: str, row: Mapping[str, Any], mark: str) -> bool:
    """Whether an object of the target was made by this write: its text ends with the mark, whatever else
    stands in it. Raises KeyError for a kind that bears no marks."""
    text = str(row.get(MARKED_IN[kind]) or "").rstrip()
    return bool(mark) and text.endswith(f"[{mark}]")


def without_mark(text: str) -> str:
    """The text without the mark of whichever write of whichever engagement."""
    return _MARK.sub("", text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, most: int) -> str:
    if _units(text) <= most:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
