"""The page of what the lab covers is up to date, and each area says what it is built on."""

from __future__ import annotations

import re
from pathlib import Path

from lab_calls import Asker

from migrate.lab.api import AREAS
from migrate.lab.control import ControlServer
from migrate.lab.coverage import CONTROL, page

PAGE = Path(__file__).parents[3] / "runbooks" / "lab-coverage.md"


def test_the_page_is_up_to_date(refresh_golden: bool) -> None:
    """``pytest --refresh-golden`` writes it."""
    if refresh_golden:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_route_is_on_the_page_once() -> None:
    rows = [re.match(r"\| ([A-Z ]+) \| `(/[^`]*)` \| (?:both|beta)", line) for line in page().splitlines()]
    listed = [(method, row[2]) for row in rows if row for method in row[1].split()]
    routes = [(route.method, route.pattern) for area in AREAS for route in area.routes()]
    assert sorted(listed) == sorted(routes)
    assert len(set(routes)) == len(routes)


def test_each_area_names_its_facts_and_marks() -> None:
    for area in AREAS:
        title, facts, sure = area.ABOUT
        assert title
        assert re.match(r"§\d", facts), area
        assert re.match(r"[DOLIU]\b", sure), area


def test_every_call_of_the_control_plane_is_on_the_page() -> None:
    app = ControlServer(Asker().control).app()
    paths = {f"{route.method} {route.resource.canonical}" for route in app.router.routes() if route.resource}
    listed = {call for calls, _ in CONTROL for call in re.findall(r"`(\w+ /\w*)`", calls)}
    assert {path for path in paths if not path.startswith("HEAD")} == listed
