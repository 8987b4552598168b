"""Which authentication methods people have registered, and what licences they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.directory import USERS, lookup
from migrate.lab.errors import no_premium, resource_not_found
from migrate.lab.filters import parse_filter
from migrate.lab.listing import Source, of, page
from migrate.lab.shapes import properties

DETAILS = "/reports/authenticationMethods/userRegistrationDetails"
READ = ("AuditLog.Read.All",)
ABOUT = ("Registration details and licences of users", "§2.11", "D, defaults I")
_STRONG = frozenset(
    {
        "microsoftAuthenticatorPush",
        "softwareOneTimePasscode",
        "hardwareOneTimePasscode",
        "microsoftAuthenticatorPasswordless",
        "windowsHelloForBusiness",
        "fido2SecurityKey",
        "passKeyDeviceBound",
        "mobilePhone",
        "alternateMobilePhone",
        "officePhone",
        "temporaryAccessPass",
    }
)
_PASSWORDLESS = frozenset(
    {
        "microsoftAuthenticatorPasswordless",
        "windowsHelloForBusiness",
        "fido2SecurityKey",
        "passKeyDeviceBound",
    }
)


def _show(row: Mapping[str, Any], given: Mapping[str, Any], admins: frozenset[str]) -> Json:
    """A person's registration. Without a word in the seed nobody has registered anything."""
    methods = list(given.get("methodsRegistered") or [])
    strong = bool(_STRONG & set(methods))
    shown: Json = {
        "id": row["id"],
        "userPrincipalName": row.get("userPrincipalName") or "",
        "userDisplayName": row.get("displayName") or "",
        "userType": str(row.get("userType") or "Member").lower(),
        "isAdmin": str(row["id"]).lower() in admins,
        "isSsprRegistered": False,
        "isSsprEnabled": False,
        "isSsprCapable": False,
        "isMfaRegistered": strong,
        "isMfaCapable": strong,
        "isPasswordlessCapable": bool(_PASSWORDLESS & set(methods)),
        "lastUpdatedDateTime": "2024-01-01T00:00:00Z",
        "methodsRegistered": methods,
        "isSystemPreferredAuthenticationMethodEnabled": True,
        "systemPreferredAuthenticationMethods": [],
        "userPreferredMethodForSecondaryAuthentication": "none",
    }
    known = properties("userRegistrationDetails")
    return {**shown, **{name: value for name, value in given.items() if name in known}}


def _admins(call: Call) -> frozenset[str]:
    """Holders of an active role, directly or through a group."""
    found: set[str] = set()
    for row in call.tenant.schedules["roleAssignment"]:
        if row.in_force(call.now):
            found.add(row.principal_id.lower())
            found |= set(call.tenant.members.get(row.principal_id.lower(), {}))
    return frozenset(found)


def list_details(call: Call) -> Answer:
    """Everybody whose account is enabled; made page by page."""
    if not call.tenant.premium():
        raise no_premium()
    admins, given = _admins(call), call.tenant.documents["userRegistrationDetails"]
    users = call.tenant.objects["users"]

    def since(position: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for at, row in users.since(position):
            if row.get("accountEnabled") is not False:
                yield at, _show(row, given.get(str(row["id"])) or {}, admins)

    source: Source = since
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    return page(call, source, DETAILS.strip("/"), dict, where=where)


def get_details(call: Call, id: str) -> Answer:
    if not call.tenant.premium():
        raise no_premium()
    row = call.tenant.objects["users"].get(id)
    if row is None or row.get("accountEnabled") is False:
        raise resource_not_found(id)
    given = call.tenant.documents["userRegistrationDetails"].get(id) or {}
    context = call.context(f"{DETAILS.strip('/')}/$entity")
    return Answer(200, {"@odata.context": context, **_show(row, given, _admins(call))})


def list_licences(call: Call, id: str) -> Answer:
    """The subscriptions in ``assignedLicenses`` of the user, with the service plans of each."""
    user = lookup(call, "users", id)
    held = {str(each.get("skuId")).lower() for each in user.get("assignedLicenses") or []}
    rows = [
        {
            "id": f"{sku['id']}_{user['id']}",
            "skuId": sku.get("skuId"),
            "skuPartNumber": sku.get("skuPartNumber"),
            "servicePlans": sku.get("servicePlans") or [],
        }
        for sku in call.tenant.skus
        if str(sku.get("skuId")).lower() in held
    ]
    return page(call, of(rows), f"users('{user['id']}')/licenseDetails", dict)


def routes() -> list[Route]:
    licences = ("LicenseAssignment.Read.All", *USERS)
    return [
        Route("GET", DETAILS, list_details, READ, lane="reports"),
        Route("GET", DETAILS + "/{id}", get_details, READ, lane="reports"),
        Route("GET", "/users/{id}/licenseDetails", list_licences, licences, cost=2),
    ]
