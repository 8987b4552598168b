"""Authentication strengths: which combinations of methods conditional access accepts.

The built-in ones have the same ids in every tenant; custom ones are the tenant's own.
"""

from __future__ import annotations

from migrate.kinds.kind import Kind, Row, display_name
from migrate.kinds.request import Lane, Request, get


def listing(_parent: str | None) -> Request:
    return get(
        "/policies/authenticationStrengthPolicies",
        lane=Lane.PIM_POLICIES,
        permissions=("Policy.Read.AuthenticationMethod", "Policy.Read.All"),
    )


def is_built_in(row: Row) -> bool:
    return str(row.get("policyType") or "").lower() == "builtin"


def natural_key(row: Row) -> str:
    return str(row.get("id") or "").lower() if is_built_in(row) else display_name(row)


KIND = Kind("authenticationStrength", "authenticationStrengths", listing, natural_key, optional=True)
