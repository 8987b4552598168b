"""What differs between two snapshots: every line for scripts, a digest for people."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from migrate.resolve.compare import Difference
from migrate.views.plain_text import visible
from migrate.views.screen import Screen

SHOWN = 10
"""Rows of one kind that a person is shown."""
_CHANGES = ("added", "removed", "changed", "unknown")
_SYMBOLS = {"added": "+", "removed": "-", "changed": "~", "unknown": "?"}
_LONGEST_VALUE = 60


@dataclass
class DiffView:
    """Takes the differences as they are found and keeps no more of them than a person is shown."""

    screen: Screen
    a: str
    b: str
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _first: dict[str, list[list[object]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, found: Difference, name: str, strangers: Sequence[str]) -> None:
        """``strangers`` are the names of those in it who have no accepted counterpart."""
        self.counts[found.kind][found.change] += 1
        if self.screen.as_json:
            self._line(found, name)
        elif len(self._first[found.kind]) < SHOWN:
            self._first[found.kind].append([_SYMBOLS[found.change], name, self._told(found, strangers)])

    def unread(self, snapshot: str, kind: str, collection: str, parent_id: str, reason: str) -> None:
        """One collection of which nothing can be said about what is missing."""
        self.screen.line(
            "unread",
            snapshot=snapshot,
            kind=kind,
            collection=collection,
            parent_id=parent_id or None,
            reason=reason,
        )

    def end(self) -> None:
        """For people: the counts of each kind, and the first of its differences."""
        self.screen.table(
            f"{self.a} -> {self.b}",
            ["kind", *_CHANGES],
            [
                [kind, *(counts[change] or "" for change in _CHANGES)]
                for kind, counts in sorted(self.counts.items())
            ],
        )
        for kind, rows in sorted(self._first.items()):
            self.screen.table(kind, ["", "object", "what"], rows)
            if (more := sum(self.counts[kind].values()) - len(rows)) > 0:
                self.screen.say(f" + {more} more (use --json)")
        if not self.counts:
            self.screen.say(f"{self.a} and {self.b}: no difference")

    def _line(self, found: Difference, name: str) -> None:
        missing = {"a": self.a, "b": self.b}.get(found.missing_in)
        told = {
            "kind": found.kind,
            "id": found.id,
            "parent_id": found.parent_id or None,
            "key": found.key,
            "name": name,
        }
        if found.change == "unknown":
            self.screen.line("unknown", **told, missing_in=missing, reason="not read completely")
            return
        self.screen.line(
            "difference",
            change=found.change,
            **told,
            other_id=found.other_id,
            unmapped=list(found.unmapped),
            properties={path: {"a": a, "b": b} for path, (a, b) in found.properties.items()},
        )

    def _told(self, found: Difference, strangers: Sequence[str]) -> str:
        if found.change == "unknown":
            where = self.a if found.missing_in == "a" else self.b
            return f"unknown: {where} was not read completely"
        if found.change == "changed":
            return "; ".join(
                f"{path}: {_short(a)} -> {_short(b)}" for path, (a, b) in found.properties.items()
            )
        if strangers:
            more = f" and {len(strangers) - 2} more" if len(strangers) > 2 else ""
            return f"no accepted counterpart: {', '.join(map(visible, strangers[:2]))}{more}"
        return f"only in {self.a if found.change == 'removed' else self.b}"


def _short(value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return visible(text, _LONGEST_VALUE)
