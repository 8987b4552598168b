"""What is to be said about a cell of a workbook that came back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Place:
    """A cell: its file, its sheet and its address there, ``""`` for the whole sheet."""

    path: Path
    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.sheet}" + (f"!{self.cell}" if self.cell else "")


@dataclass(frozen=True)
class Remark:
    """What is wrong there and what would be right, with a stable code."""

    code: str
    place: Place
    what: str
    right: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f"; right would be: {self.right}" if self.right else "")
