"""What ``ready`` says of a wave, and what really happens when its people activate in the lab.

The people here know nothing of ``ready``: they sign in with what they have registered, ask for as long as the
policy allows, and wait for whoever the policy names. Each must succeed just where it was announced.
"""

from __future__ import annotations

import copy
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from command_line import NOW, CommandLine, Json, Pair, running

from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.draft import Seed
from migrate.lab.seed.fabrikam import fabrikam

KEYS_ONLY = "00000000-0000-0000-0000-0000000005e1"
GROUPS = "/identityGovernance/privilegedAccess/group"
ROLES = "/roleManagement/directory"
METHODS: tuple[list[str], ...] = (
    ["microsoftAuthenticatorPush"],
    [],
    ["fido2SecurityKey"],
    ["mobilePhone", "email"],
)
STRONG = {"microsoftAuthenticatorPush", "fido2SecurityKey", "mobilePhone"}


def context_policy(name: str, claim: str, controls: Json, **conditions: Any) -> Json:
    applications = {"includeAuthenticationContextClassReferences": [claim]}
    return {
        "id": f"00000000-0000-0000-0000-0000000ca0{claim[1:]:>02}",
        "displayName": name,
        "state": "enabled",
        "conditions": {
            "applications": applications,
            "users": {"includeUsers": ["All"]},
            "clientAppTypes": ["all"],
            **conditions,
        },
        "grantControls": controls,
    }


def troubled(seed: Seed) -> Seed:
    """Fabrikam with every kind of thing that an activation can fail on."""
    seed = copy.deepcopy(seed)
    users = seed["users"]
    seed["userRegistrationDetails"] = [
        {"id": one["id"], "methodsRegistered": METHODS[number % len(METHODS)]}
        for number, one in enumerate(users)
    ]
    for one in users:
        if one["userPrincipalName"].startswith(("aoife", "yuki")) or one["displayName"].startswith("=cmd"):
            one["accountEnabled"] = False
    seed["authenticationContextClassReferences"] += [
        {"id": "c2", "displayName": "Strong", "description": "", "isAvailable": True},
        {"id": "c3", "displayName": "Nobody", "description": "", "isAvailable": True},
    ]
    seed["authenticationStrengthPolicies"] = [
        {"id": KEYS_ONLY, "displayName": "Keys", "policyType": "custom", "allowedCombinations": ["fido2"]}
    ]
    seed["conditionalAccessPolicies"] = [
        context_policy("second factor", "c1", {"operator": "OR", "builtInControls": ["mfa"]}),
        context_policy("key", "c2", {"operator": "OR", "builtInControls": [],
                                     "authenticationStrength": {"id": KEYS_ONLY}}),
        context_policy("closed", "c3", {"operator": "OR", "builtInControls": ["block"]}),
    ]  # fmt: skip
    by_name = {row["displayName"]: row["id"] for row in seed["roleDefinitions"]}
    enabled = [one["id"] for one in users if one["accountEnabled"]]
    disabled = next(one["id"] for one in users if not one["accountEnabled"])
    holder = {row["roleDefinitionId"]: row["principalId"] for row in seed["roleEligibilitySchedules"]}

    def approval(*people: str) -> Json:
        stage = {
            "primaryApprovers": [
                {"@odata.type": "#microsoft.graph.singleUser", "userId": one} for one in people
            ]
        }
        return {
            "Approval_EndUser_Assignment": {
                "setting": {"isApprovalRequired": True, "approvalStages": [stage]}
            }
        }

    def context(claim: str) -> Json:
        return {
            "Enablement_EndUser_Assignment": {"enabledRules": ["Justification"]},
            "AuthenticationContext_EndUser_Assignment": {"isEnabled": True, "claimValue": claim},
        }

    rules = {
        "Security Administrator": context("c1"),
        "Conditional Access Administrator": context("c2"),
        "Cloud Application Administrator": context("c3"),
        "Authentication Administrator": context("c9"),
        "Compliance Administrator": {"Expiration_EndUser_Assignment": {"maximumDuration": "PT0S"}},
        "SharePoint Administrator": approval(enabled[5], enabled[6]),
        "User Administrator": approval(disabled),
        "Global Reader": approval(holder.get(by_name["Global Reader"], disabled)),
        "Hybrid Identity Administrator": {"Enablement_EndUser_Assignment": {"enabledRules": []}},
        "Exchange Administrator": {
            "Enablement_EndUser_Assignment": {"enabledRules": ["Justification", "Ticketing"]}
        },
    }
    for name, changed in rules.items():
        seed["rolePolicies"][by_name[name]] = {**seed["rolePolicies"].get(by_name[name], {}), **changed}
    return seed


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pair, CommandLine]]:
    """The big lab with trouble in the target; the wave is planned, and then it stands."""
    with running(contoso(NOW), troubled(fabrikam(NOW))) as pair:
        cli = pair.engagement(tmp_path_factory.mktemp("ready") / "work")
        for command, code in (("snapshot", 0), ("resolve", 4), ("plan all", 3)):
            assert cli(f"{command} --json").code == code
        yield pair, cli


