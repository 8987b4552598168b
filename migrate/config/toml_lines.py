"""On which line each key of a TOML text stands; ``tomllib`` does not tell.

It reads only text that ``tomllib`` has accepted, so it need not find errors, only keys.
"""

from __future__ import annotations

import tomllib

Key = tuple[str, ...]


def key_lines(text: str) -> dict[Key, int]:
    """The line, from 1, of each key and table by its full name; of a repeated table the first."""
    return _Scan(text).lines()


class _Scan:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[Key, int] = {}

    def lines(self) -> dict[Key, int]:
        table: Key = ()
        self._skip_blank()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()
        return self._found

    def _header(self) -> Key:
        while self._text[self._at] == "[":
            self._at += 1
        table = self._key(())
        while self._at < len(self._text) and self._text[self._at] == "]":
            self._at += 1
        return table

    def _pair(self, table: Key) -> None:
        key = self._key(table)
        self._at += 1  # the "="
        self._value(key)

    def _key(self, table: Key) -> Key:
        """Reads a dotted key up to what ends it, and notes the line of each of its parts."""
        line = self._text.count("\n", 0, self._at) + 1
        key = table
        while True:
            self._skip_spaces()
            key = (*key, self._part())
            self._found.setdefault(key, line)
            self._skip_spaces()
            if self._text[self._at] != ".":
                return key
            self._at += 1

    def _part(self) -> str:
        start = self._at
        if self._text[start] in "\"'":
            self._string()
            return str(tomllib.loads(f"key = {self._text[start : self._at]}")["key"])
        while self._text[self._at] not in " \t.=]":
            self._at += 1
        return self._text[start : self._at]

    def _value(self, key: Key) -> None:
        self._skip_spaces()
        first = self._text[self._at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._list(key)
        elif first == "{":
            self._inline_table(key)
        else:
            while self._at < len(self._text) and self._text[self._at] not in ",]}#\r\n":
                self._at += 1

    def _list(self, key: Key) -> None:
        self._at += 1
        self._skip_blank(",")
        while self._text[self._at] != "]":
            self._value(key)
            self._skip_blank(",")
        self._at += 1

    def _inline_table(self, key: Key) -> None:
        self._at += 1
        self._skip_blank(",")
        while self._text[self._at] != "}":
            self._pair(key)
            self._skip_blank(",")
        self._at += 1

    def _string(self) -> None:
        quote = self._text[self._at]
        if self._text.startswith(quote * 3, self._at):
            self._long_string(quote)
            return
        self._at += 1
        while self._text[self._at] != quote:
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += 1

    def _long_string(self, quote: str) -> None:
        self._at += 3
        while not self._text.startswith(quote * 3, self._at):
            self._at += 2 if quote == '"' and self._text[self._at] == "\\" else 1
        self._at += 3
        # Up to two quotes may stand right before the closing three: they belong to the string.
        while self._text.startswith(quote, self._at):
            self._at += 1

    def _skip_spaces(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t":
            self._at += 1

    def _skip_blank(self, more: str = "") -> None:
        """Goes on past blanks, ends of lines and comments, and past the characters in ``more``."""
        while self._at < len(self._text):
            if self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif self._text[self._at] in " \t\r\n" + more:
                self._at += 1
            else:
                return
