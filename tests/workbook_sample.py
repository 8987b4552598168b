"""A small report, made by hand, with every state, one of each finding, and names that mean harm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from migrate.plan.document import Action, Draft
from migrate.resolve.findings import Conflict, Counterpart, Drift, Evidence, State
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView
from migrate.workbook.report import Report, SnapshotFacts

MADE_AT = datetime(2026, 1, 15, 13, 0, 0, 250_000, tzinfo=UTC)
SOURCE, TARGET = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\ttab first",
    "\rreturn first",
    "inner\rreturn and\nnewline",
    "#N/A",
    "_x0041_ stays itself",
    "_x005F_x000D_ too",
    "  spaces around  ",
    "12345",
    "1e5",
    "TRUE",
    "2026-01-15",
    "مرحبا \u202eexe.jpg",
    "営業部 🐘",
    "<b>&amp;</b>",
)
"""Names that must come back exactly as they are."""

SPELT = {
    "bell\x07": "bell_x0007_",
    "null\x00null": "null_x0000_null",
    "half \ud800 a pair": "half _xD800_ a pair",
    "no character \uffff": "no character _xFFFF_",
    "inner\rreturn": "inner_x000D_return",
    "_x0041_ is no A": "_x005F_x0041_ is no A",
}
"""Names that XML cannot hold or would misread, and how the file spells them."""

LONG = "long 🐘 " * 6_000


def ident(side: int, number: int) -> str:
    return f"{side}{number:07}-0000-4000-8000-{number:012}"


def _user(side: int, number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": ident(side, number), "userPrincipalName": name, "displayName": name, **more}


def _rows(*rows: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def _organization(tenant_id: str, name: str, domain: str) -> dict[str, dict[str, Any]]:
    return _rows({"id": tenant_id, "displayName": name, "verifiedDomains": [{"name": domain}]})


ROLE, CUSTOM, THEIR_CUSTOM = ident(5, 1), ident(5, 2), ident(6, 2)
UNIT = ident(5, 3)
_ROLES = (
    {"id": ROLE, "displayName": "Exchange Administrator", "isBuiltIn": True, "rolePermissions": []},
    {
        "id": CUSTOM,
        "displayName": "Key Reader",
        "isBuiltIn": False,
        "rolePermissions": [{"allowedResourceActions": ["microsoft.directory/bitlockerKeys/metadata/read"]}],
    },
)


def _right(
    number: int, principal: str, role: str = ROLE, scope: str = "/", end: str | None = None
) -> dict[str, Any]:
    expiration = {"type": "afterDateTime", "endDateTime": end} if end else {"type": "noExpiration"}
    return {
        "id": ident(7, number),
        "principalId": principal,
        "roleDefinitionId": role,
        "directoryScopeId": scope,
        "memberType": "Direct",
        "scheduleInfo": {"startDateTime": "2025-11-01T08:00:00Z", "expiration": expiration},
    }


def _draft(action: Action, right: dict[str, Any], who: str, reason: str, **more: Any) -> Draft:
    names = {"principal": who, "target_principal": "", "right": "Exchange Administrator", "scope": "tenant"}
    names |= more.pop("names", {})
    return Draft(
        action, "roleEligibilitySchedule", f"source:{right['id']}", reason, source=right, names=names, **more
    )


def _counterpart(
    number: int, name: str, state: State, rule: str | None = "employee_id", **more: Any
) -> Counterpart:
    target = None if rule is None else ident(2, number)
    values: dict[str, Any] = {
        "target_id": target,
        "target_name": name if target else None,
        "confidence": 0.95 if rule else 0.0,
        "runner_up": None,
        "reason": "employee_id matches and nothing else does" if rule else "nothing in the target matches",
    } | more
    return Counterpart("user", ident(1, number), name, state=state, rule=rule, **values)


def hostile_report(names: tuple[str, ...]) -> Report:
    """Everybody in the source has one of these names, one right and an accepted counterpart."""
    people = [_user(1, number, name) for number, name in enumerate(names)]
    theirs = [_user(2, number, name) for number, name in enumerate(names)]
    rights = [_right(number, one["id"]) for number, one in enumerate(people)]
    mappings = tuple(
        _counterpart(number, name, State.ACCEPTED, reason=name) for number, name in enumerate(names)
    )
    drafts = [
        _draft(
            Action.CREATE, right, name, name, names={"target_principal": name, "right": name, "scope": name}
        )
        for right, name in zip(rights, names, strict=True)
    ]
    conflicts = tuple(
        Conflict("C02", "user", one["id"], (ident(2, number),), names[number], (ident(7, number),))
        for number, one in enumerate(people)
    )
    drift = tuple(
        Drift(
            "D05",
            "user",
            one["id"],
            ident(2, number),
            {"name": names[number], names[number]: [names[number]]},
        )
        for number, one in enumerate(people)
    )
    return _report(people, theirs, rights, Resolution(mappings, conflicts, drift), drafts)


def report(*, unread: tuple[str, ...] = ()) -> Report:
    """Seven rights: one to create, one to keep, one to skip, four that are blocked."""
    anna = _user(1, 1, "anna@contoso.example", department="Finance", employeeId="10001")
    ben = _user(1, 2, "ben@contoso.example", jobTitle="Analyst")
    carla = _user(1, 3, "carla@contoso.example", userType="Guest")
    dora, emil = _user(1, 4, "dora@contoso.example"), _user(1, 5, "=1+1", accountEnabled=False)
    theirs = [
        _user(2, number, f"{name}@fabrikam.example") for number, name in enumerate(("anna", "ben", "ben2"), 1)
    ]
    unit = {"id": UNIT, "displayName": "Retail", "isMemberManagementRestricted": True}
    rights = [
        _right(1, anna["id"], end="2026-06-30T22:00:00Z"),
        _right(2, anna["id"], CUSTOM),
        _right(3, ben["id"]),
        _right(4, carla["id"]),
        _right(5, dora["id"], scope=f"/administrativeUnits/{UNIT}"),
        _right(6, emil["id"], end="1601-01-01T00:00:00Z"),
        _right(7, ident(1, 9), end="not a time"),
    ]
    mappings = (
        _counterpart(1, "anna@contoso.example", State.ACCEPTED, target_name="anna@fabrikam.example"),
        _counterpart(
            2,
            "ben@contoso.example",
            State.BLOCKED,
            target_name="ben@fabrikam.example",
            runner_up=ident(2, 3),
            reason="2 target objects match",
            evidence=(
                Evidence("employee_id", "2", ident(2, 2), 0.95),
                Evidence("mail", "b", ident(2, 3), 0.8),
            ),
        ),
        _counterpart(
            3, "carla@contoso.example", State.PROPOSED, "name", confidence=0.4, reason="only the name"
        ),
        _counterpart(4, "dora@contoso.example", State.SKIPPED, None, reason="decided by M: left"),
        _counterpart(5, "=1+1", State.ACCEPTED, "decision", confidence=1.0),
        Counterpart(
            "administrativeUnit", UNIT, "Retail", None, None, State.BLOCKED, None, 0.0, None, "nothing"
        ),
        Counterpart(
            "roleDefinition",
            ROLE,
            "Exchange Administrator",
            ROLE,
            "Exchange Administrator",
            State.ACCEPTED,
            "template_id",
            1.0,
            None,
            "template_id matches",
        ),
        Counterpart(
            "roleDefinition",
            CUSTOM,
            "Key Reader",
            THEIR_CUSTOM,
            "Key Reader",
            State.PROPOSED,
            "name",
            0.4,
            None,
            "only the name matches",
        ),
        Counterpart(
            "directoryObject", ident(1, 9), ident(1, 9), None, None, State.BLOCKED, None, 0.0, None, "gone"
        ),
    )
    conflicts = (
        Conflict(
            "C02", "user", ben["id"], (ident(2, 2), ident(2, 3)), "2 target objects match", (ident(7, 3),)
        ),
        Conflict("C06", "directoryObject", ident(1, 9), (), "it was deleted", (ident(7, 7),)),
        Conflict("C01", "administrativeUnit", UNIT, (), "nothing in the target matches", (ident(7, 5),)),
    )
    drift = (
        Drift("D01", "administrativeUnit", UNIT, None, {"name": "Retail"}, (ident(7, 5),)),
        Drift(
            "D05",
            "roleDefinition",
            CUSTOM,
            THEIR_CUSTOM,
            {"name": "Key Reader", "only_in_source": [], "only_in_target": ["microsoft.directory/keys/read"]},
            (ident(7, 2),),
        ),
        Drift(
            "D10",
            "roleEligibilitySchedule",
            ident(7, 6),
            ident(8, 6),
            {"field": "endDateTime", "source": "2026-06-30T22:00:00Z", "target": None},
            (ident(7, 6),),
        ),
    )
    residue = "group Ops becomes managed by PIM, which cannot be undone"
    drafts = [
        _draft(
            Action.CREATE,
            rights[0],
            "anna@contoso.example",
            "not there yet",
            names={"target_principal": "anna@fabrikam.example"},
            residue=(residue,),
            target={"principalId": ident(2, 1), "roleDefinitionId": ROLE, "directoryScopeId": "/"},
        ),
        _draft(
            Action.BLOCKED,
            rights[1],
            "anna@contoso.example",
            "drift that nobody has decided",
            codes=("D05",),
            names={"right": "Key Reader"},
        ),
        _draft(Action.BLOCKED, rights[2], "ben@contoso.example", "2 target objects match", codes=("C02",)),
        _draft(Action.BLOCKED, rights[3], "carla@contoso.example", "only the name", codes=("undecided",)),
        _draft(Action.SKIP, rights[4], "dora@contoso.example", "left", names={"scope": "Retail"}),
        _draft(Action.KEEP, rights[5], "=1+1", "already there and equal"),
        _draft(Action.BLOCKED, rights[6], ident(1, 9), "it was deleted", codes=("C06", "D08")),
    ]
    return _report(
        [anna, ben, carla, dora, emil],
        theirs,
        rights,
        Resolution(mappings, conflicts, drift),
        drafts,
        [unit],
        unread,
    )


def _report(
    people: list[dict[str, Any]],
    theirs: list[dict[str, Any]],
    rights: list[dict[str, Any]],
    resolution: Resolution,
    drafts: list[Draft],
    units: list[dict[str, Any]] | None = None,
    unread: tuple[str, ...] = (),
) -> Report:
    source = TenantView(
        SOURCE,
        {
            "organization": _organization(SOURCE, "Contoso", "contoso.example"),
            "user": _rows(*people),
            "administrativeUnit": _rows(*(units or [])),
            "roleDefinition": _rows(*_ROLES),
            "roleEligibilitySchedule": _rows(*rights),
        },
    )
    target = TenantView(
        TARGET,
        {
            "organization": _organization(TARGET, "Fabrikam & Söhne", "fabrikam.example"),
            "user": _rows(*theirs),
            "group": _rows({"id": ident(4, 1), "displayName": "Ops"}),
            "roleDefinition": _rows(_ROLES[0], {**_ROLES[1], "id": THEIR_CUSTOM}),
        },
        unread,
    )
    return Report(
        engagement="contoso & fabrikam",
        made_at=MADE_AT,
        tool_version="0.1.0",
        source=source,
        target=target,
        source_snapshot=SnapshotFacts(
            "source-0001", SOURCE, "2026-01-12T08:00:00.000000Z", "sha256:" + "ab" * 32
        ),
        target_snapshot=SnapshotFacts(
            "target-0003", TARGET, "2026-01-15T07:30:00.000000Z", "sha256:" + "cd" * 32, unread
        ),
        resolution=resolution,
        drafts=drafts,
    )
