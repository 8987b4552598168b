"""The web page: everything in one file, nothing from elsewhere, and names are only text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from workbook_sample import HOSTILE, SPELT, hostile_report, report

from migrate.errors import UsageError
from migrate.views.report_page import ReportPage
from migrate.workbook.beside import told
from migrate.workbook.index import Index
from migrate.workbook.report import Report

_MARKUP = ("</td><script>alert(1)</script>", "<img src=x onerror=alert(1)>", '" onmouseover="x', "&lt;")


class Seen(HTMLParser):
    """The tags, attributes and cell texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "td":
            self.cells.append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.cells[-1] += data


def _write(path: Path, told_of: Report) -> None:
    index = Index(told_of)
    with ReportPage() as page:
        told(index, page)
        page.write(path, told_of, index)


def _page(path: Path, names: tuple[str, ...] | None = None) -> tuple[str, Seen]:
    _write(path, report() if names is None else hostile_report(names))
    text = path.read_bytes().decode("utf-8")
    seen = Seen()
    seen.feed(text)
    return text, seen


def test_the_policy_allows_only_what_the_page_carries(tmp_path: Path) -> None:
    text, seen = _page(tmp_path / "x.html")
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes in seen.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_nothing_leads_out_of_the_page(tmp_path: Path) -> None:
    text, seen = _page(tmp_path / "x.html")
    assert "http://" not in text and "https://" not in text and "url(http" not in text
    for _, attributes in seen.tags:
        assert "src" not in attributes and "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")


def test_names_of_strangers_are_text(tmp_path: Path) -> None:
    _, honest = _page(tmp_path / "honest.html", ("plain",) * (len(HOSTILE) + len(_MARKUP)))
    _, seen = _page(tmp_path / "x.html", (*HOSTILE, *_MARKUP))
    assert [tag for tag, _ in seen.tags] == [tag for tag, _ in honest.tags]
    for name in (*HOSTILE, *_MARKUP):
        assert name.replace("\r", "\u240d") in seen.cells


def test_what_html_cannot_hold_is_shown_by_a_stand_in(tmp_path: Path) -> None:
    text, seen = _page(tmp_path / "x.html", tuple(SPELT))
    assert "bell\u2407" in seen.cells and "half \ufffd a pair" in seen.cells
    assert "\x00" not in text and "\x07" not in text


def test_every_sheet_is_there_with_charts_and_search(tmp_path: Path) -> None:
    text, seen = _page(tmp_path / "x.html")
    for name in (
        "Read me",
        "Summary",
        "Principals",
        "Roles",
        "Scopes",
        "Assignments",
        "Policies",
        "Conflicts",
        "Drift",
        "Decisions log",
    ):
        assert f">{name}</a>" in text
    assert sum(tag == "svg" for tag, _ in seen.tags) == 8
    assert ("input", {"id": "search", "type": "search", "autocomplete": "off"}) in seen.tags
    assert "→ Principals" not in text


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        _write(tmp_path / "missing" / "x.html", report())
    assert caught.value.code == "workbook_folder_missing"
