"""What doctor concludes from answers: onboarding, clock, seats, lanes, verbs, and what to grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, cast

import pytest

from migrate.cli import clock
from migrate.cli.consenting import consents_for
from migrate.cli.doctor_reads import Tried, collection_checks
from migrate.cli.doctor_tenant import (
    clock_check,
    lane_figures,
    onboarding_check,
    users_counted,
)
from migrate.cli.doors import Beginning
from migrate.config.credential_settings import CredentialSettings
from migrate.config.tenant_settings import TenantSettings
from migrate.errors import ConsentMissing, GraphRefused
from migrate.graphapi.answer import Answer
from migrate.graphapi.lane_start import STARTS
from migrate.graphapi.session import Session
from migrate.kinds import user
from migrate.kinds.app_roles import APP_ROLES
from migrate.kinds.catalogue import ALL
from migrate.kinds.ids import is_guid
from migrate.kinds.published_limits import directory_units
from migrate.kinds.request import Lane, Request
from migrate.views.checks import Check, show_checks
from migrate.views.screen import Screen

TENANT, APP, CALLER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")
SETTINGS = TenantSettings(TENANT, "global", "g", "a", None, CredentialSettings("client_secret", APP, "S"))


class Tenant:
    """Answers every read with one row, refuses the paths named, and keeps what it was asked."""

    def __init__(self, *refused: str, permissions: frozenset[str] = frozenset()) -> None:
        self.refused = refused
        self.asked: list[Request] = []
        self.permissions = permissions
        self.permissions_known = True
        self.date: str | None = None

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        self.asked.append(request)
        if request.path.endswith(self.refused):
            raise ConsentMissing("denied")
        return {"value": [{"id": "1"}], "@odata.count": 321}

    async def send(self, _request: Request) -> Answer:
        return Answer(200, {"date": self.date} if self.date else {}, {})


async def checks(tenant: Tenant, side: str = "source") -> dict[str, Check]:
    return {
        tried.check.check: tried.check async for _, tried in collection_checks(cast(Session, tenant), side)
    }


async def test_every_collection_is_tried_and_conditional_access_as_little_as_possible() -> None:
    tenant = Tenant()
    found = await checks(tenant)
    assert len(found) == len(ALL)
    assert {check.state for check in found.values()} == {"ok"}
    patient = [one for one in tenant.asked if one.lane is Lane.CONDITIONAL_ACCESS]
    assert len(patient) == len({one.permissions for one in patient}) == 2
    assert all(one.query.get("$top", "1") == "1" for one in tenant.asked), "one row is enough"
    assert not any(one.is_write for one in tenant.asked)


async def test_a_refused_answer_counts_for_all_collections_that_share_it() -> None:
    found = await checks(Tenant("/identity/conditionalAccess/policies"))
    for collection in ("conditionalAccessPolicies", "namedLocations"):
        check = found[f"snapshot: {collection}"]
        assert (check.state, check.optional, check.code) == ("note", True, "consent_missing")


async def test_a_collection_that_verbs_need_is_missing_and_an_optional_one_says_what_is_lost() -> None:
    found = await checks(Tenant("/users", "/domains", "/roleEligibilitySchedules"), "target")
    assert found["snapshot: users"].state == "missing"
    assert found["snapshot: users"].verbs == ("snapshot",)
    assert "apply" in found["snapshot: roleEligibilitySchedules"].verbs
    assert found["snapshot: domains"].state == "note"
    assert "verified" in found["snapshot: domains"].detail


async def test_users_are_counted_on_the_way() -> None:
    tenant = Tenant()
    counted = [
        users_counted(tried.body)
        async for kind, tried in collection_checks(cast(Session, tenant), "source")
        if kind is user.KIND
    ]
    assert counted == [321]
    assert users_counted(None) is None
    assert users_counted({"value": []}) is None


@pytest.mark.parametrize(
    ("body", "code", "state"),
    [
        ({"value": [{}]}, "", "ok"),
        ({"value": []}, "", "unknown"),
        (None, "missing_provider", "missing"),
        (None, "server_error", "unknown"),
        (None, "consent_missing", "unknown"),
    ],
)
def test_onboarding(body: dict[str, Any] | None, code: str, state: str) -> None:
    policies = Tried(Check("source", "policies", "ok" if body else "unknown", "said", (), code), body)
    assert onboarding_check("source", policies).state == state


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, "ok"), (290, "ok"), (-290, "ok"), (400, "missing"), (-400, "missing")]
)
async def test_the_clock(seconds: int, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    tenant = Tenant()
    tenant.date = format_datetime(now + timedelta(seconds=seconds))
    check = await clock_check(cast(Session, tenant), "source")
    assert (check.state, check.code) == (state, "clock_skew" if state == "missing" else "")


@pytest.mark.parametrize("date", [None, "yesterday"])
async def test_a_date_that_does_not_help_is_unknown(date: str | None) -> None:
    tenant = Tenant()
    tenant.date = date
    assert (await clock_check(cast(Session, tenant), "source")).state == "unknown"


def test_lanes_show_the_ceiling_of_the_engagement_and_the_limit_of_the_tenant() -> None:
    begins = {lane: Beginning(start.pace(0.0, None), start.pace(0.0, None)) for lane, start in STARTS.items()}
    pim = STARTS[Lane.PIM].pace(0.0, 3.0)
    begins[Lane.PIM] = Beginning(pim.learned(0.0, 2.5), pim)
    policies = begins[Lane.PIM_POLICIES].unknown
    begins[Lane.PIM_POLICIES] = Beginning(policies.resumed(0.0, 30.0), policies)
    lanes = {one.lane: one for one in lane_figures("source", begins, {"pim"}, 321)}
    assert (lanes["pim"].ceiling, lanes["pim"].learned, lanes["pim"].configured) == (3.0, 2.5, True)
    assert lanes["pim"].rate < 2.5
    resumed = lanes["pim_policies"]
    assert (resumed.learned, resumed.rate > policies.rate) == (None, True)
    assert not lanes["directory"].configured
    assert "5000 resource units" in lanes["directory"].published
    assert [directory_units(users) for users in (0, 49, 50, 500, 501)] == [3500, 3500, 5000, 5000, 8000]


def lacking(*permissions: str, optional: bool = False) -> list[Check]:
    return [
        Check("source", "c", "missing", "d", (one, "Wider.All"), "consent_missing", optional=optional)
        for one in permissions
    ]


def test_the_exact_command_that_grants_what_is_missing() -> None:
    found = lacking("User.Read.All", "Group.Read.All", "User.Read.All") + lacking(
        "Domain.Read.All", optional=True
    )
    needed, wished = consents_for("source", SETTINGS, found, app_only=True, caller_id=CALLER)
    assert (needed.optional, wished.optional) == (False, True)
    assert needed.permissions == ("Group.Read.All", "User.Read.All")
    assert needed.commands == (
        f"az login --tenant {TENANT} --allow-no-subscriptions",
        f"az ad app permission add --id {APP} --api 00000003-0000-0000-c000-000000000000 --api-permissions"
        " 5b567255-7703-4780-807c-7be8301ae99b=Role df021288-bdef-4463-88db-98f22de89214=Role",
        f"az ad app permission admin-consent --id {APP}",
    )
    assert CALLER in needed.powershell[-1] and APP_ROLES["User.Read.All"] in needed.powershell[-1]
    assert needed.portal == ""
    assert wished.permissions == ("Domain.Read.All",)


def test_what_no_command_can_grant_is_named_with_its_place_in_the_portal() -> None:
    (mixed,) = consents_for(
        "source", SETTINGS, lacking("Unheard.Of", "User.Read.All"), app_only=True, caller_id=CALLER
    )
    assert "Unheard.Of" in mixed.portal and "User.Read.All" not in mixed.portal
    for settings, app_only in ((SETTINGS, False), (replace(SETTINGS, cloud="usgov"), True)):
        (by_hand,) = consents_for(
            "source", settings, lacking("User.Read.All"), app_only=app_only, caller_id=CALLER
        )
        assert (by_hand.commands, by_hand.powershell) == ((), ())
        assert "User.Read.All" in by_hand.portal
        assert ("Application" if app_only else "Delegated") in by_hand.portal


def test_a_managed_identity_has_no_registration() -> None:
    settings = replace(SETTINGS, credential=CredentialSettings("managed_identity", APP))
    (found,) = consents_for("source", settings, lacking("User.Read.All"), app_only=True, caller_id=CALLER)
    assert found.commands == () and found.powershell and not found.portal


def test_nothing_is_to_be_granted_where_the_licence_is_missing() -> None:
    found = [Check("source", "c", "missing", "d", ("User.Read.All",), "licence_missing")]
    assert consents_for("source", SETTINGS, found, app_only=True, caller_id=CALLER) == []


def test_the_ids_are_ids_and_each_stands_for_one_permission() -> None:
    assert all(is_guid(one) and one == one.lower() for one in APP_ROLES.values())
    assert len(set(APP_ROLES.values())) == len(APP_ROLES)


def test_a_verb_is_told_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    show_checks(
        Screen(as_json=True),
        [
            Check("target", "a", "missing", "d", ("One.Read",), verbs=("snapshot", "apply")),
            Check("target", "b", "unknown", "d", verbs=("apply",)),
            Check("target", "c", "note", "d", verbs=("verify",), optional=True),
        ],
    )
    told = [line for line in capsys.readouterr().out.splitlines() if '"type": "verb"' in line]
    assert len(told) == 3
    assert '"verb": "snapshot", "state": "missing", "what": ["target: One.Read"]' in told[0]
    assert '"verb": "apply", "state": "missing"' in told[1]
    assert '"verb": "apply", "state": "unknown", "what": ["target: b"]' in told[2]


def test_a_tenant_that_is_not_onboarded_says_so_in_its_own_code() -> None:
    error = GraphRefused("The provider is missing.", code="missing_provider")
    policies = Tried(Check("target", "policies", "unknown", error.message, (), error.code))
    check = onboarding_check("target", policies)
    assert (check.state, check.code) == ("missing", "missing_provider")
    assert "rollback" in check.verbs
