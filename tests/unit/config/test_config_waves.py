from __future__ import annotations

from pathlib import Path

import pytest

from migrate.config.starter import write_starter
from migrate.config.waves import StopText, Waves, WaveText, default_waves_text, read_waves
from migrate.errors import FileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "waves.toml"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_no_wave_but_the_one_that_is_built_in(path: Path) -> None:
    assert read_waves(path) == Waves()
    assert read_waves(path).of("all") == WaveText("all")
    assert read_waves(write(path, default_waves_text())) == Waves()


def test_the_commented_example_can_be_taken_as_it_is(tmp_path: Path) -> None:
    write_starter(tmp_path)
    path = tmp_path / "mappings" / "waves.toml"
    (tmp_path / "mappings" / "pilots.csv").write_text("anna@contoso.com\n", encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    keys = [line[2:] for line in lines if line[2:3] == "[" or (" = " in line and line[2:3].isalnum())]
    found = read_waves(write(path, "\n".join(keys)))
    canary, rest = found.waves
    assert (canary.name, canary.tiers, canary.percent, canary.approvals) == ("canary", (3,), 5, 1)
    assert canary.not_roles == ("global administrator",)
    assert canary.listed == ("anna@contoso.com",)
    assert canary.stop == StopText(2, 10, ("in_doubt",))
    assert rest == WaveText("rest")
    (freeze,) = found.freezes
    assert (freeze.days, freeze.start, freeze.end) == ((4,), 18 * 60, 6 * 60)
    assert (freeze.time_zone, freeze.waves) == ("Europe/Berlin", ("canary",))
    assert found.tier_approvals == {0: 2}


def test_waves_keep_the_order_of_the_file(path: Path) -> None:
    found = read_waves(write(path, "[waves.z]\n[waves.a]\n[waves.m]\n"))
    assert [wave.name for wave in found.waves] == ["z", "a", "m"]


def test_a_list_is_read_as_excel_leaves_it(path: Path) -> None:
    guid = "29232cdf-9323-42fd-ade2-1d097af3e4de"
    write(path, '[waves.a]\nlist = "a.csv"\n')
    (path.parent / "a.csv").write_bytes(
        f"\ufeffUserPrincipalName;why\r\n Anna@Contoso.com;x\r\n\r\n# note\r\n{guid.upper()};y\r\n".encode()
    )
    assert read_waves(path).waves[0].listed == ("anna@contoso.com", guid)
    empty = read_waves(path).hash
    (path.parent / "a.csv").write_text("anna@contoso.com\n", encoding="utf-8")
    assert read_waves(path).hash != empty, "who is on the list is part of what was decided"
    (path.parent / "a.csv").write_text("anna@contoso.com\nAnna Smith\n", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_waves(path)
    assert (caught.value.code, caught.value.where) == ("list_invalid", f"{path}:2")
    assert "a.csv:2" in caught.value.message


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("[waves.all]", "bad_name", 1, "is built in"),
        ("[waves.Big]", "bad_name", 1, "lower-case"),
        ("[waves.a]\ntiers = []", "bad_number", 2, "list of tiers"),
        ("[waves.a]\ntiers = [true]", "bad_number", 2, "list of tiers"),
        ("[waves.a]\nroles = []", "empty_value", 2, "is empty"),
        ("[waves.a]\nrole = ['x']", "unknown_key", 2, 'did you mean "roles"?'),
        ("[waves.a]\nlist = 'no.csv'", "file_missing", 2, "no such file"),
        ("[waves.a]\npercent = 0", "bad_number", 2, "more than 0"),
        ("[waves.a]\npercent = 5\ncount = 5", "contradiction", 3, "keep one"),
        ("[waves.a]\ncount = 0", "bad_number", 2, "1 or more"),
        ("[waves.a]\napprovals = 3", "bad_number", 2, "0, 1 or 2"),
        ("[waves.a]\nbatch_size = 'x'", "bad_number", 2, "whole number"),
        ("[waves.a.stop]\nclasses = ['refusd']", "bad_value", 2, 'did you mean "refused"?'),
        ("[waves.a.stop]\nshare = 101", "bad_number", 2, "at most 100"),
        ("[waves.a.stop]\nfailures = 0", "bad_number", 2, "1 or more"),
        ("[freeze.a]\ndays = ['someday']", "bad_value", 2, "someday"),
        ("[freeze.a]\nfrom = '24:00'", "bad_value", 2, "18:00"),
        ("[freeze.a]\nfrom = '18:00'\nto = '18:00'", "bad_value", 3, "same time"),
        ("[freeze.a]\ntime_zone = 'Mars/Base'", "bad_time_zone", 2, "no time zone"),
        ("[freeze.a]\ntime_zone = '../x'", "bad_time_zone", 2, "no time zone"),
        ("[freeze.a]\nwaves = ['b']", "bad_value", 2, '"b"'),
        ("[approvals.tiers]\nx = 1", "bad_number", 2, "tier's number"),
        ("[approvals]\nall = 1", "unknown_key", 2, "tiers"),
        ("[wave.a]", "unknown_key", 1, 'did you mean "waves"?'),
    ],
)
def test_bad_waves(path: Path, text: str, code: str, line: int, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read_waves(write(path, text))
    assert (caught.value.code, caught.value.where) == (code, f"{path}:{line}"), caught.value.message
    assert says in caught.value.message


def test_all_problems_are_told_at_once(path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_waves(write(path, "[waves.all]\n[waves.b]\npercent = -1\nx = 1\n[freeze.f]\nto = 'noon'\n"))
    assert caught.value.code == "waves_invalid"
    assert len(caught.value.message.splitlines()) == 4
