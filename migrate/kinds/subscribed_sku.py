"""What the tenant pays for: PIM needs Entra ID P2 or Entra ID Governance for everybody who is eligible."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get

# Service plans that bring PIM: AAD_PREMIUM_P2 and Entra_Identity_Governance (graph-facts §2.10).
PIM_PLANS = frozenset({"eec0eb4f-6444-4f95-aba0-50c24d67f998", "e866a266-3cff-43a3-acca-0c90a7e00c8b"})


def listing(_parent: str | None) -> Request:
    return get("/subscribedSkus", permissions=("LicenseAssignment.Read.All", "Organization.Read.All"))


def seats(rows: Iterable[Row]) -> int:
    """Paid and enabled units of every subscription that brings PIM."""
    total = 0
    for row in rows:
        plans = {str(plan.get("servicePlanId")).lower() for plan in row.get("servicePlans") or ()}
        if plans & PIM_PLANS and str(row.get("capabilityStatus")).lower() == "enabled":
            total += int((row.get("prepaidUnits") or {}).get("enabled") or 0)
    return total


def natural_key(row: Row) -> str:
    return str(row.get("skuId") or "").lower()


def name_of(row: Row) -> str:
    return str(row.get("skuPartNumber") or row.get("id") or "")


KIND = Kind("subscribedSku", "subscribedSkus", listing, natural_key, name_of=name_of, optional=True)
