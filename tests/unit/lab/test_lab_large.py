"""A large tenant behind the emulated API: pages, look-ups, changes and dumps without holding everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lab_calls import ORIGIN, Asker

from migrate.kinds import user
from migrate.lab.seed.large import large_pair
from migrate.lab.shapes import selected, shower

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAIR = large_pair(3, users=3000, groups=200, eligibilities=600, now=NOW)
SCHEDULES = "/roleManagement/directory/roleEligibilitySchedules"


class LargeAsker(Asker):
    """Signs in to the target of the pair with its own app."""

    def sign_in(self) -> None:
        (app,) = PAIR.target["apps"]
        form = {
            "grant_type": "client_credentials",
            "client_id": app["appId"],
            "client_secret": app["secret"],
            "scope": f"{ORIGIN}/.default",
        }
        tenant = PAIR.target["tenantId"]
        self.token = str(self.world.tokens.issue(tenant, form, ORIGIN)["access_token"])

    def every(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while path:
            body = self.ask("GET", path).answer.body
            rows += body["value"]
            path = body.get("@odata.nextLink", "")
        return rows


@pytest.fixture
def lab() -> LargeAsker:
    made = LargeAsker(PAIR.target)
    made.world.throttle.configure({"enabled": False})
    return made


def test_every_user_is_on_one_page(lab: LargeAsker) -> None:
    found = [row["id"] for row in lab.every("/users?$select=id&$top=999")]
    assert found == [row["id"] for row in PAIR.target["users"]]


@pytest.mark.parametrize(
    "names",
    [
        user.PROPERTIES,
        f"{user.PROPERTIES},givenName,surname,mailNickname,otherMails,assignedLicenses,usageLocation",
        f"{user.PROPERTIES},surname",
        "id,displayName",
    ],
)
def test_what_is_made_for_a_page_is_what_the_whole_row_shows(lab: LargeAsker, names: str) -> None:
    """The quick way for the properties that a crawl selects, and the way by whole rows, give one answer."""
    show = shower("user", selected("user", names))
    wanted = [show(row) for row in PAIR.target["users"]]
    assert lab.every(f"/users?$top=999&$select={names}") == wanted
    lab.control.change(
        PAIR.target["tenantId"], {"op": "link", "kind": "groupMembers", "owner": "x", "member": "y"}
    )
    assert lab.every(f"/users?$top=100&$select={names}")[:100] == wanted[:100]


def test_users_are_found_by_what_they_are_known_by(lab: LargeAsker) -> None:
    person = PAIR.target["users"][1234]
    for name in ("id", "userPrincipalName", "mail", "employeeId"):
        for text in (f"{name} eq '{person[name].upper()}'", f"{name} in ('nobody','{person[name]}')"):
            rows = lab.ask("GET", f"/users?$filter={text}".replace("#", "%23")).answer.body["value"]
            assert person["id"] in [row["id"] for row in rows], text
    both = f"id eq '{person['id']}' or id eq '{PAIR.target['users'][7]['id']}'"
    assert len(lab.ask("GET", f"/users?$filter={both}").answer.body["value"]) == 2
    none = f"id eq '{person['id']}' and displayName eq 'Nobody'"
    assert lab.ask("GET", f"/users?$filter={none}").answer.body["value"] == []
    assert lab.ask("GET", f"/users/{person['userPrincipalName']}").answer.body["id"] == person["id"]


def test_an_indexed_filter_gives_what_looking_at_all_gives(lab: LargeAsker) -> None:
    """Names that several bear: the index and the walk through everybody agree."""
    everybody = list(PAIR.target["users"])
    names = {row["displayName"] for row in everybody[::97] if "'" not in row["displayName"]}
    for name in sorted(names):
        if not name.replace(" ", "").replace(".", "").isalpha():
            continue
        rows = lab.every(f"/users?$select=id&$filter=displayName eq '{name}'")
        wanted = [row["id"] for row in everybody if row["displayName"].casefold() == name.casefold()]
        assert [row["id"] for row in rows] == wanted, name


def test_what_somebody_changes_stays_changed(lab: LargeAsker) -> None:
    changed, gone = (str(PAIR.target["users"][place]["id"]) for place in (50, 51))
    tenant = PAIR.target["tenantId"]
    lab.control.change(tenant, {"op": "update", "kind": "users", "object": {"id": changed, "mail": "new@x"}})
    lab.control.change(tenant, {"op": "delete", "kind": "users", "object": {"id": gone}})
    found = lab.ask("GET", "/users?$select=id,mail&$filter=mail eq 'new@x'").answer.body["value"]
    assert found == [{"id": changed, "mail": "new@x"}]
    assert lab.status("GET", f"/users/{gone}") == 404
    assert len(lab.every("/users?$select=id&$top=999")) == 2999
    lab.control.reset()
    assert lab.status("GET", f"/users/{gone}") == 200


def test_rights_are_found_by_principal_role_and_id(lab: LargeAsker) -> None:
    rows = lab.every(SCHEDULES)
    assert len(rows) == len(PAIR.target["roleEligibilitySchedules"])
    assert len({row["id"] for row in rows}) == len(rows)
    for name in ("principalId", "roleDefinitionId"):
        value = rows[len(rows) // 2][name]
        wanted = [row["id"] for row in rows if row[name] == value]
        text = f"{SCHEDULES}?$filter={name} eq '{value.upper()}'"
        assert [row["id"] for row in lab.every(text)] == wanted
    assert lab.ask("GET", f"{SCHEDULES}/{rows[9]['id']}").answer.body["id"] == rows[9]["id"]


def test_instances_of_a_principal_hold_those_of_its_groups(lab: LargeAsker) -> None:
    path = SCHEDULES.replace("Schedules", "ScheduleInstances")
    rows = lab.every(path)
    shadow = next(row for row in rows if row["memberType"] == "Group")
    wanted = sorted(row["roleDefinitionId"] for row in rows if row["principalId"] == shadow["principalId"])
    found = lab.every(f"{path}?$filter=principalId eq '{shadow['principalId']}'")
    assert sorted(row["roleDefinitionId"] for row in found) == wanted


def test_a_page_of_rights_goes_on_after_a_removal(lab: LargeAsker) -> None:
    first = lab.ask("GET", f"{SCHEDULES}?$top=10").answer.body
    key = {name: first["value"][0][name] for name in ("principalId", "roleDefinitionId", "directoryScopeId")}
    lab.control.change(
        PAIR.target["tenantId"], {"op": "delete", "kind": "roleEligibilitySchedules", "object": key}
    )
    rest = lab.every(first["@odata.nextLink"])
    assert len(first["value"]) + len(rest) == len(PAIR.target["roleEligibilitySchedules"])


def test_parts_of_a_dump_leave_the_people_out(lab: LargeAsker) -> None:
    tenant = PAIR.target["tenantId"]
    parts = lab.control.dump(tenant, ["schedules", "groupPolicies"])
    assert set(parts) == {"tenantId", "displayName", "schedules", "groupPolicies"}
    whole = lab.control.dump(tenant)
    assert parts == {name: whole[name] for name in parts}
    assert len(whole["users"]) == 3000
    with pytest.raises(ValueError, match="nonsense"):
        lab.control.dump(tenant, ["nonsense"])
