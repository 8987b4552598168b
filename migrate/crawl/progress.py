"""What a crawl tells while it works: rows and pages of each collection, and what is still to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """Where a collection stands. ``requests_left`` is over all collections of the tenant together, as far as
    is known by now; it grows while the crawl finds out what there is."""

    tenant: str
    collection: str
    rows: int
    pages: int
    requests_left: int
    finished: bool = False


@dataclass
class Tally:
    """Counts for one tenant. ``tell`` is called after each page."""

    tenant: str
    tell: Callable[[Progress], None]
    rows: dict[str, int] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    """Requests that a collection will take in all, where that can be said."""

    def expect(self, collection: str, requests: int) -> None:
        """Adds requests that a collection will still take."""
        done = self.pages.get(collection, 0)
        self.expected[collection] = max(self.expected.get(collection, 0), done) + requests

    def saw(self, collection: str, rows: int, pages: int = 1) -> None:
        self.rows[collection] = self.rows.get(collection, 0) + rows
        self.pages[collection] = self.pages.get(collection, 0) + pages
        self.tell(
            Progress(
                self.tenant, collection, self.rows[collection], self.pages[collection], self.requests_left()
            )
        )

    def requests_left(self) -> int:
        return sum(max(0, total - self.pages.get(name, 0)) for name, total in self.expected.items())

    def finish(self) -> None:
        rows, pages = sum(self.rows.values()), sum(self.pages.values())
        self.tell(Progress(self.tenant, "", rows, pages, 0, finished=True))