class World:
    """The lab as its people meet it."""

    def __init__(self, pair: Pair) -> None:
        self.pair, self.seed = pair, pair.target
        context = ssl.create_default_context(cadata=pair.lab.ca_pem)
        self.http = httpx.Client(verify=context, base_url=f"{pair.lab.url}/v1.0")
        self.users = {one["id"]: one for one in self.seed["users"]}
        self.methods = {
            one["id"]: set(one["methodsRegistered"]) for one in self.seed["userRegistrationDetails"]
        }
        aliases = {alias: listed for listed, alias in self.seed["roleAliases"].items()}
        self.listed = lambda role: aliases.get(role, role)

    def post(self, person: str, path: str, body: Json) -> httpx.Response:
        methods = self.methods[person]
        contexts = (["c1"] if methods & STRONG else []) + (["c2"] if "fido2SecurityKey" in methods else [])
        token = self.pair.lab.token(self.pair.target_id, person, mfa=bool(methods & STRONG), acrs=contexts)
        return self.http.post(path, json=body, headers={"Authorization": f"Bearer {token}"})

    def activates(self, person: str, right: Json) -> bool:
        """Whether the person has it in the end."""
        if person not in self.users or not self.users[person]["accountEnabled"]:
            return False  # There is nobody who could sign in.
        body: Json = {
            "action": "selfActivate",
            "principalId": person,
            "justification": "Monday",
            "ticketInfo": {"ticketNumber": "1", "ticketSystem": "x"},
            "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": self.longest(right)}},
        }
        if right["group_id"]:
            body |= {"groupId": right["group_id"], "accessId": right["access_id"]}
            answer = self.post(person, f"{GROUPS}/assignmentScheduleRequests", body)
        else:
            # The portal shows an eligibility under the id that PIM has for its role.
            role = self.seed["roleAliases"].get(right["role_definition_id"], right["role_definition_id"])
            body |= {"roleDefinitionId": role, "directoryScopeId": right["scope"]}
            answer = self.post(person, f"{ROLES}/roleAssignmentScheduleRequests", body)
        if answer.status_code != 201:
            return False
        made = answer.json()
        if made["status"] == "PendingApproval":
            return self.approved(person, right, made["id"])
        return bool(made["status"] == "Provisioned")

    def rules(self, right: Json) -> Json:
        if right["group_id"]:
            return self.seed["groupPolicies"].get(right["group_id"], {}).get(right["access_id"], {})
        return self.seed["rolePolicies"].get(self.listed(right["role_definition_id"]), {})

    def longest(self, right: Json) -> str:
        found = self.rules(right).get("Expiration_EndUser_Assignment", {}).get("maximumDuration", "PT8H")
        return "PT1H" if found == "PT0S" else str(found)

    def approved(self, person: str, right: Json, request: str) -> bool:
        (stage,) = self.rules(right)["Approval_EndUser_Assignment"]["setting"]["approvalStages"]
        for one in stage["primaryApprovers"]:
            approver = one["userId"]
            if approver != person and self.users[approver]["accountEnabled"]:
                done = self.pair.lab.approve(self.pair.target_id, request, approver=approver)
                return bool(done == "Provisioned")
        return False


