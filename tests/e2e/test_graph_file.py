"""``resolve --graph`` on the small lab."""

from __future__ import annotations

import json
import re

import networkx
import pytest
from command_line import CommandLine


def test_graphml(ready: CommandLine) -> None:
    result = ready("resolve --graph graph.graphml --json")
    assert result.code == 0
    (file,) = result.of_type("file")
    read = networkx.read_graphml(ready.folder / "graph.graphml")
    assert file["path"].endswith("graph.graphml")
    states = [data["state"] for _, data in read.nodes(data=True) if data["kind"].endswith("Schedule")]
    assert states == ["free"] * 6
    mapped = [data for _, _, data in read.edges(data=True) if data["property"] == "counterpart"]
    assert {data["state"] for data in mapped} == {"accepted"}


def test_page(ready: CommandLine) -> None:
    assert ready("resolve --graph graph.HTML --json").code == 0
    page = (ready.folder / "graph.HTML").read_text(encoding="utf-8")
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert {"aoife.darcy@contoso.com", "aoife.darcy@fabrikam.com"} <= {one["name"] for one in data["nodes"]}
    assert "Contoso" in data["caption"]
    assert ready("resolve --graph again.html --json").code == 0
    assert (ready.folder / "again.html").read_text(encoding="utf-8") == page


@pytest.mark.parametrize(
    ("file", "code"),
    [("graph.svg", "graph_name"), ("graph", "graph_name"), ("nowhere/graph.html", "graph_folder_missing")],
)
def test_a_file_that_cannot_be_is_refused_before_anything_is_done(
    cli: CommandLine, file: str, code: str
) -> None:
    result = cli(f"resolve --graph {file} --json")
    assert (result.code, result.error["code"]) == (2, code)


def test_a_file_that_cannot_be_written(ready: CommandLine) -> None:
    (ready.folder / "taken.html").mkdir()
    result = ready("resolve --graph taken.html --json")
    assert (result.code, result.error["code"]) == (2, "graph_unwritable")
    assert not list(ready.folder.glob("*.new"))
