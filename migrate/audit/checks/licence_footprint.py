"""Administrative accounts that could read mail or open files: their licences bring applications.

A licence is judged by the service plans that it leaves switched on; what a plan brings is told by how its
name begins (``subscribedSkus``, graph-facts §2.10).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import subscribed_sku
from migrate.kinds.kind import Row

_SKUS = subscribed_sku.KIND


@dataclass(frozen=True)
class _Words:
    """How names of service plans begin: of those that bring an application, and of those that bring none."""

    apps: tuple[str, ...]
    harmless: tuple[str, ...]

    def is_app(self, plan: str) -> bool | None:
        """None where nobody has said what the plan is. The longer beginning decides."""
        name = plan.upper()
        app = max((len(one) for one in self.apps if name.startswith(one.upper())), default=0)
        none = max((len(one) for one in self.harmless if name.startswith(one.upper())), default=0)
        return None if app == none == 0 else app > none


def _footprint(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    yield from posture.rights_read()
    yield from posture.unread_ways(roles)
    words = _Words(parameters.texts("application_plans"), parameters.texts("harmless_plans"))
    kind = _SKUS.name
    skus = {str(row.get("skuId") or "").lower(): row for row in posture.view.of_kind(kind).values()}
    for one in sorted(posture.holders(roles)):
        row = posture.person(one)
        if row is not None:
            yield from _account(posture.principal(one), row, skus, words)
        elif posture.privilege.kind_of(one) != "servicePrincipal" and not posture.is_absent("user", one):
            yield Unknown("the account was not read", posture.principal(one))


def _account(who: Subject, row: Row, skus: Mapping[str, Row], words: _Words) -> Iterator[Told]:
    held = row.get("assignedLicenses")
    if not isinstance(held, list):
        yield Unknown("which licences the account holds was not read", who)
        return
    apps: set[str] = set()
    licences: set[str] = set()
    unclear: set[str] = set()
    for one in held:
        sku = skus.get(str(one.get("skuId") or "").lower())
        if sku is None:
            unclear.add(f"what the licence {one.get('skuId')} brings was not read")
            continue
        off = {str(plan).lower() for plan in one.get("disabledPlans") or ()}
        for name in _plans(sku, off):
            app = words.is_app(name)
            if app:
                apps.add(name)
                licences.add(str(sku.get("skuPartNumber") or one.get("skuId")))
            elif app is None:
                unclear.add(f"whether {name} is an application is not known")
    if apps:
        told = f"holds {', '.join(sorted(licences))}, which brings {', '.join(sorted(apps)[:5])}"
        yield Finding(who, told)
    else:
        yield from (Unknown(one, who) for one in sorted(unclear))


def _plans(sku: Row, off: set[str]) -> Iterator[str]:
    for plan in sku.get("servicePlans") or ():
        company = str(plan.get("appliesTo") or "").lower() == "company"
        if not company and str(plan.get("servicePlanId") or "").lower() not in off:
            yield str(plan.get("servicePlanName") or plan.get("servicePlanId") or "")


CHECKS = (
    Check(
        "licence-footprint-of-administrators",
        "Administrative accounts hold no licences with applications such as mail and files",
        "take the licence from the administrative account, or switch its applications off; for daily work the"
        " person has another account",
        _footprint,
        {
            **ROLES,
            "application_plans": (
                "EXCHANGE_", "SHAREPOINT", "ONEDRIVE", "TEAMS", "MCO", "OFFICE", "YAMMER", "SWAY",
                "FORMS_PLAN", "STREAM", "PROJECT", "VISIO", "BPOS_S_TODO", "WHITEBOARD", "FLOW_",
                "POWERAPPS_", "BI_AZURE",
                "DYN365", "CRM", "M365_COPILOT", "Bing_Chat", "MICROSOFTBOOKINGS", "KAIZALA", "VIVA", "MESH",
                "CLIPCHAMP", "Microsoft_Loop", "DESKLESS",
            ),
            "harmless_plans": (
                "AAD_", "MFA_PREMIUM", "EXCHANGE_S_FOUNDATION", "ENTRA_", "ADALLOM", "ATA", "ATP_ENTERPRISE",
                "RMS_S", "INTUNE", "MTP", "WINDEFATP", "SAFEDOCS", "THREAT_INTELLIGENCE", "MIP_S", "INFO_",
                "M365_ADVANCED_AUDITING", "INSIDER_RISK", "LOCKBOX_ENTERPRISE", "WIN10", "UNIVERSAL_PRINT",
                "PAM_ENTERPRISE", "DATA_INVESTIGATIONS",
            ),
        },
    ),
)  # fmt: skip
