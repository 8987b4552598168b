from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from migrate.config.decisions import read_decisions
from migrate.config.engagement import read_engagement
from migrate.config.match_rules import read_match_rules
from migrate.config.starter import write_starter
from migrate.errors import FileError, UsageError
from migrate.kinds.cloud import CLOUDS

PLACEHOLDER = "00000000-0000-0000-0000-000000000000"


def test_it_writes_the_file_and_the_mappings(tmp_path: Path) -> None:
    written = write_starter(tmp_path / "new")
    assert [path.relative_to(tmp_path / "new").as_posix() for path in written] == [
        "engagement.toml",
        "mappings/match.toml",
        "mappings/tiers.toml",
        "mappings/waves.toml",
        "mappings/move.toml",
        "mappings/decisions.csv",
        "mappings/break-glass.toml",
        "mappings/owners.csv",
        "mappings/waivers.csv",
        "mappings/baselines/cis-m365-4.0.toml",
        "mappings/baselines/cis-m365-6.0.toml",
        "mappings/baselines/cis-m365-7.0.toml",
        "mappings/baselines/cisa-scuba.toml",
        "mappings/baselines/governance.toml",
        "mappings/baselines/microsoft-guidance.toml",
        "mappings/baselines/zero-trust-assessment.toml",
        "mappings/alerts/assigned-outside-pim.kql",
        "mappings/alerts/assigned-outside-pim.yml",
        "mappings/alerts/moved-eligibility-removed.kql",
        "mappings/alerts/moved-eligibility-removed.yml",
        "mappings/alerts/moved-policy-changed.kql",
        "mappings/alerts/moved-policy-changed.yml",
        "mappings/alerts/tier-0-activated-outside-hours.kql",
        "mappings/alerts/tier-0-activated-outside-hours.yml",
        "mappings/README.md",
    ]
    assert all(b"\r" not in path.read_bytes() for path in written)


def test_only_its_placeholders_are_wrong(tmp_path: Path) -> None:
    path = write_starter(tmp_path)[0]
    text = path.read_text(encoding="utf-8")
    tomllib.loads(text)
    with pytest.raises(FileError) as caught:
        read_engagement(path)
    assert caught.value.code == "bad_guid"
    assert all("placeholder" in line for line in caught.value.message.splitlines())
    assert len(caught.value.message.splitlines()) == text.count(PLACEHOLDER) == 4

    for digit in "1234":
        text = text.replace(PLACEHOLDER, PLACEHOLDER.replace("0", digit), 1)
    path.write_text(text, encoding="utf-8")
    assert read_engagement(path).source.cloud == "global"


def test_its_commented_keys_are_right_too(tmp_path: Path) -> None:
    path = write_starter(tmp_path)[0]
    (tmp_path / "ca.pem").write_text("x")
    text = path.read_text(encoding="utf-8")
    for digit in "1234":
        text = text.replace(PLACEHOLDER, PLACEHOLDER.replace("0", digit), 1)
    keys = ("graph_url", "authority", "ca_bundle", "protected", "max_", "min_", "allow", '"kim')
    for key in (*keys, "directory", "pim", "conditional", "replication"):
        text = text.replace(f"\n# {key}", f"\n{key}")
    path.write_text(text, encoding="utf-8")
    engagement = read_engagement(path)
    assert engagement.source.graph_url == "https://localhost:8443/v1.0"
    assert engagement.guard.max_writes == 500
    assert len(engagement.throttle.lanes) == 4
    assert len(engagement.approvers) == 1
    for cloud in CLOUDS:
        assert cloud in text


def test_its_mappings_are_the_defaults(tmp_path: Path) -> None:
    write_starter(tmp_path)
    assert read_decisions(tmp_path / "mappings" / "decisions.csv") == []
    assert read_match_rules(tmp_path / "mappings" / "match.toml") == read_match_rules(tmp_path / "none.toml")


@pytest.mark.parametrize("existing", ["engagement.toml", "mappings/match.toml", "mappings/decisions.csv"])
def test_it_overwrites_nothing_and_then_writes_nothing(tmp_path: Path, existing: str) -> None:
    path = tmp_path / existing
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        write_starter(tmp_path)
    assert (caught.value.code, caught.value.exit) == ("already_there", 2)
    assert str(path) in caught.value.message
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == [path]
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Exception, match="cannot be written") as caught:
        write_starter(tmp_path / "file" / "new")
    assert getattr(caught.value, "code", "") == "starter_unwritable"
