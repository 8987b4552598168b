"""Scripts find every line that the program tells them in the page of the outside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from console_blocks import ROOT

OUTSIDE = (ROOT / "runbooks" / "design" / "outside.md").read_text(encoding="utf-8")
LINES = OUTSIDE.split("## Lines")[1].split("\n## ")[0]


def told() -> Iterator[str]:
    """The type of each line that is written as a text where the line is told."""
    for room in ("cli", "views"):
        for path in sorted((ROOT / "migrate" / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("screen.line"):
                    yield from _texts(node.args[0])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def test_every_type_of_line_is_documented() -> None:
    documented = {
        name
        for first in re.findall(r"^\| (`[^|]+`) \|", LINES, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", first)
    }
    found = set(told())
    assert len(found) > 30
    assert sorted(found - documented) == []
