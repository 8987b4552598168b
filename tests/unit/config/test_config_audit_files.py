"""Baselines, emergency accounts, owners and waivers: read as written, and wrong by file and line."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from migrate.audit.checks import BY_ID
from migrate.config.baselines import read_baselines
from migrate.config.break_glass import read_break_glass
from migrate.config.owners import read_owners
from migrate.config.tiers import read_tiers
from migrate.config.waivers import read_waivers
from migrate.errors import FileError

KNOWN = {one.id: one.parameters for one in BY_ID.values()}
GA = "62e90394-69f5-4237-9190-012177145e10"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_packaged_baseline_names_its_version_and_what_there_is(tmp_path: Path) -> None:
    found = read_baselines(tmp_path, KNOWN)
    assert {one.name for one in found} >= {
        "cisa-scuba",
        "cis-m365-7.0",
        "zero-trust-assessment",
        "governance",
    }
    for one in found:
        assert one.title and one.version
        assert all(control.checks or control.manual for control in one.controls)
    asked = {check for one in found for control in one.controls for check in control.checks}
    assert asked == BY_ID.keys(), "a check that no baseline asks"
    assert {one.name for one in found if one.name.startswith("cis-") and one.by_default} == {"cis-m365-7.0"}


def test_a_file_takes_the_place_of_the_packaged_one(tmp_path: Path) -> None:
    text = (
        'title = "ours"\nversion = "2"\nby_default = true\n[role_sets.top]\n'
        f'{GA} = "Global Administrator"\n[controls."1"]\ntitle = "few"\nseverity = "low"\n'
        'checks = ["global-administrators-number", "permanent-assignments"]\nmaximum = 3\nroles = "top"\n'
    )
    write(tmp_path / "cisa-scuba.toml", text)
    (found,) = [one for one in read_baselines(tmp_path, KNOWN) if one.name == "cisa-scuba"]
    assert found.controls[0].checks == {
        "global-administrators-number": {"maximum": 3},
        "permanent-assignments": {"roles": (GA,)},
    }


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ('version = "1"\n[controls]\n', "missing_key", 1),
        ('title = "t"\nversion = "1"\n', "missing_key", 1),
        (
            'title = "t"\nversion = "1"\n[controls.a]\ntitle = "x"\nseverity = "hot"\nmanual = "x"\n',
            "bad_value",
            5,
        ),
        ('title = "t"\nversion = "1"\n[controls.a]\ntitle = "x"\nseverity = "low"\n', "missing_key", 3),
        (
            'title = "t"\nversion = "1"\n[controls.a]\ntitle = "x"\nseverity = "low"\nchecks = ["no"]\n',
            "bad_value",
            6,
        ),
        (
            'title = "t"\nversion = "1"\n[controls.a]\ntitle = "x"\nseverity = "low"\n'
            'checks = ["tier-mfa"]\nmin = 1\n',
            "unknown_key",
            7,
        ),
        (
            'title = "t"\nversion = "1"\n[controls.a]\ntitle = "x"\nseverity = "low"\n'
            'checks = ["permanent-assignments"]\nroles = "nobody"\n',
            "bad_value",
            7,
        ),
        ('title = "t"\nversion = "1"\n[role_sets.a]\nabc = "x"\n[controls]\n', "bad_guid", 4),
    ],
)
def test_what_is_wrong_with_a_baseline(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = write(tmp_path / "x.toml", text)
    with pytest.raises(FileError) as caught:
        read_baselines(tmp_path, KNOWN)
    assert caught.value.code == code
    assert f"{path}:{line}:" in caught.value.message


def test_emergency_accounts(tmp_path: Path) -> None:
    path = write(
        tmp_path / "b.toml", '[target."BG1@x.com"]\ntested = 2026-01-31\nnote = "safe"\n[target.bg2]\n'
    )
    found = read_break_glass(path)
    assert found.source == ()
    assert [(one.name, one.tested) for one in found.of("target")] == [
        ("bg1@x.com", date(2026, 1, 31)),
        ("bg2", None),
    ]
    assert read_break_glass(tmp_path / "none.toml").target == ()


@pytest.mark.parametrize("tested", ['"2026-01-31"', "2026-01-31T10:00:00Z", "7"])
def test_a_date_is_a_date(tmp_path: Path, tested: str) -> None:
    path = write(tmp_path / "b.toml", f"[target.a]\ntested = {tested}\n")
    with pytest.raises(FileError) as caught:
        read_break_glass(path)
    assert caught.value.code == "bad_date" and f"{path}:2:" in caught.value.message


def test_owners_and_their_hours(tmp_path: Path) -> None:
    rows = (
        f"roleDefinition,{GA.upper()},Ida,,,\n"
        "user,Ann@x.com,,Europe/Berlin,,\n"
        "user,b,Ben,America/New_York,Sun-Tue 22:00-06:30,night\n"
        "user,c,,UTC,00:00-24:00,\n"
    )
    path = write(tmp_path / "owners.csv", "kind,id,owner,time_zone,hours,note\n" + rows)
    role, ann, ben, always = read_owners(path)
    assert (role.id, role.owner, role.hours) == (GA, "Ida", None)
    assert ann.hours and (ann.hours.days, ann.hours.start) == (frozenset(range(5)), time(8))
    assert ben.hours and ben.hours.days == frozenset({6, 0, 1})
    assert always.hours and (always.hours.start, always.hours.end) == (time(0), time(0))
    assert read_owners(tmp_path / "none.csv") == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("thing,a,Ida,,", "bad_kind"),
        ("user,,Ida,,", "empty_value"),
        ("user,a,,,", "empty_value"),
        ("user,a,Ida,Mars/Crater,", "bad_time_zone"),
        ("user,a,Ida,../../etc/passwd,", "bad_time_zone"),
        ("user,a,Ida,UTC,all day", "bad_value"),
        ("user,a,Ida,UTC,Xxx-Fri 08:00-18:00", "bad_value"),
        ("user,a,Ida,UTC,29:00-30:00", "bad_value"),
        ("user,a,Ida,,08:00-18:00", "empty_value"),
        ("group,a,Ida,UTC,", "bad_value"),
        ("user,a,Ida,,\nuser,A,Kim,,", "contradiction"),
    ],
)
def test_what_is_wrong_with_owners(tmp_path: Path, row: str, code: str) -> None:
    path = write(tmp_path / "owners.csv", f"kind,id,owner,time_zone,hours\n{row}\n")
    with pytest.raises(FileError) as caught:
        read_owners(path)
    assert caught.value.code == code
    assert f"{path}:{1 + row.count(chr(10)) + 1}:" in caught.value.message


def test_waivers(tmp_path: Path) -> None:
    text = "check;object_id;owner;reason;until\ntier-mfa;ABC;kim;soon;2026-12-31\n"
    (found,) = read_waivers(write(tmp_path / "w.csv", text), BY_ID)
    assert (found.check, found.object_id, found.until) == ("tier-mfa", "abc", date(2026, 12, 31))
    assert read_waivers(tmp_path / "none.csv", BY_ID) == []


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("tier-mfa,a,kim,,2026-12-31", "empty_value"),
        ("tier-mfa,a,kim,soon,", "empty_value"),
        ("tier-mfa,a,kim,soon,31.12.2026", "bad_date"),
        ("tier-mffa,a,kim,soon,2026-12-31", "bad_value"),
    ],
)
def test_a_waiver_without_an_end_is_none(tmp_path: Path, row: str, code: str) -> None:
    path = write(tmp_path / "w.csv", f"check,object_id,owner,reason,until\n{row}\n")
    with pytest.raises(FileError) as caught:
        read_waivers(path, BY_ID)
    assert caught.value.code == code and f"{path}:2:" in caught.value.message


def test_the_rules_of_a_tier(tmp_path: Path) -> None:
    packaged = read_tiers(tmp_path / "none.toml").tiers
    assert packaged[0].policy.longest == timedelta(hours=4)
    assert packaged[0].policy.authentication_context and not packaged[3].policy.mfa
    path = write(tmp_path / "tiers.toml", '[tiers.0.policy]\nactivation_time = "PT30M"\napproval = false\n')
    found = read_tiers(path).tiers[0].policy
    assert (found.longest, found.approval, found.mfa) == (timedelta(minutes=30), False, True)


def test_how_long_a_converted_right_lasts_is_for_the_engagement_to_say(tmp_path: Path) -> None:
    packaged = read_tiers(tmp_path / "none.toml")
    assert {tier.policy.longest_eligibility for tier in packaged.tiers.values()} == {None}
    for text, longest in (
        ("P180D", timedelta(days=180)),
        ("PT12H", timedelta(hours=12)),
        ("P1DT12H", timedelta(hours=36)),
    ):
        path = write(tmp_path / "tiers.toml", f'[tiers.1.policy]\neligibility_time = "{text}"\n')
        found = read_tiers(path)
        assert found.tiers[1].policy.longest_eligibility == longest
        assert found.tiers[1].policy.activation_time == packaged.tiers[1].policy.activation_time
        assert found.tiers[0].policy.longest_eligibility is None
        assert found.hash != packaged.hash


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('activation_time = "4 hours"', "bad_value"),
        ("mfa = 1", "wrong_type"),
        ("mff = true", "unknown_key"),
        ('eligibility_time = "P6M"', "bad_value"),
        ('eligibility_time = "PT30M"', "bad_value"),
        ('eligibility_time = "P0D"', "bad_value"),
        ('eligibility_time = "P"', "bad_value"),
        ('eligibility_time = "P1DT"', "bad_value"),
        ('eligibility_time = "P99999999999D"', "bad_value"),
        ("eligibility_time = 180", "wrong_type"),
    ],
)
def test_what_is_wrong_with_a_tiers_rules(tmp_path: Path, line: str, code: str) -> None:
    path = write(tmp_path / "tiers.toml", f"[tiers.0.policy]\n{line}\n")
    with pytest.raises(FileError) as caught:
        read_tiers(path)
    assert caught.value.code == code and f"{path}:2:" in caught.value.message
