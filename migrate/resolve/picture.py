"""The reference graph of both tenants as a picture: plain data that a page can draw."""

from __future__ import annotations

from dataclasses import dataclass

import networkx

from migrate.resolve.layout import Heading, lay_out
from migrate.resolve.two_tenants import Place


@dataclass(frozen=True)
class Dot:
    """One node, where it stands; ``anchor`` says on which side its name is: ``left``, ``right``, ``none``."""

    place: Place
    name: str
    state: str
    codes: str
    wave: str
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Line:
    """One edge, between two dots by their numbers; ``state`` is that of a mapping, else empty."""

    here: int
    there: int
    property: str
    state: str


@dataclass(frozen=True)
class Picture:
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]


def picture(whole: networkx.DiGraph[Place]) -> Picture:
    """The same graph gives the same picture."""
    layout = lay_out(whole)
    dots = []
    for spot in layout.spots:
        data = whole.nodes[spot.place]
        dots.append(
            Dot(
                spot.place,
                data["name"],
                data["state"],
                data["codes"],
                data["wave"],
                spot.x,
                spot.y,
                spot.anchor,
            )
        )
    number = {dot.place: index for index, dot in enumerate(dots)}
    lines = sorted(
        (number[here], number[there], str(data["property"]), str(data.get("state", "")))
        for here, there, data in whole.edges(data=True)
    )
    return Picture(tuple(dots), tuple(Line(*line) for line in lines), layout.headings)
