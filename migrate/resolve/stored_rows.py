"""The rows of a large kind as a mapping that leaves them where they are stored.

A tenant of 200,000 users does not fit into memory as dictionaries. Ids are held; a row is read and parsed
when it is asked for, and going through all of them holds one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, ValuesView

from migrate.kinds.kind import Row

KEPT = 40_000
"""Rows that were asked for one by one and are kept, less than 100 MB."""


class StoredRows(Mapping[str, Row]):
    """Rows by lower-case id. ``read`` gives one row by the id as it is stored, ``stream`` all of them with
    their ids, ``names`` the ids and names alone; the store must stay open as long as rows are asked for."""

    def __init__(
        self,
        ids: Iterable[str],
        read: Callable[[str], Row | None],
        stream: Callable[[], Iterator[tuple[str, Row]]],
        names: Callable[[], Iterator[tuple[str, str]]],
        kept: int = KEPT,
    ) -> None:
        self._names, self._most = names, kept
        self._ids: dict[str, str] = {}
        for one in ids:
            low = one.lower()
            self._ids[low] = low if low == one else one
        self._read, self._stream = read, stream
        self._kept: dict[str, Row] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __contains__(self, key: object) -> bool:
        return key in self._ids

    def __getitem__(self, key: str) -> Row:
        row = self._kept.get(key)
        if row is None:
            row = self._read(self._ids[key])
            if row is None:
                raise KeyError(key)
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = row
        return row

    def items(self) -> ItemsView[str, Row]:
        return _Items(self, self._all)

    def values(self) -> ValuesView[Row]:
        return _Values(self, self._all)

    def names(self) -> Iterator[tuple[str, str]]:
        """Ids and names without reading the rows."""
        return ((one.lower(), name) for one, name in self._names())

    def _all(self) -> Iterator[tuple[str, Row]]:
        return ((one.lower(), row) for one, row in self._stream())


class _Items(ItemsView[str, Row]):
    def __init__(self, rows: StoredRows, stream: Callable[[], Iterator[tuple[str, Row]]]) -> None:
        super().__init__(rows)
        self._stream = stream

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        return self._stream()


class _Values(ValuesView[Row]):
    def __init__(self, rows: StoredRows, stream: Callable[[], Iterator[tuple[str, Row]]]) -> None:
        super().__init__(rows)
        self._stream = stream

    def __iter__(self) -> Iterator[Row]:
        return (row for _, row in self._stream())
