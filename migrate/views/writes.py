"""One line per write, as it happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

from migrate.plan.document import Item
from migrate.replay.writes import WriteLine
from migrate.views.item_words import counted, kind_words, told
from migrate.views.plain_text import visible
from migrate.views.progress import ProgressLine
from migrate.views.screen import Screen

_SYMBOLS = {
    "done": "ok",
    "match": "ok",
    "granted": "ok",
    "kept": "==",
    "planned": "..",
    "refused": "!!",
    "drift": "!!",
    "missing": "!!",
    "foreign": "??",
    "in_doubt": "??",
    "unknown": "??",
    "not_done": "!!",
}


class WriteLines:
    """Shows and counts the writes of a run. The last word on a write is the one that counts."""

    def __init__(self, screen: Screen, items: dict[str, Item], progress: ProgressLine) -> None:
        self._screen, self._items, self._progress = screen, items, progress
        self._last: dict[str, WriteLine] = {}

    def show(self, line: WriteLine) -> None:
        self._last[line.id] = line
        self._progress.end()
        self._screen.line("write", **asdict(line))
        item = self._items.get(line.id)
        about = told(item) if item else f"{kind_words(line.kind, 1)} {line.key}"
        said = f"{visible(about, 140)}: {visible(line.reason, 300)}"
        self._screen.say(f"{_SYMBOLS.get(line.state, '  ')} {line.state:<9} {line.id}  {said}")
        self._progress.tell("writes", len(self._last), len(self._items))

    def counts(self) -> dict[str, int]:
        return dict(sorted(Counter(line.state for line in self._last.values()).items()))

    def written(self) -> str:
        """How much of what stands as it should, by kind, such as ``1 custom role, 4 members of units``."""
        return counted(
            self._items[name] for name, line in self._last.items() if name in self._items and _is_well(line)
        )


def _is_well(line: WriteLine) -> bool:
    return line.state in ("done", "granted", "match")
