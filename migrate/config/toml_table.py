"""A TOML file as checked tables: each key is asked for by name and type; what nobody asked for is named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from migrate.config.problems import Problems, suggestion
from migrate.config.text_file import read_text
from migrate.config.toml_lines import Key, key_lines

_SYNTAX_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")

# Keys under which people write the secret itself. Their values are never looked at and never repeated.
_SECRET_KEYS = frozenset(
    {"secret", "client_secret", "clientsecret", "secret_value", "password", "certificate_password", "api_key"}
)


def read_toml(problems: Problems) -> Table:
    """The file as its root table; raises FileError ``toml_syntax`` where it is no TOML."""
    text = read_text(problems)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _SYNTAX_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise problems.stop(line, "toml_syntax", _SYNTAX_PLACE.sub("", str(error))) from error
    return Table(data, (), key_lines(text), problems)


class Table:
    """One table of a file. Every problem goes to ``problems``; a key that is wrong reads as absent."""

    def __init__(
        self, data: Mapping[str, Any], name: Key, lines: Mapping[Key, int], problems: Problems
    ) -> None:
        self._data = data
        self._name = name
        self._lines = lines
        self._asked: dict[str, None] = {}
        self.problems = problems

    @property
    def title(self) -> str:
        """How people see the table: ``[source.credential]``, or the file's top."""
        return f"[{'.'.join(self._name)}]" if self._name else "the top of the file"

    @property
    def keys(self) -> list[str]:
        return list(self._data)

    def line(self, key: str | None = None) -> int:
        """The line of the key, or of the nearest table around it."""
        name = self._name if key is None else (*self._name, key)
        while name and name not in self._lines:
            name = name[:-1]
        return self._lines.get(name, 1)

    def wrong(self, key: str, code: str, text: str) -> None:
        """Records a problem with the key: ``text`` goes on after its name."""
        self.problems.add(self.line(key), code, f"{key} in {self.title} {text}")

    def raw(self, key: str, *, required: bool = False) -> Any:
        """The value whatever its type, or None."""
        self._asked[key] = None
        # Who wrote the secret itself in place of its variable made one mistake, not two.
        told_elsewhere = key.endswith("_env") and any(_is_secret(each) for each in self._data)
        if required and key not in self._data and not told_elsewhere:
            self.problems.add(self.line(), "missing_key", f"{self.title} has no {key}")
        return self._data.get(key)

    def text(self, key: str, *, required: bool = False, default: str | None = None) -> str | None:
        """A text that is not empty; ``default`` where the key is absent, None where it is wrong."""
        value = self.raw(key, required=required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(key, "wrong_type", "must be a text in quotes")
            return None
        if not value.strip():
            self.wrong(key, "empty_value", "is empty")
            return None
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that are not empty; absent is an empty list."""
        value = self.raw(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            self.wrong(key, "wrong_type", 'must be a list of texts, for example ["a", "b"]')
            return ()
        return tuple(value)

    def count(self, key: str) -> int | None:
        """A whole number that is not negative."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.wrong(key, "bad_number", "must be a whole number, 0 or more")
            return None
        return value

    def flag(self, key: str) -> bool | None:
        """True or false."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "wrong_type", "must be true or false, without quotes")
            return None
        return value

    def table(self, key: str, *, required: bool = False) -> Table | None:
        """The table of that name."""
        self._asked[key] = None
        value = self._data.get(key)
        name = (*self._name, key)
        if value is None:
            if required:
                self.problems.add(self.line(), "missing_key", f"table [{'.'.join(name)}] is missing")
            return None
        if not isinstance(value, dict):
            self.wrong(key, "wrong_type", f"must be a table: write [{'.'.join(name)}]")
            return None
        return Table(value, name, self._lines, self.problems)

    def refuse_unknown(self, why: str = "") -> None:
        """Names each key that nobody asked for; to be called when all known keys were asked for."""
        for key in self._data:
            if key in self._asked:
                continue
            if _is_secret(key):
                self.problems.add(
                    self.line(key),
                    "secret_in_file",
                    f"{key} in {self.title}: a secret is never written into this file; put it into an"
                    ' environment variable, name that variable here (secret_env = "SOURCE_SECRET"),'
                    " and change the secret, because it was on disk in the clear",
                )
                continue
            self.problems.add(
                self.line(key),
                "unknown_key",
                f"{key} is no key of {self.title}{why}{suggestion(key, self._asked)}",
            )


def _is_secret(key: str) -> bool:
    return key.lower().replace("-", "_") in _SECRET_KEYS
