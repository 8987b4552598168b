"""What of a conditional access policy can be written, and when two of them demand the same of the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from migrate.plan.write_mark import without_mark
from migrate.plan.written_form import Form, meaning

_FILTER: Form = {"mode": None, "rule": None}
_GUESTS: Form = {
    "guestOrExternalUserTypes": None,
    "externalTenants": {"membershipKind": None, "members": None},
}
_SWITCH: Form = {"isEnabled": None}
CONDITIONS: Form = {
    "applications": {
        "applicationFilter": _FILTER,
        "excludeApplications": None,
        "includeApplications": None,
        "includeAuthenticationContextClassReferences": None,
        "includeUserActions": None,
    },
    "authenticationFlows": {"transferMethods": None},
    "clientApplications": {
        "excludeServicePrincipals": None,
        "includeServicePrincipals": None,
        "servicePrincipalFilter": _FILTER,
    },
    "clientAppTypes": None,
    "devices": {"deviceFilter": _FILTER},
    "insiderRiskLevels": None,
    "locations": {"excludeLocations": None, "includeLocations": None},
    "platforms": {"excludePlatforms": None, "includePlatforms": None},
    "servicePrincipalRiskLevels": None,
    "signInRiskLevels": None,
    "userRiskLevels": None,
    "users": {
        "excludeGroups": None,
        "excludeGuestsOrExternalUsers": _GUESTS,
        "excludeRoles": None,
        "excludeUsers": None,
        "includeGroups": None,
        "includeGuestsOrExternalUsers": _GUESTS,
        "includeRoles": None,
        "includeUsers": None,
    },
}
POLICY: Form = {
    "conditions": CONDITIONS,
    "description": None,
    "displayName": None,
    "grantControls": {
        "authenticationStrength": {"id": None},
        "builtInControls": None,
        "customAuthenticationFactors": None,
        "operator": None,
        "termsOfUse": None,
    },
    "sessionControls": {
        "applicationEnforcedRestrictions": _SWITCH,
        "cloudAppSecurity": {**_SWITCH, "cloudAppSecurityType": None},
        "disableResilienceDefaults": None,
        "persistentBrowser": {**_SWITCH, "mode": None},
        "secureSignInSession": _SWITCH,
        "signInFrequency": {
            **_SWITCH,
            "authenticationType": None,
            "frequencyInterval": None,
            "type": None,
            "value": None,
        },
    },
}
"""All but the state, which is always the same."""
READ_ONLY = frozenset({"id", "createdDateTime", "deletedDateTime", "modifiedDateTime", "state", "templateId"})
"""Not carried. ``templateId`` says which template of Microsoft's a person began with, and decides nothing."""
_TELLING = 64
"""Characters of a name that no mark displaces."""
_TEXTS = frozenset({"rule"})
"""Compared letter by letter."""


def with_bare_strength(row: Mapping[str, Any]) -> dict[str, Any]:
    """The policy with the id alone where Graph answers the whole authentication strength."""
    controls = row.get("grantControls")
    if not isinstance(controls, Mapping) or not isinstance(controls.get("authenticationStrength"), Mapping):
        return dict(row)
    strength = {"id": controls["authenticationStrength"].get("id")}
    return {**row, "grantControls": {**controls, "authenticationStrength": strength}}


PARTS = ("displayName", "description", "state", "conditions", "grantControls", "sessionControls")
"""What ``reading`` tells of a policy."""


def reading(row: Mapping[str, Any]) -> dict[str, Any]:
    """A policy by its parts, equal for two that do the same and are called alike but for the mark of a
    write, whether they are a body or an answer. Of a name only the beginning counts: its end gives way to
    the mark."""
    name = without_mark(str(row.get("displayName") or ""))[:_TELLING]
    plain = {"displayName": name, "description": row.get("description"), "state": row.get("state")}
    return dict.fromkeys(PARTS) | plain | (effect(row) or {})


def found(row: Mapping[str, Any]) -> dict[str, Any]:
    """What ``reading`` needs of a row that stands in the target."""
    return {name: part for name, part in with_bare_strength(row).items() if name in PARTS}


def effect(row: Mapping[str, Any]) -> Any:
    """Equal for policies that demand the same of the same people, whatever their names and states.

    Graph fills in ``OR`` and ``all`` where a body says nothing."""
    plain = with_bare_strength(row)
    conditions, controls = dict(plain.get("conditions") or {}), dict(plain.get("grantControls") or {})
    conditions["clientAppTypes"] = conditions.get("clientAppTypes") or ["all"]
    if controls:
        controls["operator"] = controls.get("operator") or "OR"
    parts = {
        "conditions": conditions,
        "grantControls": controls,
        "sessionControls": plain.get("sessionControls"),
    }
    return meaning(parts, _TEXTS)