def judged(cli: CommandLine, options: str = "") -> list[tuple[str, Json]]:
    result = cli(f"ready all --json {options}")
    assert result.code == 4, result.out
    return [(line["principal_id"], right) for line in result.of_type("readiness") for right in line["rights"]]


def test_every_verdict_comes_true(wave: tuple[Pair, CommandLine]) -> None:
    pair, cli = wave
    announced = judged(cli)
    assert cli(f"apply all-1 {pair.confirmed} --json").code == 3
    # After the wave the verdicts are the same: nothing in them hung on the snapshot's age.
    assert [(one, right["ready"]) for one, right in judged(cli)] == [
        (one, right["ready"]) for one, right in announced
    ]
    world = World(pair)
    wrong = []
    for person, right in announced:
        succeeded = world.activates(person, right)
        if right["ready"] != ("can" if succeeded else "cannot"):
            wrong.append(
                (world.users[person]["userPrincipalName"], right["right"], right["ready"], succeeded)
            )
    assert wrong == []
    steps = {
        each["step"] for _, right in announced for each in right["obstacles"] if each["ready"] == "cannot"
    }
    assert steps >= {
        "account",
        "MFA",
        "approval",
        "duration",
        "eligibility",
        "context c2",
        "context c3",
        "context c9",
    }
    assert sum(right["ready"] == "can" for _, right in announced) > 15
    assert len(announced) > 70


def test_the_hour_matters(wave: tuple[Pair, CommandLine]) -> None:
    """The approvers of SharePoint Administrator work in Berlin, on weekdays."""
    pair, cli = wave
    (stage,) = pair.target["rolePolicies"]["f28a1f50-f6e7-4571-818b-6a12f2af6b6c"][
        "Approval_EndUser_Assignment"
    ]["setting"]["approvalStages"]
    approvers = [one["userId"] for one in stage["primaryApprovers"]]

    def of_sharepoint(options: str) -> Json:
        (found,) = [one for _, one in judged(cli, options) if one["right"] == "SharePoint Administrator"]
        return {each["why"]: each["ready"] for each in found["obstacles"] if each["step"] == "approval"}

    (said,) = of_sharepoint("--at 'Fri 19:30'").items()
    assert said[1] == "unknown" and "when" in said[0]
    rows = "".join(f"user,{one},,,Europe/Berlin,,\n" for one in approvers)
    path = cli.folder / "mappings" / "owners.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("kind,id,owner,name,time_zone,hours,note\n" + rows, encoding="utf-8")
    (said,) = of_sharepoint("--at 'Fri 19:30 Europe/Berlin'").items()
    assert said[1] == "cannot" and "no approver is at work" in said[0]
    assert of_sharepoint("--at 'Fri 17:30 Europe/Berlin'") == {}
    assert of_sharepoint("") == {}


def test_no_plan_is_needed(wave: tuple[Pair, CommandLine], tmp_path: Path) -> None:
    """Before a plan is made the verdicts are those that it will have; the seats are told either way."""
    pair, _ = wave
    cli = pair.engagement(tmp_path / "work")
    assert cli("ready all --json").error["code"] == "no_state"
    assert cli("snapshot --json").code == 0
    assert cli("ready all --json").error["code"] == "no_resolution"
    assert cli("ready nowhere --json").error["code"] == "unknown_wave"
    assert cli("resolve --json").code == 4
    before = cli("ready all --json")
    assert before.code == 4 and before.summary["plan"] is None
    assert "there is no plan of it yet" in cli("ready all").out
    assert cli("plan all --json").code == 3
    after = cli("ready all --json")
    assert after.summary["plan"] == "all-1"
    assert [_verdicts(one) for one in before.of_type("readiness")] == [
        _verdicts(one) for one in after.of_type("readiness")
    ]
    people = [one for one in after.of_type("readiness") if one["kind"] == "user"]
    paid = sum(one["prepaidUnits"]["enabled"] for one in pair.target["subscribedSkus"])
    assert before.summary["seats"] == after.summary["seats"] == {"needed": len(people), "paid": paid}


