"""The alert rules that are packaged: whole, owned, and the same as Sigma and as KQL."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from sigma.validation import SigmaValidator
from sigma.validators.core import validators
from sigma_rules import as_audit_log, conditions, fires, rule_of

import migrate.config
from migrate.config.alerts import default_alerts

FOLDER = Path(migrate.config.__file__).parent / "defaults" / "alerts"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yml"))
COLUMNS = {
    "AADOperationType", "AADTenantId", "ActivityDateTime", "ActivityDisplayName", "AdditionalDetails",
    "Category", "CorrelationId", "DurationMs", "Id", "Identity", "InitiatedBy", "Level", "Location",
    "LoggedByService", "OperationName", "OperationVersion", "Resource", "ResourceGroup", "ResourceId",
    "ResourceProvider", "Result", "ResultDescription", "ResultReason", "ResultSignature", "ResultType",
    "SourceSystem", "TargetResources", "TenantId", "TimeGenerated", "Type",
}  # fmt: skip
"""Those of the table AuditLogs of Azure Monitor."""
WATCHLIST = {"id", "kind", "principal_id"}
WORDS = {
    "let", "dynamic", "where", "and", "or", "not", "in", "has_any", "startswith", "tostring",
    "toscalar", "project", "summarize", "make_set", "materialize", "isnotempty", "hourofday",
    "dayofweek", "_GetWatchlist", "AuditLogs", "d",
}  # fmt: skip
ONLY_KQL = {"tier-0-activated-outside-hours": {"0d", "6d"}}
"""Sigma knows no day of the week."""


def sigma(name: str) -> Path:
    return FOLDER / f"{name}.yml"


def kql(name: str) -> str:
    """The query without its comments."""
    return re.sub(r"//.*", "", (FOLDER / f"{name}.kql").read_text(encoding="utf-8"))


def audit(**changes: object) -> dict[str, object]:
    return {
        "activityDateTime": "2026-06-01T22:00:00Z",
        "activityDisplayName": "Add member to role completed (PIM activation)",
        "loggedByService": "PIM",
        "category": "RoleManagement",
        "result": "success",
        "resultReason": None,
        "correlationId": "c",
        "initiatedBy": {"user": {"displayName": "Kim"}, "app": None},
        "targetResources": [{"id": "x", "type": "Role"}],
        "additionalDetails": [],
        **changes,
    }


def test_there_are_both_files_of_each_rule() -> None:
    assert len(NAMES) == 4
    assert default_alerts().keys() == {f"{name}.{end}" for name in NAMES for end in ("yml", "kql")}


@pytest.mark.parametrize("name", NAMES)
def test_the_sigma_rule_is_valid_and_owned(name: str) -> None:
    rule = rule_of(sigma(name))
    assert rule.errors == []
    assert rule.custom_attributes["owner"]
    assert (rule.logsource.product, rule.logsource.service) == ("azure", "auditlogs")
    # Those of tags fetch the lists of MITRE from the net.
    known = [each for each in validators.values() if not each.__module__.endswith(".tags")]
    found = SigmaValidator(known).validate_rule(rule)
    assert [issue for issue in found if issue.severity.name != "LOW"] == []
    assert {field for field, _ in conditions(rule)} <= COLUMNS
    assert set(rule.fields) <= COLUMNS


def test_each_rule_has_an_id_of_its_own() -> None:
    assert len({str(rule_of(sigma(name)).id) for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_kql_rule_says_the_same_of_itself(name: str) -> None:
    rule = rule_of(sigma(name))
    head = dict(re.findall(r"^// (\w+): (.+)$", (FOLDER / f"{name}.kql").read_text(encoding="utf-8"), re.M))
    assert (head["title"], head["owner"]) == (rule.title, rule.custom_attributes["owner"])
    assert head["severity"] == str(rule.level).lower()


@pytest.mark.parametrize("name", NAMES)
def test_the_kql_rule_uses_what_there_is(name: str) -> None:
    text = kql(name)
    assert text.count("(") == text.count(")")
    assert text.count('"') % 2 == 0
    bare = re.sub(r'"[^"]*"', "", text)
    own = set(re.findall(r"let (\w+) =", bare))
    used = set(re.findall(r"[A-Za-z_]\w*", bare))
    assert used - own - WORDS - WATCHLIST <= COLUMNS
    assert "AuditLogs\n|" in text
    # Whatever the rule looks at a second time stands in a where of its own.
    assert all(line.lstrip().startswith(("|", "let", "or", "and", "AuditLogs", '"', "]", ")")) for line in
               filter(str.strip, text.splitlines()))  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_both_rules_compare_with_the_same(name: str) -> None:
    asked = {shown for _, shown in conditions(rule_of(sigma(name)))}
    text = kql(name)
    said = set(re.findall(r'"([^"]*)"', text)) - {"PimMigrateMoved", "application"}
    lists = set(re.findall(r"has_any \((moved_\w+|migration_application)\)", text))
    numbers = {one for group in re.findall(r"\bin \(([\d, d]+)\)", text) for one in group.split(", ")}
    assert said | lists | numbers - ONLY_KQL.get(name, set()) == asked


def test_tier_0_is_that_of_the_packaged_tiers() -> None:
    tiers = tomllib.loads((FOLDER.parent / "tiers.toml").read_text(encoding="utf-8"))
    wanted = set(tiers["tiers"]["0"]["roles"])
    found = conditions(rule_of(sigma("tier-0-activated-outside-hours")))
    for field in ("TargetResources", "AdditionalDetails"):
        assert {shown for named, shown in found if named == field} == wanted


GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


@pytest.mark.parametrize(
    ("changes", "fired"),
    [
        ({"targetResources": [{"id": GLOBAL_ADMINISTRATOR}]}, True),
        ({"additionalDetails": [{"key": "TemplateId", "value": GLOBAL_ADMINISTRATOR.upper()}]}, True),
        ({"targetResources": [{"id": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}]}, False),
    ],
)
def test_a_role_is_known_by_either_id(changes: dict[str, object], fired: bool) -> None:
    rule = rule_of(sigma("tier-0-activated-outside-hours"))
    assert fires(rule, as_audit_log(audit(**changes))) is fired


@pytest.mark.parametrize(
    ("at", "fired"),
    [
        ("2026-06-01T05:59:59Z", True),
        ("2026-06-01T06:00:00Z", False),
        ("2026-06-01T17:59:59Z", False),
        ("2026-06-01T18:00:00Z", True),
        ("2026-06-01T19:00:00+02:00", False),
    ],
)
def test_hours_are_those_of_utc(at: str, fired: bool) -> None:
    event = audit(activityDateTime=at, targetResources=[{"id": GLOBAL_ADMINISTRATOR}])
    assert fires(rule_of(sigma("tier-0-activated-outside-hours")), as_audit_log(event)) is fired


@pytest.mark.parametrize(
    ("changes", "fired"),
    [
        ({"activityDisplayName": "Add member to role outside of PIM (permanent)"}, True),
        ({"activityDisplayName": "Add member to role", "loggedByService": "Core Directory"}, True),
        ({"activityDisplayName": "Add member to role", "loggedByService": "Core Directory",
          "initiatedBy": {"app": {"displayName": "MS-PIM"}}}, False),
        ({"activityDisplayName": "Add member to role in PIM completed (permanent)"}, False),
        ({"activityDisplayName": "Add member to role", "loggedByService": "Core Directory",
          "result": "failure"}, False),
        ({"activityDisplayName": "Add member to role outside of PIM (permanent)",
          "category": "ResourceManagement"}, False),
    ],
)  # fmt: skip
def test_what_is_outside_pim(changes: dict[str, object], fired: bool) -> None:
    assert fires(rule_of(sigma("assigned-outside-pim")), as_audit_log(audit(**changes))) is fired
