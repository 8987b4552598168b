"""The organization, its domains and licences, and the authentication contexts of conditional access."""

from __future__ import annotations

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.errors import GraphError, resource_not_found
from migrate.lab.filters import parse_filter
from migrate.lab.listing import directory_filter, of, page, select_page
from migrate.lab.shapes import check_body, selected, show

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
CONTEXT_WRITE = ("AuthenticationContext.ReadWrite.All", "Policy.ReadWrite.ConditionalAccess")
CONTEXT_READ = (
    "AuthenticationContext.Read.All",
    "Policy.Read.ConditionalAccess",
    "Policy.Read.All",
    *CONTEXT_WRITE,
)
CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"


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


def list_contexts(call: Call) -> Answer:
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    return page(call, of(call.tenant.contexts), CONTEXTS.strip("/"), _show_context, where=where)


def _show_context(row: object) -> Json:
    assert isinstance(row, dict)
    return show(
        "authenticationContextClassReference", row, ["id", "displayName", "description", "isAvailable"]
    )


def get_context(call: Call, id: str) -> Answer:
    row = call.tenant.contexts.get(id)
    if row is None:
        raise GraphError(404, "ResourceNotFound", f"Resource '{id}' does not exist.")
    return Answer(
        200, {"@odata.context": call.context(f"{CONTEXTS.strip('/')}/$entity"), **_show_context(row)}
    )


def put_context(call: Call, id: str) -> Answer:
    """PATCH makes the context when there is none (graph-facts §2.8)."""
    body = call.json()
    check_body(body, "authenticationContextClassReference")
    number = id[1:] if id.lower().startswith("c") else ""
    if not number.isdigit() or not 1 <= int(number) <= 99:
        raise GraphError(400, "BadRequest", "The id of an authentication context is c1 to c99.")
    row = call.tenant.contexts.get(id) or {"id": id.lower()}
    row.update({k: v for k, v in body.items() if not k.startswith("@") and k != "id"})
    call.tenant.contexts.put(id, row)
    call.tenant.touch()
    return Answer(204)


def routes() -> list[Route]:
    return [
        Route("GET", "/organization", list_organization, ORGANIZATION),
        Route("GET", "/organization/{id}", get_organization, ORGANIZATION),
        Route("GET", "/domains", list_domains, DOMAINS),
        Route("GET", "/domains/{id}", get_domain, DOMAINS),
        Route("GET", "/subscribedSkus", list_skus, LICENCES, cost=3),
        Route("GET", CONTEXTS, list_contexts, CONTEXT_READ, lane="ca"),
        Route("GET", CONTEXTS + "/{id}", get_context, CONTEXT_READ, lane="ca"),
        Route("PATCH", CONTEXTS + "/{id}", put_context, CONTEXT_WRITE, lane="ca"),
    ]
