"""Where everything stands in the picture of the reference graph: the same graph gives the same picture.

The picture is a mirror. In its middle every principal stands opposite its counterpart, with its rights beside
it as a row of dots, outwards; far left and far right stand the roles, groups' units and scopes that those
rights name. What is open comes first, so that it is seen. Many principals are set in several columns.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import networkx

from migrate.resolve.find_object import Side
from migrate.resolve.reference_graph import MOVED
from migrate.resolve.two_tenants import COUNTERPART, Place

ROW = 26.0
DOT = 12.0
DOTS = 14
"""Rights in one line before the next begins."""
PAIR = 440.0
"""From a principal to its counterpart: the names of both stand between."""
GAP = 70.0
"""Between the rights of one column and those of the next."""
ASIDE = 240.0
"""From one column of roles and scopes to the next, and from them to the principals."""
_LIKED = 0.62
"""Height to width of a picture that fits a screen."""
_LEAST_LINES = 24
_OPEN_FIRST = ("blocked", "proposed", "create", "accepted", "skipped", "target only", "")
_SECTIONS = ("user", "group", "servicePrincipal", "directoryObject", "application")
_ASIDE_KINDS = ("roleDefinition", "administrativeUnit", "application", "roleManagementPolicy")
_RIGHTS = frozenset(kind.name for kind in MOVED)


@dataclass(frozen=True)
class Spot:
    """One node in the picture; ``anchor`` says on which side of it its name stands: ``left``, ``right``,
    ``none`` for rights, which are many and have long names."""

    place: Place
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Heading:
    """``anchor`` says whether the text begins at its place (``right`` of it) or ends there (``left``)."""

    text: str
    x: float
    y: float
    anchor: str = "right"


@dataclass(frozen=True)
class Layout:
    spots: tuple[Spot, ...]
    headings: tuple[Heading, ...]


@dataclass(frozen=True)
class _Row:
    """A source object and its counterpart; either may be missing."""

    source: Place | None
    target: Place | None
    source_rights: tuple[Place, ...]
    target_rights: tuple[Place, ...]

    @property
    def height(self) -> float:
        lines = max(len(self.source_rights), len(self.target_rights), 1)
        return ROW + (math.ceil(lines / DOTS) - 1) * DOT


def lay_out(whole: networkx.DiGraph[Place]) -> Layout:
    """A spot for every node of the graph, without any chance in it."""
    rows = _rows(whole)
    spots: list[Spot] = []
    headings: list[Heading] = []
    most = max((max(len(row.source_rights), len(row.target_rights)) for row in rows), default=0)
    arm = (min(most, DOTS) + 2) * DOT
    width = PAIR + 2 * arm + GAP
    columns = _columns(rows, width)
    for number, column in enumerate(columns):
        spots += _set_column(column, number * width, headings)
    right_edge = (len(columns) - 1) * width + PAIR
    heights = {spot.place: spot.y for spot in spots}
    tallest = max((spot.y for spot in spots), default=0.0)
    for side in Side:
        outside = [
            place
            for place in whole
            if place[0] == side.value and place not in heights and place[1] not in _RIGHTS
        ]
        start = -arm - ASIDE if side is Side.SOURCE else right_edge + arm + ASIDE
        aside = _set_aside(whole, outside, heights, side, start, tallest, headings)
        # The target's side comes second and follows the source's, so that equal roles stand equally high.
        heights |= {spot.place: spot.y for spot in aside}
        spots += aside
    placed = {spot.place for spot in spots}
    stray = sorted(place for place in whole if place not in placed)
    # A right whose principal its row does not tell stands by itself at the bottom.
    spots += [Spot(place, index * DOT, tallest + 3 * ROW, "right") for index, place in enumerate(stray)]
    return Layout(tuple(sorted(spots, key=lambda spot: spot.place)), tuple(headings))


def _rows(whole: networkx.DiGraph[Place]) -> list[_Row]:
    """One row a principal of the source, then those that only the target has."""
    rights: dict[Place, list[Place]] = defaultdict(list)
    for right, holder, data in sorted(whole.edges(data=True), key=lambda edge: (edge[0], edge[1])):
        if right[1] in _RIGHTS and "principalId" in data["property"].split():
            rights[holder].append(right)
    for held in rights.values():
        held.sort(key=lambda place: (_rank(whole, place), whole.nodes[place]["name"], place))
    rows: list[_Row] = []
    taken: set[Place] = set()
    principals = [place for place in sorted(whole) if place[1] in _SECTIONS and place[1] not in _ASIDE_KINDS]
    for place in principals:
        if place[0] != Side.SOURCE.value:
            continue
        there = next(
            (two for two in whole[place] if whole.edges[place, two]["property"] == COUNTERPART), None
        )
        if there in taken:
            there = None
        elif there is not None:
            taken.add(there)
        mirrored = tuple(rights[there]) if there else ()
        rows.append(_Row(place, there, tuple(rights[place]), mirrored))
    rows.sort(key=lambda row: _order(whole, row.source))
    only = [
        _Row(None, place, (), tuple(rights[place]))
        for place in principals
        if place[0] == Side.TARGET.value and place not in taken
    ]
    only.sort(key=lambda row: _order(whole, row.target))
    return rows + only


def _counterpart(whole: networkx.DiGraph[Place], place: Place) -> Place | None:
    return next((one for one in whole[place] if whole.edges[place, one]["property"] == COUNTERPART), None)


def _rank(whole: networkx.DiGraph[Place], place: Place) -> int:
    state = whole.nodes[place]["state"]
    return _OPEN_FIRST.index(state) if state in _OPEN_FIRST else 3


def _order(whole: networkx.DiGraph[Place], place: Place | None) -> tuple[int, int, str, Place]:
    if place is None:
        raise ValueError("a row without an object has no order")
    return (
        _SECTIONS.index(place[1]),
        _rank(whole, place),
        str(whole.nodes[place]["name"]).casefold(),
        place,
    )


def _columns(rows: Sequence[_Row], width: float) -> list[list[_Row]]:
    """Rows in as many columns as make the picture about as high and wide as a screen."""
    total = sum(row.height for row in rows)
    aside = 4 * ASIDE
    number = min(
        range(1, 200),
        key=lambda count: abs(math.log((total / count + ROW) / (count * width + aside) / _LIKED)),
    )
    tallest = total / number + 2 * ROW
    columns: list[list[_Row]] = [[]]
    height = 0.0
    for row in rows:
        if columns[-1] and height + row.height > tallest:
            columns.append([])
            height = 0.0
        columns[-1].append(row)
        height += row.height
    return columns


def _set_column(rows: Iterable[_Row], x: float, headings: list[Heading]) -> list[Spot]:
    spots: list[Spot] = []
    headings += [Heading("source", x, -1.4 * ROW), Heading("target", x + PAIR, -1.4 * ROW, "left")]
    y, section = 0.0, ""
    for row in rows:
        one = row.source or row.target
        if one is None:
            continue
        title = _TITLES.get(one[1], one[1]) + ("" if row.source else ", only in the target")
        if title != section:
            y += ROW * (1.4 if section else 0.0)
            headings.append(Heading(title, x, y))
            y += ROW
            section = title
        if row.source:
            spots.append(Spot(row.source, x, y, "right"))
        if row.target:
            spots.append(Spot(row.target, x + PAIR, y, "left"))
        for rights, edge, step in ((row.source_rights, x, -DOT), (row.target_rights, x + PAIR, DOT)):
            for index, place in enumerate(rights):
                outwards = edge + 1.6 * step + (index % DOTS) * step
                spots.append(Spot(place, outwards, y + index // DOTS * DOT, "none"))
        y += row.height
    return spots


def _set_aside(
    whole: networkx.DiGraph[Place],
    places: Iterable[Place],
    heights: dict[Place, float],
    side: Side,
    start: float,
    tallest: float,
    headings: list[Heading],
) -> list[Spot]:
    """What the rights name beside their principal, each about as high as its rights are in the middle."""

    def middle(place: Place) -> float:
        for one in whole.predecessors(place):
            if whole.edges[one, place]["property"] == COUNTERPART and one in heights:
                return heights[one]
        found = [
            heights[one] for one in (*whole.predecessors(place), *whole.successors(place)) if one in heights
        ]
        return sum(found) / len(found) if found else tallest

    outwards, anchor = (-1.0, "left") if side is Side.SOURCE else (1.0, "right")
    per_column = max(_LEAST_LINES, int(tallest / ROW) + 1)
    kinds = sorted({place[1] for place in places}, key=lambda kind: (*_ASIDE_KINDS, kind).index(kind))
    spots: list[Spot] = []
    column, line = 0, 0
    groups = [
        (kind, sorted((one for one in places if one[1] == kind), key=lambda one: (middle(one), one)))
        for kind in kinds
    ]
    lines = sum(len(found) + 2 for _, found in groups)
    y_start = max(0.0, (tallest - min(lines, per_column) * ROW) / 2)
    for kind, found in groups:
        if line and line + 3 > per_column:
            column, line = column + 1, 0
        line += 1 if line else 0
        x = start + outwards * column * ASIDE
        headings.append(Heading(_TITLES.get(kind, kind), x, y_start + line * ROW, anchor))
        line += 1
        for place in found:
            if line >= per_column:
                column, line = column + 1, 0
            x = start + outwards * column * ASIDE
            spots.append(Spot(place, x, y_start + line * ROW, anchor))
            line += 1
    return spots


_TITLES = {
    "user": "users",
    "group": "groups",
    "servicePrincipal": "service principals",
    "directoryObject": "objects that are gone or unknown",
    "application": "single objects as scopes",
    "roleDefinition": "roles",
    "administrativeUnit": "administrative units",
    "roleManagementPolicy": "policies with approvers",
}