def _verdicts(person: Json) -> Json:
    """All but the ids of items, which only a plan gives."""
    rights = [{name: one for name, one in right.items() if name != "item"} for right in person["rights"]]
    return {**person, "rights": sorted(rights, key=str)}


def test_words_that_mean_nothing(wave: tuple[Pair, CommandLine]) -> None:
    _, cli = wave
    assert cli("ready all --at someday --json").error["code"] == "usage"
    assert cli("ready all --for long --json").error["code"] == "usage"
    assert cli("ready nothing --json").code in (2, 10)


def test_people_see_the_worst_first(wave: tuple[Pair, CommandLine]) -> None:
    _, cli = wave
    told = cli("ready all --for PT24H")
    assert told.code == 4
    assert told.out.index("cannot activate") < told.out.index("cannot, 0 unknown")
    assert "duration: the policy allows" in told.out
    assert "MFA: no second factor" in told.out


def test_what_the_wave_worsened(wave: tuple[Pair, CommandLine], tmp_path: Path) -> None:
    """Before the wave nobody could activate what a context guards that nothing enforces; now somebody can."""
    pair, cli = wave
    cli(f"apply all-1 {pair.confirmed} --json")
    assert cli("snapshot target --json").code == 0
    found = cli(f"audit --compare --json --sarif {tmp_path / 'a.sarif'} --html {tmp_path / 'a.html'}")
    assert found.code == 0, found.out
    assert {one["path"] for one in found.of_type("file")} == {str(one) for one in tmp_path.iterdir()}
    came = [one for one in found.of_type("change") if one["change"] == "new"]
    contexts = {one["object"]["name"] for one in came if one["check"] == "context-enforced"}
    assert contexts == {"Authentication Administrator"}
    assert "Global Reader" in {one["object"]["name"] for one in came if one["check"] == "approvers-able"}
    turned = {(one["baseline"], one["id"]): one["bettered"] for one in found.of_type("turn")}
    assert turned["governance", "context-enforced"] is False
    assert not [one for one in found.of_type("change") if one["change"] == "out_of_sight"]
    people = cli("audit --compare")
    assert "became worse" in people.out and people.code == 0
    assert cli("audit --since target-0001 --json").of_type("change") == found.of_type("change")


@pytest.mark.parametrize(
    ("options", "exit_code", "code"),
    [
        ("--since target", 2, "usage"),
        ("source --since target-0001", 2, "usage"),
        ("--since target~9", 10, "snapshot_unknown"),
        ("source --compare", 10, "snapshot_unknown"),
        ("--fail-on worst", 2, "usage"),
    ],
)
def test_what_cannot_be_compared(
    wave: tuple[Pair, CommandLine], options: str, exit_code: int, code: str
) -> None:
    _, cli = wave
    told = cli(f"audit {options} --json")
    assert (told.code, told.error["code"]) == (exit_code, code)


def test_without_a_licence_nobody_activates_and_nobody_is_said_to(
    wave: tuple[Pair, CommandLine],
) -> None:
    """PIM then tells nothing, so that no snapshot is made from which somebody could be called ready."""
    pair, cli = wave
    able = [(one, right) for one, right in judged(cli) if right["ready"] == "can"]
    assert able, "somebody could, had the tenant a licence"
    lapsed = copy.deepcopy(pair.target)
    for one in lapsed["subscribedSkus"]:
        one["capabilityStatus"] = "Suspended"
    pair.lab.load([pair.source, lapsed])
    try:
        told = cli("snapshot target --json")
        assert (told.code, told.error["code"]) == (12, "licence_missing")
        assert not any(World(pair).activates(person, right) for person, right in able[:5])
    finally:
        pair.fresh()
