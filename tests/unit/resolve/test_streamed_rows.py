"""Rows that are streamed are the same mapping as rows in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migrate.kinds.kind import Row
from migrate.resolve.streamed_rows import StreamedRows
from migrate.resolve.tenant_view import TenantView

ROWS = {"a": {"id": "A"}, "b": {"id": "b"}}


def stream(only: str | None) -> Iterator[tuple[str, Row]]:
    return ((one, row) for one, row in ROWS.items() if only in (None, one))


def streamed_rows() -> StreamedRows:
    held = list(ROWS.values())
    return StreamedRows(len(ROWS), stream, lambda: enumerate(held), held.__getitem__)


def test_streamed_rows_read_like_a_dictionary() -> None:
    rows = streamed_rows()
    assert dict(rows) == ROWS and dict(rows.items()) == ROWS
    assert list(rows.values()) == list(ROWS.values()) and len(rows) == 2
    assert [rows.at(place) for place, _ in rows.placed()] == list(ROWS.values())
    assert "a" in rows and "c" not in rows and rows.get("c") is None
    with pytest.raises(KeyError):
        rows["c"]


def test_a_view_gives_rows_in_order_wherever_they_are() -> None:
    streamed = TenantView("t", {"user": streamed_rows()})
    held = TenantView("t", {"user": dict(reversed(ROWS.items()))})
    assert list(streamed.in_order("user")) == list(held.in_order("user")) == list(ROWS.items())
