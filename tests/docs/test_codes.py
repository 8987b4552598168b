"""The page of codes and the program say the same, and so do the tables of permissions and exit codes."""

from __future__ import annotations

import re

from console_blocks import ROOT
from error_codes import raised
from every_setting import EVERYTHING

from migrate import errors
from migrate.cli.doctor_writes import needs_of
from migrate.kinds.app_roles import APP_ROLES
from migrate.kinds.catalogue import ALL
from migrate.resolve.findings import MEANINGS

OUTSIDE = (ROOT / "runbooks" / "design" / "outside.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NEVER_AT_A_PLACE = {"access", "failed", "guard_stopped", "state_unusable", "file_invalid", "usage"}
"""Codes that a class gives where nothing says it better."""


def documented() -> dict[str, int]:
    found = re.findall(r"^\| (\d+) \| `(\w+)` \| .+ \|$", OUTSIDE, re.MULTILINE)
    assert len({code for _, code in found}) == len(found), "a code stands there twice"
    return {code: int(exit) for exit, code in found}


def test_every_code_is_documented_and_every_documented_code_exists() -> None:
    said, there = documented(), raised()
    assert sorted(there.keys() - said.keys()) == []
    assert sorted(said.keys() - there.keys() - NEVER_AT_A_PLACE) == []


def test_every_code_stands_under_its_exit_code() -> None:
    said = documented()
    assert {code: exits for code, exits in raised().items() if exits != {said[code]}} == {}


def test_every_class_of_error_has_a_documented_exit_code() -> None:
    exits = {each.exit for each in vars(errors).values() if isinstance(each, type) and hasattr(each, "exit")}
    for exit in exits:
        assert re.search(rf"\| {exit} \| ", README), exit


def test_every_conflict_and_drift_code_is_documented() -> None:
    assert sorted(set(MEANINGS) - set(re.findall(r"\b[CD]\d\d\b", OUTSIDE.split("## Conflicts")[1]))) == []


def test_the_readme_names_the_least_permission_of_everything_that_is_read_and_written() -> None:
    group = "00000000-0000-0000-0000-000000000000"
    listings = [kind.listing(group if kind.listed_per else None) for kind in ALL]
    needed = {listing.permissions[0] for listing in listings}
    needed |= {one.permissions[0] for one in needs_of(EVERYTHING)}
    table = set(re.findall(r"^\| [^|]*\| `([\w.]+)` \|", README, re.MULTILINE))
    assert table == needed
    assert needed <= APP_ROLES.keys(), "doctor names these without a command that grants them"
