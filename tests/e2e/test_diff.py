"""``diff``: what changed in a tenant between two looks, and what two tenants do not have in common."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine, Pair


@pytest.fixture
def seen(cli: CommandLine, planned: Path) -> CommandLine:
    """Both tenants were read and resolved."""
    shutil.copytree(planned / "state", cli.folder / "state")
    return cli


def changed(pair: Pair, **parts: Any) -> None:
    """The source as it was loaded, but for these parts of its seed."""
    pair.lab.load([{**pair.source, **parts}, pair.target])


def told(cli: CommandLine, command: str, *, exit: int) -> list[dict[str, Any]]:
    result = cli(f"{command} --json")
    assert (result.code, result.summary["exit"]) == (exit, exit), result.err
    return result.of_type("difference")


def test_an_unchanged_tenant_has_no_difference(seen: CommandLine) -> None:
    assert seen("snapshot source --json").code == 0
    assert told(seen, "diff source~1 source --exit-code", exit=0) == []
    assert "no difference" in seen("diff source-0001 source-0002").out


def test_what_came_went_and_changed_is_told_property_by_property(seen: CommandLine, small_lab: Pair) -> None:
    first, second, *rest = small_lab.source["users"]
    new = {**first, "id": "5eed0000-0000-4000-8000-000000000001", "userPrincipalName": "new@contoso.com"}
    changed(small_lab, users=[{**second, "department": "Moved"}, new, *rest])
    seen("snapshot source --json")
    command = "diff source~1 source --kind user"
    found = {line["change"]: line for line in told(seen, command, exit=0)}
    assert found["added"]["id"] == new["id"]
    assert found["removed"]["name"] == first["displayName"]
    assert found["changed"]["id"] == second["id"]
    assert found["changed"]["properties"] == {"department": {"a": second.get("department"), "b": "Moved"}}
    assert told(seen, f"{command} --exit-code", exit=4)
    shown = seen(command).out
    assert "department" in shown and "Moved" in shown


def test_two_tenants_are_compared_through_the_mapping(seen: CommandLine, small_lab: Pair) -> None:
    before = told(seen, "diff source target --kind roleEligibilitySchedule", exit=0)
    assert {line["change"] for line in before} >= {"removed"}
    assert all("principalId" not in line["properties"] for line in before)
    assert seen(f"apply all-1 {small_lab.confirmed} --json").code == 0
    assert seen("snapshot target --json").code == 0
    after = told(seen, "diff source target --kind roleEligibilitySchedule", exit=0)
    assert [line for line in after if line["change"] == "removed"] == [], "everything was moved"


def test_what_was_not_read_is_unknown_and_not_gone(seen: CommandLine, small_lab: Pair) -> None:
    small_lab.lab.faults(
        [
            {
                "match": {"method": "GET", "path_prefix": "/directory/administrativeUnits"},
                "do": "status",
                "status": 500,
                "times": 99,
            }
        ]
    )
    seen("snapshot source --json")
    result = seen("diff source~1 source --exit-code --json")
    assert (result.code, result.summary["unread"]) == (16, ["source-0002: administrativeUnits"])
    assert result.of_type("difference") == []
    unknown = {line["kind"] for line in result.of_type("unknown")}
    assert unknown == {"administrativeUnit", "administrativeUnitMember"}
    assert {line["missing_in"] for line in result.of_type("unknown")} == {"source-0002"}


@pytest.mark.parametrize(
    ("command", "exit", "code"),
    [
        ("diff source~1 source", 10, "snapshot_unknown"),
        ("diff source-0099 source", 10, "snapshot_unknown"),
        ("diff source target --kind users", 2, "unknown_kind"),
    ],
)
def test_what_cannot_be_compared(seen: CommandLine, command: str, exit: int, code: str) -> None:
    result = seen(f"{command} --json")
    assert (result.code, result.error["code"]) == (exit, code)


def test_two_tenants_need_a_resolution(cli: CommandLine) -> None:
    assert cli("snapshot --json").code == 0
    assert cli("diff source target --json").error["code"] == "no_resolution"
    assert cli("diff source source --json").code == 0
