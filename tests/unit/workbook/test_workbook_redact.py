"""A report to be shown to others: no name is left, and who has one name has one stand-in."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

import pytest
from workbook_everything import everything
from workbook_sample import HOSTILE, SOURCE, TARGET, hostile_report, ident, report

from migrate.resolve.decisions import Decision
from migrate.workbook.known_names import KnownNames
from migrate.workbook.redact import redacted
from migrate.workbook.report import Report

SECRET = b"s" * 32
NAMES = (
    "anna",
    "ben",
    "carla",
    "dora",
    "contoso",
    "fabrikam",
    "söhne",
    "finance",
    "analyst",
    "retail",
    "10001",
)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in (*value.keys(), *value.values()) for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return []


def _decided() -> Report:
    decision = Decision("user", ident(1, 4), None, "skip", "Dora told Ben", "Bernadette", "2026-01-01")
    given = report()
    mappings = tuple(
        replace(one, reason="decided by Bernadette: Dora told Ben, ask carla@contoso.example")
        if one.source_id == ident(1, 4)
        else one
        for one in given.resolution.mappings
    )
    return replace(given, decisions=(decision,), resolution=replace(given.resolution, mappings=mappings))


def test_no_name_or_address_is_left_anywhere() -> None:
    found = [text.lower() for text in _texts(asdict(redacted(_decided(), SECRET)))]
    assert [text for text in found for name in (*NAMES, "bernadette") if name in text] == []


def test_ids_roles_and_words_of_ours_stay() -> None:
    given, hidden = report(), redacted(report(), SECRET)
    assert [one.source_id for one in hidden.resolution.mappings] == [
        one.source_id for one in given.resolution.mappings
    ]
    assert "Exchange Administrator" in {one.name for one in hidden.resolution.mappings}
    reasons = {one.reason for one in hidden.resolution.mappings}
    assert "employee_id matches and nothing else does" in reasons
    assert hidden.source.tenant_id != given.source.tenant_id


def test_stand_ins_are_stable_and_hang_on_the_secret() -> None:
    first, again, other = (redacted(report(), key) for key in (SECRET, SECRET, b"t" * 32))
    assert first == again
    assert first.resolution.mappings[0].name != other.resolution.mappings[0].name
    assert re.fullmatch(r"addr-\w{10}@domain-\w{10}\.redacted", first.resolution.mappings[0].name)


def test_hostile_names_are_replaced_too() -> None:
    hidden = redacted(hostile_report(HOSTILE), SECRET)
    assert not {one.name for one in hidden.resolution.mappings} & set(HOSTILE)
    assert all(one.names["principal"].startswith("name-") for one in hidden.drafts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann met Ann Lee", "1 met 2"),
        ("Annabel", "Annabel"),
        ("(Ann)", "(1)"),
        ("=x(1), said Ann", "3, said 1"),
        ("🐘🐘 - here", "44 - here"),
        ("", ""),
    ],
)
def test_a_name_is_found_as_whole_words_the_longest_first(text: str, expected: str) -> None:
    known = KnownNames()
    for name, stand_in in {"Ann": "1", "Ann Lee": "2", "=x(1)": "3", "🐘": "4", "-": "5"}.items():
        known.add(name, stand_in)
    assert known.replaced(text) == expected


def test_names_of_built_in_roles_stay_whole_whatever_people_are_called() -> None:
    given = everything()
    people = {one: {**row, "jobTitle": "Administrator"} for one, row in given.source.of_kind("user").items()}
    source = replace(given.source, rows={**given.source.rows, "user": people})
    hidden = redacted(replace(given, source=source), SECRET)
    assert hidden.audit is not None
    line = next(one for one in hidden.audit.lines if one.evidence)
    assert line.evidence == ("Exchange Administrator",)
    assert line.told == "is a guest, and may activate Exchange Administrator"


def test_findings_name_nobody() -> None:
    hidden = redacted(everything(), SECRET)
    assert hidden.audit is not None
    texts = [text.lower() for one in hidden.audit.lines for text in _texts(asdict(one))]
    secret = ("carla", "anna", "contoso", "fabrikam", "lost", "leaves in may", "ida", SOURCE, TARGET)
    assert [(text, name) for text in texts for name in secret if name in text] == []
    assert {one.kind for one in hidden.audit.lines} == {"user", "tenant"}
