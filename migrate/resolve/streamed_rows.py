"""The rows of a kind that is mostly gone through from end to end, as a mapping that holds nothing of them.

Who may activate what is a list of rights: many, each looked at once by whoever reads it.
Not even ids are held.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView

from migrate.kinds.kind import Row


class StreamedRows(Mapping[str, Row]):
    """Rows by lower-case id. ``read`` gives one row by its id, ``stream`` all of them in the order of their
    ids, which must be stored in lower case and each once; the store must stay open for as long."""

    def __init__(
        self,
        count: int,
        read: Callable[[str], Row | None],
        stream: Callable[[], Iterator[tuple[str, Row]]],
    ) -> None:
        self._count, self._read, self._stream = count, read, stream

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return (one for one, _ in self._stream())

    def __getitem__(self, key: str) -> Row:
        row = self._read(key)
        if row is None:
            raise KeyError(key)
        return row

    def in_order(self) -> Iterator[tuple[str, Row]]:
        """Ids and rows by id, one at a time."""
        return self._stream()

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
