"""The domains of a tenant. Only a verified one proves that an address on it belongs to the tenant."""

from __future__ import annotations

from migrate.kinds.kind import Kind, object_id
from migrate.kinds.request import Request, get


def listing(_parent: str | None) -> Request:
    return get("/domains", permissions=("Domain.Read.All", "Directory.Read.All"))


KIND = Kind(
    "domain", "domains", listing, lambda row: object_id(row).lower(), name_of=object_id, optional=True
)
