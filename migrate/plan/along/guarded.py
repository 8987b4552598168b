"""What of the source guards rights: the access reviews and conditional access policies about their roles,
groups and authentication contexts, and everybody whom these name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from migrate.kinds import access_review, conditional_access_policy, policy_rule, role_management_policy
from migrate.kinds.ids import is_guid
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.kinds.policy_rule_names import CONTEXT
from migrate.kinds.review_query import named_in
from migrate.plan import conditional_access_copy, review_copy
from migrate.resolve import governing
from migrate.resolve.governing import Governed
from migrate.resolve.reference_graph import Node, rights
from migrate.resolve.tenant_view import PRINCIPAL_KINDS, TenantView

_MATCHED = (*PRINCIPAL_KINDS, "administrativeUnit", "roleDefinition")
"""The kinds whose counterparts are found by the rules of the engagement and by decisions."""


@dataclass(frozen=True)
class Guarded:
    """Ids of the source in lower case: of roles every one they go by, and groups both as what is given and as
    who holds something."""

    roles: frozenset[str]
    groups: frozenset[str]
    contexts: frozenset[str]

    @classmethod
    def by(cls, source: TenantView, rows: Iterable[Row], contexts: frozenset[str]) -> Guarded:
        """Everything that these rights are about; ``contexts`` are those that their policies demand."""
        listed: set[str] = set()
        groups: set[str] = set()
        for row in rows:
            if role := str(row.get("roleDefinitionId") or ""):
                listed.add(source.role_id(role))
            if group := str(row.get("groupId") or "").lower():
                groups.add(group)
            principal = str(row.get("principalId") or "").lower()
            if source.kind_of(principal) == "group":
                groups.add(principal)
        aliases = {one for one, role in source.role_aliases.items() if role in listed}
        return cls(frozenset(listed | aliases), frozenset(groups), contexts)

    def reviews(self, source: TenantView) -> tuple[Row, ...]:
        rows = (row for _, row in source.in_order(access_review.KIND.name))
        return review_copy.guards(rows, self.roles, self.groups)

    def policies(self, source: TenantView) -> tuple[Row, ...]:
        rows = (row for _, row in source.in_order(conditional_access_policy.KIND.name))
        return conditional_access_copy.belongs(rows, self.roles, self.groups, self.contexts)


def contexts_demanded(source: TenantView, governed: Iterable[Governed]) -> frozenset[str]:
    """The authentication contexts that activating these rights asks for."""
    policies = governing.policies_of(source)
    found = (
        policy_rule.claim(role_management_policy.rules(policies[one]).get(CONTEXT, {}))
        for one in governed
        if one in policies
    )
    return frozenset(one for one in found if one)


def named_by_guards(source: TenantView, *, reviews: bool, policies: bool) -> frozenset[Node]:
    """Whom and what the guards of all rights that may move name, as far as the source has it: those whose
    counterparts must be known before a guard can be carried over whole."""
    if not (reviews or policies):
        return frozenset()
    rows = [row for kind, row in rights(source) if not kind.gaps(row)]
    contexts = contexts_demanded(source, governing.moved_rights(source))
    guarded = Guarded.by(source, rows, contexts)
    named: set[Node] = set()
    for row in guarded.reviews(source) if reviews else ():
        named |= set(_by_review(row, source))
    for row in guarded.policies(source) if policies else ():
        named |= set(_by_policy(row, source))
    return frozenset(node for node in named if node[0] in _MATCHED and source.row(*node) is not None)


def _by_review(row: Row, source: TenantView) -> Iterator[Node]:
    for reference in access_review.references(row):
        yield _node(reference.to_kind, reference.to_id, source)
    addresses = {
        one.id
        for query in access_review.queries(row)
        for one in named_in(query)
        if one.kind == "user" and not is_guid(one.id)
    }
    if addresses:
        for object_id, person in source.of_kind("user").items():
            if str(person.get("userPrincipalName") or "").lower() in addresses:
                yield "user", object_id


def _by_policy(row: Row, source: TenantView) -> Iterator[Node]:
    for reference in conditional_access_policy.references(row):
        yield _node(reference.to_kind, reference.to_id, source)
    if applications := conditional_access_policy.applications(row):
        for object_id, service in source.of_kind("servicePrincipal").items():
            if str(service.get("appId") or "").lower() in applications:
                yield "servicePrincipal", object_id


def _node(kind: str, object_id: str, source: TenantView) -> Node:
    wanted = object_id.lower()
    if kind == "roleDefinition":
        return kind, source.role_id(wanted)
    if kind == DIRECTORY_OBJECT:
        return source.kind_of(wanted) or kind, wanted
    return kind, wanted
