"""The small report with everything that a sheet can show: policies, active assignments, units that differ,
tiers, a wave, and workbooks that were imported before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workbook_sample import CUSTOM, ROLE, SOURCE, TARGET, THEIR_CUSTOM, ident, report

from migrate.kinds import policy_defaults
from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Conflict, Counterpart, Drift, State
from migrate.resolve.privilege import privilege_of
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.tiers import Classifier, TierTable
from migrate.workbook.audit_lines import Answer, AuditFacts, AuditLine, Verdict
from migrate.workbook.report import ImportedDecision, PastImport, Report

TIERS = TierTable({0: "control plane", 1: "near it"}, {ROLE: 0}, {1: ("microsoft.directory/*",)})
EMEA, THEIR_EMEA = ident(5, 8), ident(6, 8)
GROUP, THEIR_GROUP = ident(4, 7), ident(4, 8)
OUR_POLICY, THEIR_POLICY = f"directoryrole_{SOURCE}_p", f"directoryrole_{TARGET}_q"
EXPIRATION, APPROVAL = "Expiration_EndUser_Assignment", "Approval_EndUser_Assignment"
DECIDED = Decision("administrativeUnit", EMEA, THEIR_EMEA, "choose", "same region", "AB", "2026-01-10")


def policy(tenant_id: str, letter: str, **changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The policy of the role as Microsoft ships it, but for the rules that were changed."""
    rules = [{"id": name, **rule, **changed.get(name, {})} for name, rule in policy_defaults.OF_ROLES.items()]
    row = {
        "id": f"DirectoryRole_{tenant_id}_{letter}",
        "scopeId": "/",
        "scopeType": "DirectoryRole",
        "roleDefinitionId": ROLE,
        "policy": {"rules": rules},
    }
    return {str(row["id"]).lower(): row}


def _line(verdict: Verdict, severity: str, object_id: str, name: str, **more: Any) -> AuditLine:
    given: dict[str, Any] = {
        "side": "source", "check": "guests-with-privilege", "title": "No guest has privilege", "kind": "user",
        "told": "is a guest, and may activate Exchange Administrator",
        "evidence": ("Exchange Administrator",), "more": 0, "controls": ("governance guests",),
        "owner": "Ida", "tier": 0, "remedy": "give the person a member account", "waiver": None, "mark": "m",
    }  # fmt: skip
    given |= {"verdict": verdict, "severity": severity, "object_id": object_id, "name": name}
    return AuditLine(**{**given, **more})


def _audit() -> tuple[AuditLine, ...]:
    """Not in the order of the sheet."""
    carla, anna = (ident(1, 3), "carla@contoso.example"), (ident(2, 1), "anna@fabrikam.example")
    known = Answer("Ida", "she leaves in May", "2026-05-31", over=False)
    return (
        _line(Verdict.UNKNOWN, "high", TARGET, "Fabrikam & Söhne", side="target", kind="tenant", tier=None,
              check="", title="Use of emergency accounts is monitored", told="Graph does not show alerts",
              evidence=(), owner="", remedy="let a person look"),
        _line(Verdict.WAIVED, "high", *carla, waiver=known),
        _line(Verdict.FAILS, "low", *anna, side="target", more=3,
              waiver=Answer("Ida", "until the wave", "2025-12-31", over=True)),
        _line(Verdict.FAILS, "high", *carla, mark="n"),
        _line(Verdict.FAILS, "critical", "lost@contoso.example", "lost@contoso.example", owner="",
              told="is declared, and the tenant has no such account", check="break-glass-account"),
    )  # fmt: skip


def _held(number: int, principal: str, **more: Any) -> dict[str, Any]:
    return {
        "id": ident(9, number),
        "principalId": principal,
        "roleDefinitionId": ROLE,
        "directoryScopeId": "/",
        "assignmentType": "Assigned",
        "memberType": "Direct",
        "scheduleInfo": {"startDateTime": "2025-10-01T08:00:00Z", "expiration": {"type": "noExpiration"}},
        **more,
    }


