"""Tables on terminals of every width: nothing that somebody would copy is cut in two."""

from __future__ import annotations

import io
import sys

import pytest

from migrate.views.screen import Screen

ROW = [
    "+",
    "all-1.00015",
    "noa.bendavid@contoso.com",
    "Conditional Access Administrator",
    "tenant",
    "not there",
]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    out = _Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    Screen(as_json=False).table("rights", ["", "write", "who", "right", "scope", "why"], [ROW, ROW])
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 120, 200])
def test_cells_stay_whole(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    out = shown(width, monkeypatch)
    assert all(len(line.rstrip()) <= width for line in out.splitlines())
    assert out.count("all-1.00015") == 2
    assert out.count("noa.bendavid@contoso.com") == 2
    assert out.count("not there") == 2
