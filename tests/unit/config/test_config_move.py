from __future__ import annotations

import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from migrate.config.move import BEYOND_POLICY, EXISTING, POLICIES, default_move_text, read_move
from migrate.errors import FileError

KINDS = ("administrativeUnit", "group", "roleDefinition", "authenticationContext")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "move.toml"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_that_eligible_rights_move_alone(path: Path) -> None:
    move = read_move(path)
    assert not any(move.creates(kind) for kind in KINDS)
    assert (move.members_of_new, move.members_of_existing) == (True, False)
    assert (move.policies, move.minimum_approvers) == ("leave", 1)
    assert (move.active, move.beyond_policy, move.existing) == (False, "skip", "leave")
    assert (move.access_reviews, move.conditional_access) == (False, False)
    for text in (default_move_text(), ""):
        assert read_move(write(path, text)) == move


def test_the_packaged_file_names_every_key_and_explains_each_on_its_line() -> None:
    text = default_move_text()
    keys = [key for table in tomllib.loads(text).values() for key in table]
    assert len(keys) == len(asdict(read_move(Path("none.toml"))))
    for key in keys:
        assert f"\n{key} = " in text
    lines = [line for line in text.splitlines() if " = " in line and not line.startswith("#")]
    assert all("  # " in line for line in lines)
    for word in (*POLICIES, *BEYOND_POLICY, *EXISTING):
        assert word in text


def test_what_is_said_stands_and_the_rest_stays(path: Path) -> None:
    default = read_move(path)
    text = """
[create]
groups = true
[members]
of_existing = true
[policies]
mode = "strengthen"
minimum_approvers = 2
[rights]
active = true
beyond_policy = "clamp"
existing = "update"
[guards_of_privilege]
access_reviews = true
"""
    assert read_move(write(path, text)) == replace(
        default,
        create_groups=True,
        members_of_existing=True,
        policies="strengthen",
        minimum_approvers=2,
        active=True,
        beyond_policy="clamp",
        existing="update",
        access_reviews=True,
    )


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("administrative_units", "administrativeUnit"),
        ("groups", "group"),
        ("custom_roles", "roleDefinition"),
        ("authentication_contexts", "authenticationContext"),
    ],
)
def test_each_kind_is_made_by_its_own_key(path: Path, key: str, kind: str) -> None:
    move = read_move(write(path, f"[create]\n{key} = true\n"))
    assert [one for one in (*KINDS, "user", "") if move.creates(one)] == [kind]


def test_the_hash_is_over_what_is_said(path: Path) -> None:
    default = read_move(path).hash
    assert read_move(write(path, "# a comment\n[members]\nof_new = true\n")).hash == default
    assert read_move(write(path, "[members]\nof_new = false\n")).hash != default


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("[create]\ngroup = true", "unknown_key", 2, 'did you mean "groups"?'),
        ("[creates]\ngroups = true", "unknown_key", 1, 'did you mean "create"?'),
        ("groups = true", "unknown_key", 1, "top of the file"),
        ("create = true", "wrong_type", 1, "write [create]"),
        ("[create]\ngroups = 'true'", "wrong_type", 2, "true or false"),
        ("[members]\nof_new = 1", "wrong_type", 2, "true or false"),
        ("[policies]\nmode = 'strenghten'", "bad_value", 2, 'did you mean "strengthen"?'),
        ("[policies]\nmode = true", "wrong_type", 2, "in quotes"),
        ("[policies]\nminimum_approvers = 0", "bad_number", 2, "1 or more"),
        ("[policies]\nminimum_approvers = true", "bad_number", 2, "whole number"),
        ("[rights]\nactive = 'yes'", "wrong_type", 2, "true or false"),
        ("[rights]\nbeyond_policy = 'clip'", "bad_value", 2, "skip, clamp, relax"),
        ("[rights]\nexisting = ''", "empty_value", 2, "is empty"),
        ("[guards_of_privilege]\naccess_review = true", "unknown_key", 2, '"access_reviews"'),
        ("[rights\n", "toml_syntax", 1, "Expected"),
    ],
)
def test_what_is_wrong_is_named_by_line(path: Path, text: str, code: str, line: int, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read_move(write(path, text))
    assert (caught.value.code, caught.value.where) == (code, f"{path}:{line}"), caught.value.message
    assert says in caught.value.message


def test_all_problems_are_told_at_once(path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_move(write(path, "[create]\ngroups = 1\nx = 1\n[rights]\nexisting = 'no'\n[more]\n"))
    assert caught.value.code == "move_invalid"
    assert len(caught.value.message.splitlines()) == 4
