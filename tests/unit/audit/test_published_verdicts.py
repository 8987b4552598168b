"""The policies of two real tenants, judged in public by ScubaGear, judge here as they did there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from governed_tenant import NOW, TABLE
from tenant_pairs import built_in, group, ident, right, view

from migrate.audit.baseline import Asked, Control
from migrate.audit.checks import BY_ID
from migrate.audit.finding import Severity
from migrate.audit.posture import Posture
from migrate.audit.run import Audit, audit
from migrate.config.baselines import read_baselines

EXPORTS = json.loads(Path(__file__).with_name("published_policies.json").read_text(encoding="utf-8"))
VERDICTS = {
    "2022-12": {"MS.AAD.7.6": "fail", "MS.AAD.7.7": "fail", "MS.AAD.7.8": "fail", "MS.AAD.7.9": "fail"},
    "2026-05": {"MS.AAD.7.6": "fail", "MS.AAD.7.7": "fail", "MS.AAD.7.8": "pass", "MS.AAD.7.9": "fail"},
}


def cisa() -> list[Asked]:
    known = {one.id: one.parameters for one in BY_ID.values()}
    (baseline,) = [one for one in read_baselines(Path("nowhere"), known) if one.name == "cisa-scuba"]
    return [
        Asked(
            Control("cisa-scuba", one.id, baseline.version, one.title, Severity(one.severity)), check, values
        )
        for one in baseline.controls
        for check, values in one.checks.items()
        if one.id in VERDICTS["2026-05"]
    ]


def exported(name: str) -> Posture:
    rows: dict[str, list[dict[str, Any]]] = {
        "roleDefinition": [], "roleManagementPolicy": [], "group": [], "pimGroup": [],
        "roleEligibilitySchedule": [],
    }  # fmt: skip
    for one in EXPORTS[name]:
        scope = ident(one["group"]) if one["group"] else "/"
        rows["roleManagementPolicy"].append(
            {
                "id": f"{scope} {one['role']}",
                "scopeId": scope,
                "scopeType": "Group" if one["group"] else "DirectoryRole",
                "roleDefinitionId": "member" if one["group"] else one["role"],
                "policy": {"rules": one["rules"]},
            }
        )
        if one["group"]:
            rows["group"].append(group(one["group"]))
            rows["pimGroup"].append({"id": scope})
            rows["roleEligibilitySchedule"].append(right(one["group"], scope, one["role"]))
        else:
            rows["roleDefinition"].append(built_in(one["role"], one["name"]))
    return Posture(view("t", rows), "target", TABLE, NOW)


def judged(posture: Posture) -> Audit:
    return audit(posture, BY_ID, cisa())


@pytest.mark.parametrize("name", EXPORTS)
def test_verdicts_are_the_published_ones(name: str) -> None:
    found = judged(exported(name))
    assert {one.control.id: one.state.value for one in found.verdicts} == VERDICTS[name]


def test_which_roles_raise_no_alert() -> None:
    """Two roles and the group have recipients; the empty address lists of the others do not count."""
    results = [
        one for one in judged(exported("2026-05")).results if one.check.id == "notification-recipients"
    ]
    giving = {one.finding.subject.name for one in results if one.finding.mark.endswith("Admin_Eligibility")}
    assert giving == {
        "Global Administrator",
        "Exchange Administrator",
        "SharePoint Administrator",
        "Privileged Role Administrator",
        "Cloud Application Administrator",
        "Hybrid Identity Administrator",
    }


def test_unread_policies_pass_nothing() -> None:
    posture = exported("2026-05")
    unread = replace(posture.view, unread=frozenset({"roleManagementPolicies", "groupManagementPolicies"}))
    found = judged(Posture(unread, "target", TABLE, NOW))
    assert "pass" not in {one.state.value for one in found.verdicts}
