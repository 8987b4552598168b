"""SARIF as pipelines read it, and a page that loads nothing and lets no name become markup."""

from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from governed_tenant import NOW, Governed

from migrate.audit.baseline import Asked, Control
from migrate.audit.checks import ALL, BY_ID
from migrate.audit.finding import Severity
from migrate.audit.run import audit
from migrate.audit.waiver import Waiver
from migrate.views.audit import Audited, waived_rows
from migrate.views.audit_page import audit_page
from migrate.views.audit_sarif import sarif_of

HOSTILE = (
    "</td></style><script>alert(1)</script><img src=x onerror=alert(1)> \u202egpj \x1b[31m =cmd|' /C calc'!A0"
)


def audited(name: str = "ben") -> Audited:
    tenant = Governed()
    tenant.users["ben"] |= {"userType": "Guest", "userPrincipalName": name, "displayName": name}
    tenant.users["cleo"] |= {"userType": "Guest"}
    tenant.reviews["review"]["reviewers"] = []
    tenant.unread.add("conditionalAccessPolicies")
    asked = [
        Asked(
            Control("b", one.id, "1", one.title, list(Severity)[number % 4]),
            one.id,
            {"up_to_tier": 1} if "up_to_tier" in one.parameters else {},
        )
        for number, one in enumerate(ALL)
    ]
    asked.append(Asked(Control("b", "manual", "1", "look", Severity.LOW), manual="a person looks"))
    posture = tenant.posture()
    waiver = Waiver("access-reviews-reviewers", "*", "kim", "soon", date(2030, 1, 1))
    return Audited("target", "target-0001", posture, audit(posture, BY_ID, asked, [waiver]))


def test_sarif_has_the_structure_of_the_standard() -> None:
    document = sarif_of([audited(HOSTILE)], version="1", engagement_file="engagement.toml")
    assert document["version"] == "2.1.0" and document["$schema"].endswith("sarif-2.1.0.json")
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and driver["version"]
    rules = [one["id"] for one in driver["rules"]]
    assert len(set(rules)) == len(rules)
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert 0 <= float(rule["properties"]["security-severity"]) <= 10
    prints = [one["partialFingerprints"]["finding/v1"] for one in run["results"]]
    assert len(set(prints)) == len(prints)
    for result in run["results"]:
        _check_result(result, rules)
    suppressed = [one for one in run["results"] if one.get("suppressions")]
    assert {one["ruleId"] for one in suppressed} == {"access-reviews-reviewers"}
    assert {"fail", "open"} == {one["kind"] for one in run["results"]}


_ALLOWED = {
    "": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "automationDetails", "results"},
    "driver": {"name", "version", "rules"},
    "rule": {"id", "shortDescription", "help", "defaultConfiguration", "properties"},
    "result": {
        "ruleId", "ruleIndex", "kind", "level", "message", "locations", "relatedLocations",
        "partialFingerprints", "properties", "suppressions",
    },
    "location": {"id", "physicalLocation", "logicalLocations"},
    "logical": {"name", "fullyQualifiedName", "kind"},
    "suppression": {"kind", "status", "justification"},
}  # fmt: skip
"""The properties of the standard that are used: its schema allows no others, and demands of a document its
version and runs, of a run its tool, of a driver its name, of a rule its id, of a result its message."""


def test_sarif_uses_no_property_that_the_standard_lacks() -> None:
    document = sarif_of([audited()], version="1", engagement_file="engagement.toml")
    (run,) = document["runs"]
    results = run["results"]
    found = {
        "": [document],
        "run": [run],
        "driver": [run["tool"]["driver"]],
        "rule": run["tool"]["driver"]["rules"],
        "result": results,
        "location": [
            each for one in results for each in (*one["locations"], *one.get("relatedLocations", ()))
        ],
        "suppression": [each for one in results for each in one.get("suppressions", ())],
    }
    found["logical"] = [each for one in found["location"] for each in one["logicalLocations"]]
    for name, objects in found.items():
        assert objects and {key for one in objects for key in one} <= _ALLOWED[name], name
    assert {each["status"] for each in found["suppression"]} <= {"accepted", "underReview", "rejected"}


def test_a_waiver_is_one_row_however_much_it_covers() -> None:
    tenant = Governed()
    for one in ("ben", "finn", "cleo"):
        tenant.users[one]["userType"] = "Guest"
    control = Control("b", "1", "1", "no guests", Severity.HIGH)
    asked = [Asked(control, "guests-with-privilege", {"up_to_tier": 1})]
    waiver = Waiver("guests-with-privilege", "*", "kim", "soon", date(2030, 1, 1))
    results = audit(tenant.posture(), BY_ID, asked, [waiver]).results
    assert waived_rows(results, 2) == [
        ["2030-01-01", "guests-with-privilege", "ben, cleo and 1 more", "kim", "soon"]
    ]


def _check_result(result: dict[str, Any], rules: list[str]) -> None:
    """SARIF 2.1.0 §3.27: level is none unless kind is fail; ruleIndex points at the rule."""
    assert rules[result["ruleIndex"]] == result["ruleId"]
    assert result["kind"] in ("fail", "open", "pass", "notApplicable", "review", "informational")
    assert (result["level"] == "none") == (result["kind"] != "fail")
    assert result["message"]["text"]
    for location in result["locations"]:
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "engagement.toml"
        (logical,) = location["logicalLocations"]
        assert logical["name"] and logical["fullyQualifiedName"].startswith("target/")
    ids = [one["id"] for one in result.get("relatedLocations", ())]
    assert len(set(ids)) == len(ids)
    for one in result.get("suppressions", ()):
        assert one["kind"] in ("inSource", "external")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        found = dict(attrs)
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found.get("content") or ""


def page(name: str = "ben") -> tuple[str, _Page]:
    text = "".join(audit_page([audited(name)], "acme", NOW))
    parser = _Page()
    parser.feed(text)
    return text, parser


def test_the_page_loads_and_runs_nothing() -> None:
    text, parsed = page(HOSTILE)
    assert not {"script", "img", "link", "iframe", "object", "form", "a", "base"} & set(parsed.tags)
    assert not [
        name for name, _ in parsed.attributes if name in ("src", "href", "style") or name.startswith("on")
    ]
    assert parsed.policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in parsed.policy and "http" not in parsed.policy
    assert "\u202e" not in text and "\x1b" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_there_is_a_picture_for_each_tier() -> None:
    text, parsed = page()
    assert parsed.tags.count("svg") == 3
    assert [int(one) for one in re.findall(r"<figcaption>tier (\d)", text)] == [0, 1, 2]
    assert "standing 2; may activate 1" in text


@pytest.mark.parametrize("words", ["not judged", "waived", "guests-with-privilege", "a person looks", "Ida"])
def test_the_page_says_everything(words: str) -> None:
    assert words in page()[0]
