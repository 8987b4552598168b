"""The rows of a kind that is mostly gone through from end to end, as a mapping that holds nothing of them.

Who may activate what is a list of rights: many, each looked at once by whoever reads it.
Not even ids are held.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView

from migrate.kinds.kind import Row


class StreamedRows(Mapping[str, Row]):
    """Rows by lower-case id. ``stream`` gives all of them in the order of these ids, or the one of an id; the
    store must stay open for as long. To ask for one is slow.

    ``placed`` gives them in the same order with their places, by which ``at`` reads one again.
    """

    def __init__(
        self,
        count: int,
        stream: Callable[[str | None], Iterator[tuple[str, Row]]],
        placed: Callable[[], Iterator[tuple[int, Row]]],
        at: Callable[[int], Row],
    ) -> None:
        self._count, self._stream, self.placed, self.at = count, stream, placed, at

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (one for one, _ in self.in_order())

    def __getitem__(self, key: str) -> Row:
        for _, row in self._stream(key):
            return row
        raise KeyError(key)

    def in_order(self) -> Iterator[tuple[str, Row]]:
        """Ids and rows by id, one at a time."""
        return self._stream(None)

    def items(self) -> ItemsView[str, Row]:
        return _Items(self)

    def values(self) -> ValuesView[Row]:
        return _Values(self)


class _Items(ItemsView[str, Row]):
    def __init__(self, rows: StreamedRows) -> None:
        super().__init__(rows)
        self._rows = rows

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        return self._rows.in_order()


class _Values(ValuesView[Row]):
    def __init__(self, rows: StreamedRows) -> None:
        super().__init__(rows)
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return (row for _, row in self._rows.in_order())