def everything() -> Report:
    """The small report and all that."""
    given = report()
    resolution = given.resolution
    anna, ben = ident(1, 1), ident(1, 2)
    source = _with(
        given.source,
        roleEligibilitySchedule={
            one: {**row, "memberType": "Direct"}
            for one, row in given.source.of_kind("roleEligibilitySchedule").items()
        }
        | {ident(9, 4): _held(4, ben, memberType="Group")},
        roleAssignmentSchedule={
            row["id"]: row
            for row in (
                _held(1, anna),
                _held(2, ben, assignmentType="Activated"),
                _held(3, ident(1, 3), scheduleInfo={"startDateTime": None}),
            )
        },
        groupEligibilitySchedule={},
        groupAssignmentSchedule={
            f"{GROUP}_member_x": {
                "id": f"{GROUP}_member_x",
                "groupId": GROUP,
                "accessId": "member",
                "principalId": anna,
                "memberType": "direct",
                "assignmentType": "assigned",
                "scheduleInfo": {"expiration": {"type": "noExpiration"}},
            }
        },
        group={GROUP: {"id": GROUP, "displayName": "Ops"}},
        administrativeUnit={
            **given.source.of_kind("administrativeUnit"),
            EMEA: {"id": EMEA, "displayName": "EMEA"},
        },
        roleManagementPolicy=policy(
            SOURCE, "p", **{EXPIRATION: {"maximumDuration": "PT4H"}, APPROVAL: _by(ident(1, 1))}
        ),
    )
    target = _with(
        given.target,
        administrativeUnit={THEIR_EMEA: {"id": THEIR_EMEA, "displayName": "EMEA"}},
        roleManagementPolicy=policy(TARGET, "q"),
    )
    emea = Counterpart(
        "administrativeUnit", EMEA, "EMEA", THEIR_EMEA, "EMEA", State.ACCEPTED, "decision", 1.0, None,
        "AB: same region",
    )  # fmt: skip
    drift = tuple(one for one in resolution.drift if one.code != "D05")
    return replace(
        given,
        source=source,
        target=target,
        resolution=replace(
            resolution,
            mappings=(*resolution.mappings, emea),
            conflicts=(
                *resolution.conflicts,
                Conflict("C11", "roleManagementPolicy", OUR_POLICY, (), "nobody left", (), (ident(7, 1),)),
            ),
            drift=(*drift, *_drift()),
        ),
        source_snapshot=replace(given.source_snapshot, scope="privileged"),
        decisions=(DECIDED,),
        imports=(PastImport(1, "2026-01-10T09:30:00.000000Z", "from anna.xlsx", _imported()),),
        waves={ident(7, 1): "all"},
        audit=AuditFacts(("cis-m365-7.0 7.0", "governance 1"), _audit()),
        tiers=TIERS,
        privilege=privilege_of(source, Classifier(source, TIERS)),
    )  # fmt: skip


def _imported() -> tuple[ImportedDecision, ...]:
    cells = ("Scopes!P2",)
    return (
        ImportedDecision(
            "added", "administrativeUnit", EMEA, "choose", THEIR_EMEA, "same region", "AB", cells
        ),
        ImportedDecision("withdrawn", "user", ident(1, 3), None, None, "", "dora@contoso.example"),
    )


def _by(user_id: str) -> dict[str, Any]:
    approver = {"@odata.type": "#microsoft.graph.singleUser", "userId": user_id}
    return {"setting": {"isApprovalRequired": True, "approvalStages": [{"primaryApprovers": [approver]}]}}


def _with(view: TenantView, **kinds: dict[str, Any]) -> TenantView:
    return replace(view, rows={**view.rows, **kinds})


def _drift() -> tuple[Drift, ...]:
    def of_policy(rule: str, name: str, here: object, there: object, direction: str) -> Drift:
        detail = {
            "name": "policy of Exchange Administrator", "field": f"{rule}: {name}", "rule": rule,
            "property": name, "source": here, "target": there, "direction": direction,
        }  # fmt: skip
        return Drift("D07", "roleManagementPolicy", OUR_POLICY, THEIR_POLICY, detail, (), (ident(7, 1),))

    gained = [f"person{number}@fabrikam.example ({ident(2, 100 + number)})" for number in range(20)]
    members = {
        "name": "EMEA",
        "gained_count": 40, "gained": gained,
        "perhaps_the_same_count": 0, "perhaps_the_same": [],
        "lost_count": 1, "lost": [f"ben@contoso.example ({ident(1, 2)})"],
        "unmapped_count": 1, "unmapped": [f"carla@contoso.example ({ident(1, 3)})"],
    }  # fmt: skip
    restricted = {"name": "EMEA", "field": "isMemberManagementRestricted", "source": True, "target": False}
    permissions = {
        "name": "Key Reader", "only_in_source": ["microsoft.directory/bitlockerKeys/metadata/read"],
        "not_offered_in_target": ["microsoft.directory/bitlockerKeys/metadata/read"],
    }  # fmt: skip
    return (
        of_policy(EXPIRATION, "maximumDuration", "PT4H", "PT8H", "weaker"),
        of_policy(APPROVAL, "isApprovalRequired", True, False, "weaker"),
        Drift("D03", "administrativeUnit", EMEA, THEIR_EMEA, members),
        Drift("D04", "administrativeUnit", EMEA, THEIR_EMEA, restricted),
        Drift("D05", "roleDefinition", CUSTOM, THEIR_CUSTOM, permissions, (ident(7, 2),)),
    )
