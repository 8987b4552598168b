"""Policies, reviews and reports of a tenant: plain objects by id, as the seed gives them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from migrate.lab.table import Table

Json = dict[str, Any]
SEED_KEYS = (
    "conditionalAccessPolicies",
    "namedLocations",
    "authenticationStrengthPolicies",
    "accessReviewDefinitions",
    "agreements",
    "userRegistrationDetails",
    "resourceActions",
    "licenseDetails",
)
"""Lists in the seed document that become tables of their own. ``id`` of a registration is the user's."""

_WHEN = "2021-12-01T00:00:00Z"
_RESISTANT = ["windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"]
_STRONG = [
    *_RESISTANT,
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    "password,microsoftAuthenticatorPush",
    "password,softwareOath",
    "password,hardwareOath",
    "password,sms",
    "password,voice",
    "federatedMultiFactor",
    "microsoftAuthenticatorPush,federatedSingleFactor",
    "softwareOath,federatedSingleFactor",
    "hardwareOath,federatedSingleFactor",
    "sms,federatedSingleFactor",
    "voice,federatedSingleFactor",
]


def _strength(number: int, name: str, combinations: list[str]) -> Json:
    return {
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "createdDateTime": _WHEN,
        "modifiedDateTime": _WHEN,
        "displayName": name,
        "description": f"Built in: {name}",
        "policyType": "builtIn",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": list(combinations),
    }


def load_documents(seed: Mapping[str, Any]) -> dict[str, Table[Json]]:
    """All tables, with the three authentication strengths that every tenant has."""
    tables: dict[str, Table[Json]] = {key: Table() for key in SEED_KEYS}
    for number, name, combinations in (
        (2, "Multifactor authentication", _STRONG),
        (3, "Passwordless MFA", [*_RESISTANT, "deviceBasedPush"]),
        (4, "Phishing-resistant MFA", _RESISTANT),
    ):
        row = _strength(number, name, combinations)
        tables["authenticationStrengthPolicies"].put(row["id"], row)
    for key, table in tables.items():
        for row in seed.get(key) or []:
            table.put(str(row["id"]), copy.deepcopy(dict(row)))
    return tables
