from __future__ import annotations

from pathlib import Path

import pytest

from migrate.config.match_rules import RULES, MatchRule, read_match_rules
from migrate.errors import FileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "match.toml"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_the_packaged_rules(path: Path) -> None:
    found = read_match_rules(path)
    assert {name: rule.weight for name, rule in found.rules.items()} == {
        "decision": 1000,
        "template_id": 950,
        "permission_set": 90,
        "on_premises_immutable_id": 100,
        "on_premises_security_identifier": 95,
        "employee_id": 80,
        "guest": 75,
        "user_principal_name": 70,
        "mail": 65,
        "proxy_address": 60,
        "app_id": 90,
        "membership_rule": 70,
        "member_overlap": 60,
        "mail_nickname": 15,
        "name": 10,
    }
    assert set(found.rules) == set(RULES)
    assert all(rule.enabled for rule in found.rules.values())
    assert {name: rule.needs for name, rule in found.rules.items()} == RULES
    overlap = found.rules["member_overlap"]
    assert (overlap.threshold, overlap.minimum) == (80, 3)
    assert found.domains == {}


def test_a_file_changes_what_it_names(path: Path) -> None:
    write(
        path,
        '[domains]\n"Contoso.com" = "fabrikam.COM"\n'
        "[rules.employee_id]\nenabled = false\n[rules.mail]\nweight = 5\n",
    )
    found = read_match_rules(path)
    assert found.domains == {"contoso.com": "fabrikam.com"}
    assert found.rules["employee_id"] == MatchRule("employee_id", False, 80, "common_word")
    assert found.rules["mail"] == MatchRule("mail", True, 5, "same_name")
    assert found.rules["app_id"] == MatchRule("app_id", True, 90, "nothing")


def test_the_hash_is_of_what_is_said(path: Path, tmp_path: Path) -> None:
    plain = read_match_rules(write(path, "[rules.mail]\nweight = 65\n")).hash
    assert plain == read_match_rules(tmp_path / "none.toml").hash
    assert plain != read_match_rules(write(path, "[rules.mail]\nweight = 66\n")).hash
    assert plain != read_match_rules(write(path, '[rules.mail]\nneeds = "person"\n')).hash
    assert plain != read_match_rules(write(path, "[rules.member_overlap]\nminimum = 9\n")).hash
    assert plain != read_match_rules(write(path, '[domains]\n"a.com" = "b.com"\n')).hash


@pytest.mark.parametrize(
    ("text", "code", "line", "says"),
    [
        ("[rules.emploee_id]\nweight = 1", "unknown_key", 1, 'did you mean "employee_id"?'),
        ("[rules.mail]\nwieght = 1", "unknown_key", 2, 'did you mean "weight"?'),
        ("[rule.mail]\nweight = 1", "unknown_key", 1, 'did you mean "rules"?'),
        ("[rules.mail]\nweight = 0", "bad_number", 2, "enabled = false"),
        ("[rules.mail]\nweight = -1", "bad_number", 2, "weight in [rules.mail]"),
        ("[rules.mail]\nenabled = 1", "wrong_type", 2, "true or false"),
        ("[rules]\nmail = false", "wrong_type", 2, "must be a table"),
        ("[rules.decision]\nenabled = false", "bad_value", 2, "must stay true"),
        ('[rules.mail]\nneeds = "nothing"', "bad_value", 2, 'must be "same_name" at least'),
        ('[rules.name]\nneeds = "same_name"', "bad_value", 2, 'must be "person" at least'),
        ('[rules.mail]\nneeds = "same-name"', "bad_value", 2, 'did you mean "same_name"?'),
        ('[rules.decision]\nneeds = "person"', "bad_value", 2, 'must stay "nothing"'),
        ("[rules.member_overlap]\nthreshold = 49", "bad_number", 2, "from 50 to 100"),
        ("[rules.member_overlap]\nminimum = 1", "bad_number", 2, "from 2"),
        ("[rules.mail]\nthreshold = 80", "unknown_key", 2, "threshold"),
        ('[domains]\n"contoso" = "fabrikam.com"', "bad_domain", 2, "is no domain name"),
        ('[domains]\n"a.com" = "b.com"\n"A.com" = "c.com"', "contradiction", 3, "another line"),
        ("[domains]\ncontoso.com = 'fabrikam.com'", "wrong_type", 2, "must be a text"),
        ("[domains]\n\nx", "toml_syntax", 3, ""),
    ],
)
def test_bad_rules(path: Path, text: str, code: str, line: int, says: str) -> None:
    with pytest.raises(FileError) as caught:
        read_match_rules(write(path, text))
    assert (caught.value.code, caught.value.where) == (code, f"{path}:{line}"), caught.value.message
    assert says in caught.value.message


def test_all_problems_are_told_at_once(path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_match_rules(write(path, "[rules.mail]\nweight = 'x'\nenabled = 2\n[nonsense]\n"))
    assert caught.value.code == "match_rules_invalid"
    assert len(caught.value.message.splitlines()) == 3
