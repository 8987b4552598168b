"""Which policy governs which right: by the role, or by the group and the access to it.

Policies meet across tenants in no other way, since their own ids are random per tenant (graph-facts §2.5).
"""

from __future__ import annotations

from migrate.kinds import group_eligibility_schedule, role_management_policy
from migrate.kinds.kind import Kind, Row
from migrate.kinds.rights import is_of_group
from migrate.resolve.reference_graph import rights
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView

Governed = tuple[str, str, str]
"""``roleDefinition``, the role's listed id and nothing; or ``group``, the group's id and the access."""
POLICY = "roleManagementPolicy"


def governed_by(row: Row, view: TenantView) -> Governed:
    """What a policy's row is about."""
    about = str(row.get("roleDefinitionId") or "")
    if role_management_policy.is_of_group(row):
        return "group", str(row.get("scopeId") or "").lower(), about.lower()
    return "roleDefinition", view.role_id(about), ""


def policies_of(view: TenantView) -> dict[Governed, Row]:
    """The policies of a tenant by what they govern."""
    return {governed_by(row, view): row for _, row in sorted(view.of_kind(POLICY).items())}


def governs(kind: Kind, row: Row, view: TenantView) -> Governed:
    """What governs the activation of a right."""
    if is_of_group(kind.name):
        access = group_eligibility_schedule.access_of(row)
        return "group", str(row.get("groupId") or "").lower(), access
    return "roleDefinition", view.role_id(str(row.get("roleDefinitionId") or "")), ""


def moved_rights(source: TenantView) -> dict[Governed, tuple[tuple[str, str], ...]]:
    """The rights of the source by what governs them: the id and the principal of each."""
    found: dict[Governed, list[tuple[str, str]]] = {}
    for kind, row in rights(source):
        if not kind.gaps(row):
            pair = (kind.id_of(row).lower(), str(row.get("principalId") or "").lower())
            found.setdefault(governs(kind, row, source), []).append(pair)
    return {governed: tuple(sorted(pairs)) for governed, pairs in sorted(found.items())}


def in_target(governed: Governed, settled: Settled) -> Governed | None:
    """The same of the target; ``None`` while the role or the group has no accepted counterpart."""
    counterpart = settled.counterpart(governed[:2])
    return (governed[0], counterpart, governed[2]) if counterpart else None


def label(governed: Governed, view: TenantView) -> str:
    """What a person calls the policy."""
    kind, object_id, access = governed
    name = view.name_of(kind, object_id)
    return f"policy of {access} of {name}" if access else f"policy of {name}"


def id_of(policy: Row) -> str:
    return str(policy.get("id") or "").lower()
