"""Rows of the source as they would read in the target: every id replaced by its accepted counterpart's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from migrate.kinds import membership
from migrate.kinds.catalogue import MAPPED
from migrate.kinds.kind import DIRECTORY_OBJECT, Kind, Row

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_GUID_LENGTH = 36
_NEED_A_COUNTERPART = frozenset({*MAPPED, DIRECTORY_OBJECT})


@dataclass(frozen=True)
class Translation:
    """``ids`` and ``domains`` in lower case, from the one side to the other; ``shared`` are ids that mean
    the same on both (built-in roles). Without any it changes nothing."""

    ids: Mapping[str, str] = field(default_factory=dict)
    domains: Mapping[str, str] = field(default_factory=dict)
    shared: Collection[str] = frozenset()

    def id(self, object_id: str) -> str:
        """The counterpart's id; the id itself, in lower case, where there is none."""
        wanted = object_id.lower()
        return self.ids.get(wanted, wanted)

    def row(self, row: Row) -> dict[str, Any]:
        """The row with every id in it replaced, wherever in a text it stands, and addresses moved to the
        domain that took the place of theirs."""
        return {name: self._value(value) for name, value in row.items()}

    def without_counterpart(self, kind: Kind, row: Row, parent_id: str = "") -> tuple[str, ...]:
        """The ids in a row, and its parent's, that no accepted mapping leads to the other side from."""
        named = [one.to_id for one in kind.references(row) if one.to_kind in _NEED_A_COUNTERPART]
        if kind.natural_key is membership.natural_key:
            named.append(kind.id_of(row))  # A member is listed with its own id.
        wanted = [one.lower() for one in (*named, parent_id) if one]
        return tuple(dict.fromkeys(one for one in wanted if one not in self.ids and one not in self.shared))

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return self.row(value)
        if isinstance(value, list):
            return [self._value(one) for one in value]
        return value

    def _text(self, text: str) -> str:
        if len(text) >= _GUID_LENGTH and self.ids:
            text = _GUID.sub(lambda found: self.ids.get(found[0].lower(), found[0]), text)
        if self.domains and "@" in text:
            name, at, domain = text.rpartition("@")
            return name + at + self.domains.get(domain.lower(), domain)
        return text
