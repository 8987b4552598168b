"""Objects of the source that no right names and that still decide what a right means: approvers, members of
the units that are a scope, and who is in a group that holds a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.kinds.membership import type_of
from migrate.resolve import approvers, governing
from migrate.resolve.group_population import EligibleMembers, members_of
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView
from migrate.resolve.unit_population import COMPARED, UNIT
from migrate.resolve.unit_population import MEMBERS as UNIT_MEMBERS


def of(source: TenantView, needed: Iterable[Node]) -> frozenset[Node]:
    """Those that the source really has and that rights do not name themselves."""
    known = set(needed)
    found = {node for node in _each(source, known) if source.row(*node) is not None}
    return frozenset(found - known)


def _each(source: TenantView, needed: set[Node]) -> Iterator[Node]:
    policies = governing.policies_of(source)
    for governed in governing.moved_rights(source):
        policy = policies.get(governed)
        if policy is not None and approvers.is_required(policy):
            yield from ((one.kind, one.id) for one in approvers.approvers_of(policy) if one.id)
    eligible = EligibleMembers(source)
    for kind, object_id in sorted(needed):
        if kind == UNIT:
            for row in source.listed(UNIT_MEMBERS, object_id) or ():
                member = str(row.get("id") or "").lower()
                member_kind = type_of(row) or source.kind_of(member)
                if member_kind in COMPARED:
                    yield member_kind, member
        elif kind == "group":
            people = (members_of(source, object_id) or frozenset()) | eligible.of(object_id)
            yield from (("user", one) for one in people)
