"""The organization, its domains and licences."""

from __future__ import annotations

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.errors import resource_not_found
from migrate.lab.listing import directory_filter, of, select_page
from migrate.lab.shapes import selected, show

_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")
ORGANIZATION = ("Organization.Read.All", "Organization.ReadWrite.All", *_DIRECTORY)
DOMAINS = ("Domain.Read.All", "Domain.ReadWrite.All", *_DIRECTORY)
LICENCES = (
    "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    *_DIRECTORY,
)
ABOUT = ("Organization, domains, licences", "§2.10, §2.11", "D")


def _organization(call: Call) -> Json:
    verified = [
        {
            "capabilities": "Email, OfficeCommunicationsOnline",
            "isDefault": bool(domain.get("isDefault")),
            "isInitial": bool(domain.get("isInitial")),
            "name": domain["id"],
            "type": "Managed",
        }
        for domain in call.tenant.domains
        if domain.get("isVerified", True)
    ]
    plans = [
        {
            "assignedDateTime": "2024-01-01T00:00:00Z",
            "capabilityStatus": sku.get("capabilityStatus", "Enabled"),
            "service": "AADPremiumService",
            "servicePlanId": plan["servicePlanId"],
        }
        for sku in call.tenant.skus
        for plan in sku.get("servicePlans") or []
    ]
    return {
        "id": call.tenant.id,
        "displayName": call.tenant.display_name,
        "createdDateTime": "2024-01-01T00:00:00Z",
        "verifiedDomains": verified,
        "assignedPlans": plans,
        **call.tenant.organization,
    }


def list_organization(call: Call) -> Answer:
    return select_page(call, of([_organization(call)]), "organization", "organization")


def get_organization(call: Call, id: str) -> Answer:
    if id.lower() != call.tenant.id.lower():
        raise resource_not_found(id)
    names = selected("organization", call.query.get("$select"))
    shown = show("organization", _organization(call), names)
    return Answer(200, {"@odata.context": call.context("organization/$entity"), **shown})


def list_domains(call: Call) -> Answer:
    where = directory_filter(call, "domain")
    return select_page(call, of(call.tenant.domains), "domains", "domain", where=where)


def get_domain(call: Call, id: str) -> Answer:
    for domain in call.tenant.domains:
        if str(domain["id"]).lower() == id.lower():
            shown = show("domain", domain, selected("domain", call.query.get("$select")))
            return Answer(200, {"@odata.context": call.context("domains/$entity"), **shown})
    raise resource_not_found(id)


def list_skus(call: Call) -> Answer:
    return select_page(call, of(call.tenant.skus), "subscribedSkus", "subscribedSku")


def routes() -> list[Route]:
    return [
        Route("GET", "/organization", list_organization, ORGANIZATION),
        Route("GET", "/organization/{id}", get_organization, ORGANIZATION),
        Route("GET", "/domains", list_domains, DOMAINS),
        Route("GET", "/domains/{id}", get_domain, DOMAINS),
        Route("GET", "/subscribedSkus", list_skus, LICENCES, cost=3),
    ]
