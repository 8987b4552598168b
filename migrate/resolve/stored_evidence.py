"""The evidence of a mapping as a sequence that leaves it where it is stored: it is the largest part of a
resolution, and few who read one look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from migrate.resolve.findings import Evidence

Read = Callable[[str, str], Sequence[Mapping[str, Any]]]


class StoredEvidence(Sequence[Evidence]):
    """``read`` gives what was saved of the source object of a kind and an id; it is asked each time, and the
    store must stay open for as long. There is one of these for each mapping: it holds no more than that."""

    __slots__ = ("_kind", "_read", "_source_id")

    def __init__(self, read: Read, kind: str, source_id: str) -> None:
        self._read, self._kind, self._source_id = read, kind, source_id

    def __len__(self) -> int:
        return len(self._saved())

    @overload
    def __getitem__(self, place: int) -> Evidence: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Evidence, ...]: ...

    def __getitem__(self, place: int | slice) -> Evidence | tuple[Evidence, ...]:
        return tuple(self)[place]

    def __iter__(self) -> Iterator[Evidence]:
        return (Evidence(**one) for one in self._saved())

    def _saved(self) -> Sequence[Mapping[str, Any]]:
        return self._read(self._kind, self._source_id)
