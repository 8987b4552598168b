"""The words in which a sheet is declared. Nothing here knows Excel: other renderings can read them too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from migrate.workbook.index import Index

Value = str | int | float | datetime | None
RowT = TypeVar("RowT")


class Show(Enum):
    """How a value is written: what it is, which decides its format and its place in the cell."""

    TEXT = auto()
    ID = auto()
    TAG = auto()
    COUNT = auto()
    PERCENT = auto()
    MOMENT = auto()
    DAY = auto()
    CODE = auto()


class Tone(Enum):
    """What a colour means; each also differs in lightness and weight, so that it survives a grey print."""

    GOOD = auto()
    OPEN = auto()
    BAD = auto()
    QUIET = auto()


class Place(NamedTuple):
    """A row of another sheet, to which a cell leads."""

    sheet: str
    row: int


def nowhere(_row: object) -> Place | None:
    return None


@dataclass(frozen=True)
class Entry:
    """What a person may write into the cells of a column; everything else in the workbook is locked.

    ``field`` names what it is for whoever reads the workbook back in; ``choices`` make a drop-down list;
    ``asks`` is what the cell says when one stands on it; ``longest`` counts characters.
    """

    field: str
    asks: str
    longest: int
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """One column of a table: ``width`` in characters, ``note`` what the header's comment says.

    ``tones`` colours cells whose text is one of its keys; ``on_paper`` is false for columns that are read
    on a screen only, which must be the last ones; ``entry`` makes it one in which people write; ``lasting``
    is false for what only holds inside this one file, such as the number of a row.
    """

    header: str
    width: float
    show: Show
    value: Callable[[RowT], Value]
    note: str
    link: Callable[[RowT], Place | None] = nowhere
    tones: Mapping[str, Tone] = field(default_factory=dict)
    on_paper: bool = True
    entry: Entry | None = None
    lasting: bool = True


@dataclass(frozen=True)
class TableSheet(Generic[RowT]):
    """A sheet that is one table: header in the first row, one row for each of ``rows``.

    ``table`` is its name in Excel, ``fixed`` how many columns stay when one scrolls sideways, ``empty``
    what stands in the first column when there is nothing to tell. ``key`` tells a row from all others, in
    every workbook of the engagement: by it a row is found again, wherever it was sorted to. ``basis``, on a
    sheet with entries, is the fingerprint of what a decision about the row rests on.
    """

    name: str
    table: str
    tab: Tone
    about: str
    rows: Callable[[Index], Iterable[RowT]]
    columns: tuple[Column[RowT], ...]
    fixed: int
    empty: str
    key: Callable[[RowT], str]
    basis: Callable[[RowT], str] | None = None

    def entries(self) -> list[tuple[Column[RowT], Entry]]:
        """The columns in which people write."""
        return [(one, one.entry) for one in self.columns if one.entry is not None]


@dataclass(frozen=True)
class Title:
    text: str


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text across the page."""

    text: str
    tone: Tone | None = None


@dataclass(frozen=True)
class Bars:
    """A bar chart over the grid that carries it: labels from its first column, one series for each of
    ``series`` (columns counted from 0), stacked when there are several.

    ``tones`` are those of the series, or of the single bars when there is one series only. The last
    ``leave_out`` rows are no bars.
    """

    title: str
    series: tuple[int, ...]
    tones: tuple[Tone, ...]
    leave_out: int = 0


@dataclass(frozen=True)
class Grid:
    """A small table inside a page. ``links[n]`` is where the first cell of row n leads."""

    headers: tuple[str, ...]
    shows: tuple[Show, ...]
    rows: Sequence[Sequence[Value]]
    tones: Mapping[str, Tone] = field(default_factory=dict)
    links: Sequence[Place | None] = ()
    bars: Bars | None = None


Block = Title | Heading | Paragraph | Grid


@dataclass(frozen=True)
class Page:
    """A sheet to be read from top to bottom, on which text takes the first ``span`` columns.

    Charts begin at ``chart_column``, counted from 1. ``lasting`` is false where the page differs each time it
    is made.
    """

    name: str
    tab: Tone
    about: str
    widths: tuple[float, ...]
    span: int
    blocks: Callable[[Index], Iterable[Block]]
    chart_column: int = 1
    lasting: bool = True
