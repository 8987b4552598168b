"""Whom a conditional access policy is about, as far as the snapshot can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.kinds.kind import Row
from migrate.kinds.user import is_guest
from migrate.resolve.group_population import members_of
from migrate.resolve.tenant_view import TenantView

PHISHING_RESISTANT = frozenset(
    {
        "windowshelloforbusiness",
        "fido2",
        "x509certificatemultifactor",
        "fido2securitykey",
        "passkeydevicebound",
    }
)
"""Combinations of authentication strengths that resist phishing, and how registrations call such methods."""
_STRENGTH_PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"
"""The built-in strength that allows nothing else; its id is the same in every tenant."""

_CONDITIONS = ("locations", "platforms", "devices", "clientApplications", "authenticationFlows")
_LEVELS = ("signInRiskLevels", "userRiskLevels", "servicePrincipalRiskLevels", "insiderRiskLevels")


def part(row: Row, *path: str) -> Mapping[str, Any]:
    value: Any = row
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def listed(row: Mapping[str, Any], name: str) -> frozenset[str]:
    """A list of ids or words in lower case."""
    return frozenset(str(one).lower() for one in row.get(name) or ())


def grants(row: Row) -> frozenset[str]:
    """``block``, ``mfa``, ``compliantDevice`` and the like, in lower case."""
    return listed(part(row, "grantControls"), "builtInControls")


def blocks(row: Row) -> bool:
    return "block" in grants(row)


def is_about_role(row: Row, template_id: str) -> bool:
    """Whether the policy names a role, or is about everybody and does not leave the role out."""
    users = part(row, "conditions", "users")
    if template_id in listed(users, "excludeRoles"):
        return False
    return template_id in listed(users, "includeRoles") or "all" in listed(users, "includeUsers")


def names_role(row: Row, template_ids: frozenset[str]) -> frozenset[str]:
    """Those of some roles that the policy includes by name."""
    return template_ids & listed(part(row, "conditions", "users"), "includeRoles")


def applies(view: TenantView, row: Row, person: str, role_ids: frozenset[str]) -> bool | None:
    """Whether the policy is about this person, who holds (or activates) these roles; ``None`` where a list
    of members that decides it was not read."""
    users = part(row, "conditions", "users")
    included = _meets(view, users, "include", person, role_ids)
    if included is False:
        return False
    excluded = _meets(view, users, "exclude", person, role_ids)
    if excluded:
        return False
    return None if included is None or excluded is None else True


def _meets(
    view: TenantView, users: Mapping[str, Any], prefix: str, person: str, role_ids: frozenset[str]
) -> bool | None:
    named = listed(users, f"{prefix}Users")
    if "all" in named or person in named or role_ids & listed(users, f"{prefix}Roles"):
        return True
    if "guestsorexternalusers" in named or users.get(f"{prefix}GuestsOrExternalUsers"):
        row = view.row("user", person)
        if row is None:
            return None
        if is_guest(row):
            return True
    unknown = False
    for group_id in sorted(listed(users, f"{prefix}Groups")):
        members = members_of(view, group_id)
        if members is None:
            unknown = True
        elif person in members:
            return True
    return None if unknown else False


def allowed_combinations(view: TenantView, row: Row) -> frozenset[str] | None:
    """What the authentication strength of a policy accepts, in lower case; empty where it demands none,
    ``None`` where that was not read."""
    strength = part(row, "grantControls", "authenticationStrength")
    if not strength.get("id"):
        return frozenset()
    found = strength.get("allowedCombinations")
    if not found:
        known = view.row("authenticationStrength", str(strength["id"]))
        found = known.get("allowedCombinations") if known else None
    if not found and str(strength["id"]).lower() == _STRENGTH_PHISHING_RESISTANT:
        return frozenset({"windowshelloforbusiness", "fido2", "x509certificatemultifactor"})
    return frozenset(str(one).lower() for one in found) if found else None


def demands_phishing_resistance(view: TenantView, row: Row) -> bool | None:
    """Whether every combination that the policy accepts resists phishing."""
    found = allowed_combinations(view, row)
    return None if found is None else bool(found) and found <= PHISHING_RESISTANT


def is_conditional(row: Row) -> bool:
    """Whether the policy holds only in some places, on some devices or at some risk."""
    conditions = part(row, "conditions")
    clients = listed(conditions, "clientAppTypes") - {"all"}
    return bool(
        clients
        or any(_says(conditions.get(name)) for name in _CONDITIONS)
        or any(conditions.get(name) for name in _LEVELS)
    )


def _says(value: object) -> bool:
    """A condition of which every part is empty is none."""
    return any(bool(each) for each in value.values()) if isinstance(value, dict) else bool(value)
