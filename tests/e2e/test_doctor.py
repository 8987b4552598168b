"""``doctor`` from outside: both tenants, whatever happens to one of them."""

from __future__ import annotations

from command_line import CommandLine, Pair

from migrate.lab.seed.tenants import CONTOSO


def test_a_healthy_pair(cli: CommandLine, small_lab: Pair) -> None:
    before = small_lab.dumps()
    result = cli("doctor --json")
    assert (result.code, result.summary["missing"], result.summary["unknown"]) == (0, 0, 0)
    checks = result.of_type("check")
    assert {check["state"] for check in checks} <= {"ok", "note"}
    for side in ("source", "target"):
        there = {check["check"] for check in checks if check["tenant"] == side}
        assert {"sign-in", "clock", "licence seats", "PIM onboarding", "snapshot: users"} <= there
    lanes = {(line["tenant"], line["lane"]): line for line in result.of_type("lane")}
    assert len(lanes) == 10
    assert "(6 users)" in lanes["source", "directory"]["published"]
    assert result.of_type("consent") == result.of_type("verb") == []
    assert small_lab.dumps() == before


def test_what_is_missing_is_named_for_each_verb_with_the_command_that_grants_it(
    cli: CommandLine, small_lab: Pair
) -> None:
    app = small_lab.target["apps"][0]
    # The wider permissions that the lab's application has for other writes would do as well.
    gone = {
        "RoleEligibilitySchedule.ReadWrite.Directory",
        "RoleManagement.ReadWrite.Directory",
        "AccessReview.Read.All",
        "AccessReview.ReadWrite.All",
    }
    small_lab.lab.consent(small_lab.target_id, app["appId"], sorted(set(app["roles"]) - gone))
    result = cli("doctor --json")
    assert result.code == 12
    lacking = {line["verb"]: line["what"] for line in result.of_type("verb")}
    assert set(lacking) == {"apply", "verify", "rollback", "doubt settle"}
    assert lacking["apply"] == ["target: RoleEligibilitySchedule.ReadWrite.Directory"]
    needed, wished = result.of_type("consent")
    assert f"--id {app['appId']}" in needed["commands"][1]
    assert "fee28b28-e1f3-4841-818e-2704dc62245f=Role" in needed["commands"][1]
    assert (wished["optional"], wished["permissions"]) == (True, ["AccessReview.Read.All"])
    shown = cli("doctor").out
    assert needed["commands"][1] in shown and "to grant what is missing in target" in shown


def test_only_something_optional_is_missing(cli: CommandLine, small_lab: Pair) -> None:
    app = small_lab.source["apps"][0]
    small_lab.lab.consent(
        CONTOSO.tenant_id, app["appId"], sorted(set(app["roles"]) - {"AccessReview.Read.All"})
    )
    result = cli("doctor --json")
    assert result.code == 0
    notes = (check for check in result.of_type("check") if check["state"] == "note")
    # What Graph does not show is asked of people in every tenant.
    (note,) = (check for check in notes if check["check"] != "task-level control (Purview)")
    assert (note["check"], note["optional"]) == ("snapshot: accessReviews", True)
    assert result.of_type("consent")[0]["permissions"] == ["AccessReview.Read.All"]


def test_the_other_tenant_is_examined_where_one_cannot_be_signed_in_to(cli: CommandLine) -> None:
    cli.environment["SOURCE_SECRET"] = "not-the-secret"
    result = cli("doctor --json")
    assert (result.code, result.error["code"]) == (12, "sign_in_failed")
    of_source, of_target = (
        [check for check in result.of_type("check") if check["tenant"] == side]
        for side in ("source", "target")
    )
    assert [(check["check"], check["state"]) for check in of_source] == [("sign-in", "missing")]
    assert len(of_target) > 20 and {check["state"] for check in of_target} <= {"ok", "note"}
    assert [line["verb"] for line in result.of_type("verb")] == ["snapshot"], (
        "the target alone can be written"
    )


def test_a_collection_that_fails_is_unknown(cli: CommandLine, small_lab: Pair) -> None:
    broken = {"method": "GET", "path_prefix": "/roleManagement/directory/roleDefinitions"}
    small_lab.lab.faults([{"match": broken, "do": "status", "status": 500, "times": 99}])
    result = cli("doctor --json")
    assert (result.code, result.summary["missing"]) == (3, 0)
    assert {check["check"] for check in result.of_type("check") if check["state"] == "unknown"} == {
        "snapshot: roleDefinitions"
    }
