from __future__ import annotations

from pathlib import Path

import pytest

from migrate.config.tiers import read_tiers
from migrate.errors import FileError

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
EXCHANGE = "29232cdf-9323-42fd-ade2-1d097af3e4de"
REPORTS = "4a5d8f65-41da-4de4-8968-e035b65339cf"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tiers.toml"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_the_packaged_tiers(path: Path) -> None:
    found = read_tiers(path)
    assert sorted(found.tiers) == [0, 1, 2, 3]
    assert len(found.roles) == 145
    assert [found.roles[one] for one in (GLOBAL_ADMINISTRATOR, EXCHANGE, REPORTS)] == [0, 1, 2]
    assert all(tier.name and tier.meaning for tier in found.tiers.values())
    assert (found.unclassified, found.unknown_blocks_up_to) == (0, 1)
    assert set(found.lowered.values()) == {0}
    assert not found.custom_roles and not found.groups


def test_a_file_changes_what_it_names(path: Path) -> None:
    write(
        path,
        'model = "ours"\n[scopes]\nadministrative_unit = 1\n[unclassified]\ntier = 1\n'
        "[unknown]\nblocks_up_to = 3\n"
        f'[tiers.0.roles]\n{EXCHANGE.upper()} = "Exchange"\n'
        '[tiers.0.custom_roles]\n"Key Reader" = "reads keys"\n'
        '[tiers.1.groups]\n" Payroll Admins " = "opens payroll"\n'
        '[tiers.2]\nactions = ["Microsoft.Ours/*"]\n[tiers.4]\nname = "guests"\n',
    )
    found = read_tiers(path)
    assert found.model == "ours"
    assert found.lowered == {"administrative_unit": 1, "object": 0, "application": 0}
    assert (found.unclassified, found.unknown_blocks_up_to) == (1, 3)
    assert found.roles[EXCHANGE] == 0 and found.roles[GLOBAL_ADMINISTRATOR] == 0
    assert found.custom_roles == {"key reader": 0}
    assert found.groups == {"payroll admins": 1}
    assert found.tiers[2].actions == ("microsoft.ours/*",)
    assert found.tiers[2].name == "management plane"
    assert found.tiers[4].name == "guests"


def test_the_hash_is_of_what_is_said(path: Path, tmp_path: Path) -> None:
    plain = read_tiers(write(path, "[scopes]\nobject = 0\n")).hash
    assert plain == read_tiers(tmp_path / "none.toml").hash
    assert plain != read_tiers(write(path, "[scopes]\nobject = 1\n")).hash


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("[tiers.one]\nname = 'x'", "bad_number", 1, "a tier's number"),
        ("[tiers.07]\nname = 'x'", "bad_number", 1, "a tier's number"),
        ("[tiers.5]\nmeaning = 'x'", "missing_key", 1, "has no name"),
        ("[tiers.0]\nnam = 'x'", "unknown_key", 2, 'did you mean "name"?'),
        ("[tiers.0]\nactions = 'x'", "wrong_type", 2, "list of texts"),
        ("[tiers.0.roles]\nGlobal = 'x'", "bad_guid", 2, "template id"),
        (f"[tiers.0.roles]\n{EXCHANGE} = 1", "wrong_type", 2, "must be a text"),
        (
            f"[tiers.0.roles]\n{EXCHANGE} = 'a'\n[tiers.1.roles]\n{EXCHANGE.upper()} = 'a'",
            "contradiction",
            4,
            "stands in tier 0 as well",
        ),
        ("[tiers.0.groups]\nOps = 'a'\n[tiers.2.groups]\nops = 'a'", "contradiction", 4, "tier 0 as well"),
        ("[scopes]\nunit = 1", "unknown_key", 2, "administrative_unit"),
        ("[scopes]\nobject = -1", "bad_number", 2, "0 or more"),
        ("[unknown]\nblock_up_to = 1", "unknown_key", 2, 'did you mean "blocks_up_to"?'),
        ("[tier.0]\nname = 'x'", "unknown_key", 1, 'did you mean "tiers"?'),
        ("tiers = 3", "wrong_type", 1, "must be a table"),
    ],
)
def test_bad_tiers(path: Path, text: str, code: str, line: int, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read_tiers(write(path, text))
    assert (caught.value.code, caught.value.where) == (code, f"{path}:{line}"), caught.value.message
    assert says in caught.value.message


def test_all_problems_are_told_at_once(path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_tiers(write(path, "[scopes]\nobject = 'x'\n[tiers.0]\nnonsense = 1\n[tiers.x]\n"))
    assert caught.value.code == "tiers_invalid"
    assert len(caught.value.message.splitlines()) == 3
