"""A small pair of tenants with one of everything that somebody may ask about."""

from __future__ import annotations

from typing import Any

from tenant_pairs import (
    ELIGIBILITY,
    EXCHANGE,
    GROUP_ELIGIBILITY,
    LADDER,
    SOURCE,
    TARGET,
    built_in,
    custom,
    group,
    group_right,
    ident,
    policy,
    right,
    unit,
    user,
    view,
)

from migrate.resolve.decisions import Decision
from migrate.resolve.find_object import Side
from migrate.resolve.resolution import Resolution, resolve
from migrate.resolve.tenant_view import TenantView

ANNA = user("anna@contoso.com", displayName="Anna Smith", employeeId="C1")
BERT = user("bert@contoso.com", displayName="Bert Lone", employeeId="C2")
CARA = user("cara@contoso.com", displayName="Cara", mail="cara@contoso.com", employeeId="C3")
ANNA_THERE = user("as@fabrikam.com", displayName="Anna Smith", employeeId="C1")
CARA_THERE = user("c3@fabrikam.com", displayName="Cara", employeeId="C3")
CARA_TWICE = user("cara@fabrikam.com", displayName="Cara", mail="cara@fabrikam.com")
STRANGER = user("dora@fabrikam.com", displayName="Dora Target")
OPS = group("ROLE-Ops", mail="ops@contoso.com")
OPS_THERE = {**OPS, "id": ident("ops there"), "mail": "ops@fabrikam.com"}
UNIT = unit("Retail")
ALIASED = custom("listed", "a/read", display_name="Key Reader")
ALIAS = ident("alias of listed")
GONE = ident("gone")
ANNAS, BERTS, CARAS = (ident(name) for name in ("annas", "berts", "caras"))
APPROVAL = {
    "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
    "id": "Approval_EndUser_Assignment",
    "setting": {
        "isApprovalRequired": True,
        "approvalStages": [{"primaryApprovers": [{"userId": BERT["id"]}]}],
    },
}


def source(**more: Any) -> TenantView:
    rows: dict[str, Any] = {
        "user": [ANNA, BERT, CARA],
        "group": [OPS],
        "administrativeUnit": [UNIT],
        "roleDefinition": [built_in(), ALIASED],
        ELIGIBILITY: [
            right("annas", ANNA["id"]),
            right("berts", BERT["id"], EXCHANGE, f"/administrativeUnits/{UNIT['id']}"),
            right("caras", CARA["id"], ALIAS),
            right("of nobody", GONE),
        ],
        GROUP_ELIGIBILITY: [group_right("annas", ANNA["id"], OPS["id"])],
        "roleManagementPolicy": [policy(EXCHANGE, Approval_EndUser_Assignment=APPROVAL)],
    }
    return view(SOURCE, rows | more, aliases={ALIAS: ALIASED["id"]})


def target(**more: Any) -> TenantView:
    rows: dict[str, Any] = {
        "user": [ANNA_THERE, CARA_THERE, CARA_TWICE, STRANGER],
        "group": [OPS_THERE],
        "roleDefinition": [built_in(), custom("theirs", "a/read")],
        ELIGIBILITY: [right("standing", ANNA_THERE["id"]), right("strangers", STRANGER["id"])],
    }
    return view(TARGET, rows | more)


VIEWS = {Side.SOURCE: source(), Side.TARGET: target()}
DECISIONS = (
    Decision("group", OPS["id"], OPS_THERE["id"], "choose", "the owner said so", "consultant", "2026-01-15"),
)


def resolved() -> Resolution:
    return resolve(VIEWS[Side.SOURCE], VIEWS[Side.TARGET], LADDER, DECISIONS)
