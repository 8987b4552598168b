"""The page with the picture: it needs nothing, loads nothing, and a name in it stays a name."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from migrate.resolve.layout import Heading
from migrate.resolve.picture import Dot, Line, Picture
from migrate.views.graph_page import graph_page

HOSTILE = "</script><script>alert(1)</script>{{script}}<!-- & \u2028\u202e\x00 '\""


def page_of(name: str = "Anna") -> str:
    dots = (
        Dot(("source", "user", "1"), name, "accepted", "C02 D01", "all", 0.0, 0.0, "right"),
        Dot(("target", "user", "2"), name, "accepted", "", "", 440.0, 0.0, "left"),
    )
    picture = Picture(dots, (Line(0, 1, "counterpart", "accepted"),), (Heading("users", 0.0, -20.0),))
    return graph_page(picture, title=name, caption=name)


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    loaded = json.loads(found[1])
    assert isinstance(loaded, dict)
    return loaded


def test_the_page_holds_the_picture() -> None:
    data = data_of(page_of())
    nodes, edges = data["nodes"], data["edges"]
    assert isinstance(nodes, list) and isinstance(edges, list)
    assert [(one["name"], one["side"], one["x"], one["codes"]) for one in nodes] == [
        ("Anna", 0, 0.0, "C02 D01"),
        ("Anna", 1, 440.0, ""),
    ]
    assert edges[0][:2] == [0, 1]


def test_a_hostile_name_is_text_and_nothing_else() -> None:
    page = page_of(HOSTILE)
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "alert(1)</script>" not in page
    assert not re.search("[\x00\u2028\u202e]", page)
    nodes = data_of(page)["nodes"]
    assert isinstance(nodes, list)
    assert nodes[0]["name"].startswith("</script><script>alert(1)</script>{{script}}<!--")
    assert "<U+2028><U+202E><U+0000>" in nodes[0]["name"]


def test_the_policy_lets_nothing_in_but_the_page_s_own_script_and_style() -> None:
    page = page_of()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].replace("&#x27;", "'").split(";"))
    assert rules["default-src"] == "'none'"
    assert set(rules) == {"default-src", "script-src", "style-src", "base-uri", "form-action"}
    for rule, element in (("script-src", "script"), ("style-src", "style")):
        (inline,) = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"


def test_the_page_names_no_other_place() -> None:
    page = page_of()
    assert not re.search(r"https?://|//[a-z]|\bsrc=|\bhref=|@import|url\(|\bfetch\(|XMLHttp|innerHTML", page)


def test_equal_pictures_give_equal_pages() -> None:
    assert page_of() == page_of()
