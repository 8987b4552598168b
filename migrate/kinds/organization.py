"""The tenant itself: its id, its name and the domains that it has verified."""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get


def listing(_parent: str | None) -> Request:
    return get("/organization", permissions=("Organization.Read.All", "Directory.Read.All"))


def natural_key(row: Row) -> str:
    return str(row.get("id") or "")


def verified_domains(row: Row) -> frozenset[str]:
    """Domain names in lower case; only these are proof that an address belongs to this tenant."""
    return frozenset(
        str(domain["name"]).lower() for domain in row.get("verifiedDomains") or () if domain.get("name")
    )


KIND = Kind("organization", "organization", listing, natural_key)
