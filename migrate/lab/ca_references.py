"""What a conditional access policy refers to, and whether the tenant has it.

Checked when written only: what is deleted later stays in the policy as a bare id (observed-behaviours 36).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from migrate.lab.errors import malformed
from migrate.lab.tenant import Tenant

_PEOPLE = frozenset({"all", "none", "guestsorexternalusers"})
_APPS = frozenset({"all", "none", "office365", "microsoftadminportals"})
_PLACES = frozenset({"all", "alltrusted", "00000000-0000-0000-0000-000000000000"})
_AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
_MICROSOFTS = re.compile(r"[0-9a-f]{8}-0000-(0000-c000|0ff1-ce00)-000000000000")
_SERVICES = frozenset({"serviceprincipalsinmytenant", "none"})


def _named(part: Mapping[str, Any] | None, *names: str) -> Iterator[str]:
    for name in names:
        for each in (part or {}).get(name) or []:
            yield str(each).lower()


def check_references(tenant: Tenant, body: Mapping[str, Any]) -> None:
    """400 when the body names something that the tenant does not have."""
    conditions = body.get("conditions") or {}
    users, apps = conditions.get("users"), conditions.get("applications")
    controls = body.get("grantControls") or {}
    documents = tenant.documents
    known = [
        *(
            each in _PEOPLE or each in tenant.objects["users"]
            for each in _named(users, "includeUsers", "excludeUsers")
        ),
        *(each in tenant.objects["groups"] for each in _named(users, "includeGroups", "excludeGroups")),
        *(_is_role(tenant, each) for each in _named(users, "includeRoles", "excludeRoles")),
        *(_is_app(tenant, each) for each in _named(apps, "includeApplications", "excludeApplications")),
        *(each in tenant.contexts for each in _named(apps, "includeAuthenticationContextClassReferences")),
        *(
            each in _PLACES or each in documents["namedLocations"]
            for each in _named(conditions.get("locations"), "includeLocations", "excludeLocations")
        ),
        *(
            each in _SERVICES or each in tenant.objects["servicePrincipals"]
            for each in _named(
                conditions.get("clientApplications"), "includeServicePrincipals", "excludeServicePrincipals"
            )
        ),
        *(each in documents["agreements"] for each in _named(controls, "termsOfUse")),
        # No custom controls are emulated, so that no tenant has any.
        *(False for _ in _named(controls, "customAuthenticationFactors")),
    ]
    strength = controls.get("authenticationStrength")
    if strength is not None:
        known.append(str(strength.get("id") or "").lower() in documents["authenticationStrengthPolicies"])
    if not all(known):
        raise malformed()


def _is_role(tenant: Tenant, role_id: str) -> bool:
    """Roles are named by template id."""
    if role_id in ("all", "none"):
        return True
    role = tenant.roles.get(role_id)
    return role is not None and str(role.get("templateId") or role["id"]).lower() == role_id


def _is_app(tenant: Tenant, app_id: str) -> bool:
    """An app of the tenant by appId, or one of Microsoft's own, which need no object in the tenant."""
    if app_id in _APPS or app_id == _AZURE or _MICROSOFTS.fullmatch(app_id):
        return True
    try:
        uuid.UUID(app_id)
    except ValueError:
        return False
    return tenant.objects["servicePrincipals"].with_value("appId", app_id, tenant.revision) is not None


def policies_with(tenant: Tenant, object_id: str) -> int:
    """How many policies name a location, a strength or a context."""
    wanted, found = object_id.lower(), 0
    for row in tenant.documents["conditionalAccessPolicies"]:
        conditions, controls = row.get("conditions") or {}, row.get("grantControls") or {}
        strength = controls.get("authenticationStrength") or {}
        names = {
            *_named(conditions.get("locations"), "includeLocations", "excludeLocations"),
            *_named(conditions.get("applications"), "includeAuthenticationContextClassReferences"),
            str(strength.get("id") or "").lower(),
        }
        found += wanted in names
    return found
