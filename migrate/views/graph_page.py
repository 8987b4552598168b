"""The reference graph as one page that needs nothing else: data, style and script stand in it, and its
content security policy forbids it to load or send anything."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from migrate.resolve.find_object import Side
from migrate.resolve.findings import MEANINGS
from migrate.resolve.picture import Picture
from migrate.views.plain_text import visible

_LONGEST_NAME = 200
_ANCHORS = {"none": 0, "right": 1, "left": 2}
# What would end the script element or open a comment in it; everything beyond ASCII is escaped anyhow.
_MARKUP = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def graph_page(picture: Picture, *, title: str, caption: str) -> str:
    """The whole page; equal pictures give equal pages. Names are shown as text, made visible and cut."""
    style, script = _part("graph.css"), _part("graph.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}';"
        " base-uri 'none'; form-action 'none'"
    )
    parts = {
        "policy": html.escape(policy, quote=True),
        "title": html.escape(visible(title, 120), quote=True),
        "style": style,
        "data": _data(picture, visible(caption, 300)),
        "script": script,
    }
    pieces = _part("graph.html").split("{{")
    page = pieces[0]
    for piece in pieces[1:]:
        # Filled in one go: a name that holds a mark of the template stays what it is.
        name, _, rest = piece.partition("}}")
        page += parts[name] + rest
    return page


def _part(name: str) -> str:
    return files("migrate.views").joinpath("page", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What a content security policy knows an inline element by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _data(picture: Picture, caption: str) -> str:
    kinds = _numbers(dot.place[1] for dot in picture.dots)
    states = _numbers([*(dot.state for dot in picture.dots), *(line.state for line in picture.lines)])
    properties = _numbers(line.property for line in picture.lines)
    document: dict[str, Any] = {
        "caption": caption,
        "kinds": list(kinds),
        "states": list(states),
        "properties": list(properties),
        "codes": dict(MEANINGS),
        "nodes": [
            {
                "id": visible(dot.place[2], _LONGEST_NAME),
                "name": visible(dot.name, _LONGEST_NAME),
                "side": int(dot.place[0] == Side.TARGET.value),
                "kind": kinds[dot.place[1]],
                "state": states[dot.state],
                "codes": dot.codes,
                "wave": dot.wave,
                "x": round(dot.x, 1),
                "y": round(dot.y, 1),
                "anchor": _ANCHORS[dot.anchor],
            }
            for dot in picture.dots
        ],
        "edges": [
            [line.here, line.there, properties[line.property], states[line.state]] for line in picture.lines
        ],
        "headings": [
            [one.text, round(one.x, 1), round(one.y, 1), _ANCHORS[one.anchor]] for one in picture.headings
        ],
    }
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")).translate(_MARKUP)


def _numbers(texts: Iterable[str]) -> dict[str, int]:
    """A number for each text, in alphabetical order; the empty one is always among them."""
    return {text: number for number, text in enumerate(sorted({"", *texts}))}
