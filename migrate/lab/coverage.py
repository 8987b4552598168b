"""The page that says what the lab emulates, after what, and how sure each part is.

Made from what stands beside the routes: ``ABOUT`` of an area, ``facts`` and ``sure`` of a route that differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from migrate.lab.api import AREAS
from migrate.lab.call import Route
from migrate.lab.control_guide import OPERATIONS
from migrate.lab.faults import KINDS

MISSING = (
    (
        "Steps of an approval in the API (`roleAssignmentApprovals`, `assignmentApprovals`)",
        "the control plane decides",
    ),
    ("`updateAllowedCombinations` of authentication strengths", "nothing of ours writes it"),
    ("Instances and decisions of access reviews", "only definitions are moved"),
    ("`$search`, `$orderby` of directory lists", "refused, or ignored where Graph ignores it"),
    (
        "`app`-scoped assignments (`appScopeId`)",
        "taken as tenant-wide; entitlement management is out of scope",
    ),
    ("Writing users and service principals", "the toolkit never does; the control plane can"),
    (
        "Devices, applications, terms of use and custom controls as objects",
        "terms of use can be named by the seed (`agreements`); no tenant has custom controls",
    ),
    ("Alerts of PIM, sign-in logs, entitlement management", "out of scope"),
    ("Time-out of a waiting approval", "not in the fact sheet; it waits until it is decided"),
)
LEGEND = (
    ("D", "documented by Microsoft"),
    ("O", "observed: in a public issue, or recorded by a public tool"),
    ("L", "observed by somebody who says that it was tested live"),
    ("I", "inferred"),
    ("U", "seen in one or two third-party error mappers: a guess"),
)
CONTROL = tuple((f"`{call.partition('?')[0]}`", what) for call, what in OPERATIONS.items())
"""The calls of the control plane, each with what it is for."""


class Area(Protocol):
    """A module of the lab that answers for some paths."""

    ABOUT: tuple[str, str, str]
    """Title, sections of the fact sheet, confidence marks."""

    def routes(self) -> list[Route]: ...


@dataclass(frozen=True)
class Line:
    """One endpoint of the page."""

    pattern: str
    methods: tuple[str, ...]
    versions: tuple[str, ...]
    least: str
    lane: str
    cost: int
    facts: str
    sure: str


def lines_of(area: Area) -> Iterator[Line]:
    """The endpoints of an area, each once with all its methods."""
    _, facts, sure = area.ABOUT
    found: dict[str, list[Route]] = {}
    for route in area.routes():
        found.setdefault(route.pattern, []).append(route)
    for pattern, routes in found.items():
        first = routes[0]
        least = dict.fromkeys(route.permissions[0] for route in routes if route.permissions)
        yield Line(
            pattern,
            tuple(route.method for route in routes),
            first.versions,
            ", ".join(least) or "by filter or body",
            first.lane,
            first.cost,
            first.facts or facts,
            first.sure or sure,
        )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    titles = list(head)
    yield "| " + " | ".join(titles) + " |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _area(area: Area) -> Iterator[str]:
    title, facts, sure = area.ABOUT
    yield ""
    yield f"## {title}"
    yield f"After {facts}. How sure: {sure}."
    yield ""
    rows = []
    for line in lines_of(area):
        differs = (line.facts, line.sure) != (facts, sure)
        lane = f"{line.lane}, {line.cost} RU" if line.lane == "directory" else line.lane
        rows.append(
            (
                " ".join(line.methods),
                f"`{line.pattern}`",
                "both" if len(line.versions) > 1 else line.versions[0],
                line.least,
                lane,
                f"{line.facts}: {line.sure}" if differs else "",
            )
        )
    yield from _table(
        ("methods", "endpoint", "version", "least permission", "lane", "where it differs"), rows
    )


def page() -> str:
    """The whole page as Markdown."""
    areas: tuple[Area, ...] = AREAS
    endpoints = sum(1 for area in areas for _ in lines_of(area))
    lines = [
        "# What the lab covers",
        "",
        "This page is generated from `migrate/lab`; a test fails when it is out of date. § is a section of",
        "the project's fact sheet on Microsoft Graph, *observed* a line of its sheet of what others saw.",
        f"Besides these {endpoints} endpoints there are the token service and `$batch` (§1.5: D).",
        "",
        *_table(("mark", "meaning"), LEGEND),
    ]
    for area in areas:
        lines += _area(area)
    lines += ["", "## Not covered", ""]
    lines += _table(("what", "why, or what stands in its place"), MISSING)
    lines += ["", "## Trouble on demand", ""]
    lines += _table(("fault (`do`)", "what it does"), ((f"`{name}`", text) for name, text in KINDS.items()))
    lines += ["", "## The control plane", ""]
    lines += _table(("call", "what for"), CONTROL)
    return "\n".join(lines) + "\n"
