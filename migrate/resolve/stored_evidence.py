"""The evidence of a mapping as a sequence that leaves it where it is stored: it is the largest part of a
resolution, and few who read one look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, overload

from migrate.resolve.findings import Evidence


class StoredEvidence(Sequence[Evidence]):
    """``read`` gives what was saved; it is asked each time, and the store must stay open for as long."""

    def __init__(self, read: Callable[[], Sequence[Mapping[str, Any]]]) -> None:
        self._read = read

    def __len__(self) -> int:
        return len(self._read())

    @overload
    def __getitem__(self, place: int) -> Evidence: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Evidence, ...]: ...

    def __getitem__(self, place: int | slice) -> Evidence | tuple[Evidence, ...]:
        found = tuple(Evidence(**one) for one in self._read())
        return found[place]

    def __iter__(self) -> Iterator[Evidence]:
        return (Evidence(**one) for one in self._read())
