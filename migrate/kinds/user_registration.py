"""Which authentication methods a person has registered: whether they could pass MFA when they activate."""

from __future__ import annotations

from collections.abc import Iterable

from migrate.kinds.kind import Kind, Reference, Row
from migrate.kinds.request import Lane, Request, get

PERMISSIONS = ("AuditLog.Read.All",)
_DETAILS = "/reports/authenticationMethods/userRegistrationDetails"


def listing(_parent: str | None) -> Request:
    return get(_DETAILS, lane=Lane.REPORTS, permissions=PERMISSIONS, top="999")


def by_id(user_id: str) -> Request:
    return get(f"{_DETAILS}/{user_id}", lane=Lane.REPORTS, permissions=PERMISSIONS)


def natural_key(row: Row) -> str:
    return str(row.get("userPrincipalName") or "").lower()


def name_of(row: Row) -> str:
    return str(row.get("userPrincipalName") or row.get("id") or "")


def references(row: Row) -> Iterable[Reference]:
    if row.get("id"):
        # A person's registration has the person's own id.
        yield Reference("id", "user", str(row["id"]))


KIND = Kind(
    "userRegistration",
    "userRegistrations",
    listing,
    natural_key,
    references,
    name_of,
    optional=True,
    page_size=999,
)
