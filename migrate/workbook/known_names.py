"""Finds known names inside sentences, in time that does not grow with how many names are known."""

from __future__ import annotations

import re
from collections import defaultdict

_WORD = re.compile(r"\w+")


class KnownNames:
    """Names with what shall stand for them. A name is found where it stands as whole words."""

    def __init__(self) -> None:
        self._stands_for: dict[str, str] = {}
        self._shapes: dict[str, set[tuple[int, int]]] = defaultdict(set)
        """By the first word of names: how far before it they begin, and how long they are."""
        self._wordless: set[str] = set()
        """Names without a letter, such as pictures. A lone hyphen is no name that tells anything."""

    def add(self, name: str, stand_in: str) -> None:
        self._stands_for[name] = stand_in
        first = _WORD.search(name)
        if first is None and not name.isascii():
            self._wordless.add(name)
        elif first is not None:
            self._shapes[first[0]].add((first.start(), len(name)))

    def replaced(self, text: str) -> str:
        """The text with its names replaced, the longest first where one holds another."""
        whole = self._stands_for.get(text)
        if whole is not None:
            return whole
        parts: list[str] = []
        done = 0
        for word in _WORD.finditer(text):
            if word.start() < done:
                continue
            for before, length in sorted(self._shapes.get(word[0], ()), key=lambda one: -one[1]):
                start, end = word.start() - before, word.start() - before + length
                if start < done or end > len(text) or _inside_word(text, end):
                    continue
                stand_in = self._stands_for.get(text[start:end])
                if stand_in is not None:
                    parts += (self._without_pictures(text[done:start]), stand_in)
                    done = end
                    break
        parts.append(self._without_pictures(text[done:]))
        return "".join(parts)

    def _without_pictures(self, text: str) -> str:
        if text and not text.isascii():
            for name in sorted(self._wordless, key=lambda one: (-len(one), one)):
                text = text.replace(name, self._stands_for[name])
        return text


def _inside_word(text: str, end: int) -> bool:
    return end < len(text) and bool(_WORD.match(text, end)) and bool(_WORD.match(text[end - 1]))
