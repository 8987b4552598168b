"""The policies that govern a wave's rights, brought to the source's rule by rule (see ``policy_copy``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from migrate.kinds import authentication_context, role_definition, role_management_policy
from migrate.kinds.kind import Row
from migrate.kinds.policy_defaults import OF_GROUPS, OF_ROLES, as_answered
from migrate.plan import rule_words
from migrate.plan.along.addresses import Addresses
from migrate.plan.along.contexts import Contexts
from migrate.plan.along.moving import Moving
from migrate.plan.document import Action, Draft
from migrate.plan.made import is_new, names_in
from migrate.plan.policy_copy import Mode, PolicyCopy, policy_copy
from migrate.resolve import governing
from migrate.resolve.governing import Governed
from migrate.resolve.group_population import members_of
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView


@dataclass(frozen=True)
class Brought:
    """One policy of the target: the changes as drafts in their order, the row as it will then read, and what
    is left alone, in words."""

    drafts: tuple[Draft, ...]
    row: Row | None
    told: tuple[str, ...]


@dataclass
class Policies:
    """``counterparts`` are the accepted ones by node; ``target`` holds what is to be made as well. ``unseen``
    are the ids of what this engagement has made since the target's snapshot."""

    source: TenantView
    target: TenantView
    counterparts: Mapping[Node, str]
    moving: Moving
    contexts: Contexts
    addresses: Addresses
    unseen: frozenset[str] = frozenset()
    _done: dict[Governed, Brought] = field(default_factory=dict)

    @cached_property
    def _ours(self) -> dict[Governed, Row]:
        return governing.policies_of(self.source)

    @cached_property
    def _theirs(self) -> dict[Governed, Row]:
        return governing.policies_of(self.target)

    @cached_property
    def _asking(self) -> dict[Governed, frozenset[str]]:
        """The target's ids of those who will ask for what a source policy governs."""
        found: dict[Governed, frozenset[str]] = {}
        for governed, pairs in governing.moved_rights(self.source).items():
            people = {self.counterparts.get(("user", one)) for _, one in pairs}
            found[governed] = frozenset(one for one in people if one)
        return found

    @cached_property
    def _sharing(self) -> dict[Governed, list[Governed]]:
        """By what is governed in the target, everything of the source that comes to it."""
        found: dict[Governed, list[Governed]] = {}
        for governed in self._asking:
            if there := self._there(governed):
                found.setdefault(there, []).append(governed)
        return found

    def _there(self, governed: Governed) -> Governed | None:
        counterpart = self.counterparts.get(governed[:2])
        return (governed[0], counterpart.lower(), governed[2]) if counterpart else None

    def every(self) -> list[Brought]:
        """What is to be done about the policies of all rights that may move; none where they are left."""
        return [] if self.moving.policies is Mode.LEAVE else [self.of(one) for one in self._asking]

    def of(self, governed: Governed) -> Brought:
        """What is to be done about a policy, by what it governs in the source."""
        if governed not in self._done:
            self._done[governed] = self._bring(governed)
        return self._done[governed]

    def _bring(self, governed: Governed) -> Brought:
        there = self._there(governed)
        if self.moving.policies is Mode.LEAVE or there is None:
            return Brought((), None, ())
        name = governing.label(governed, self.source)
        ours, theirs = self._ours.get(governed), self._theirs.get(there)
        if ours is None:
            return Brought((), theirs, (f"{name}: not read in the source; the target's is left as it is",))
        before = self._before(there, theirs)
        if before is None:
            return Brought((), None, (f"{name}: not read in the target; it is left as it is",))
        sharing = self._sharing.get(there, [governed])
        asking = frozenset[str]().union(*(self._asking.get(one, frozenset()) for one in (governed, *sharing)))
        copy = self._copy(ours, before, asking)
        for other in sharing:
            row = self._ours.get(other)
            if row is None or self._copy(row, before, asking).changes != copy.changes:
                why = "several policies of the source would be one in the target, and they differ"
                return Brought((), theirs, (f"D07, {name}: {why}; it is left as it is",))
        return Brought(
            self._drafts(there, name, copy, theirs is not None),
            as_governing(there, theirs, before, {one.rule_id: one.after for one in copy.changes}),
            tuple(
                f"{', '.join((*one.codes, name))}: {rule_words.title(one.rule_id)}: {one.reason}"
                for one in copy.left
            ),
        )

    def _copy(self, ours: Row, before: list[Row], asking: frozenset[str]) -> PolicyCopy:
        return policy_copy(
            list(role_management_policy.rules(ours).values()),
            before,
            mode=self.moving.policies,
            translate=self._translate,
            translate_address=self.addresses.of,
            minimum_approvers=self.moving.minimum_approvers,
            requestors=asking,
            members_of=lambda one: members_of(self.target, one),
        )

    def _before(self, there: Governed, row: Row | None) -> list[Row] | None:
        """The rules as they are; for what is to be made, as PIM will make them."""
        if row is not None:
            return list(role_management_policy.rules(row).values())
        if is_new(there[1]) or there[1] in self.unseen or self._is_to_onboard(there):
            return default_rules(there)
        return None

    def _is_to_onboard(self, there: Governed) -> bool:
        return (
            there[0] == "group"
            and self.target.saw("pimGroups")
            and there[1] not in self.target.of_kind("pimGroup")
        )

    def _translate(self, kind: str, source_id: str) -> str | None:
        if kind == authentication_context.KIND.name:
            return self.contexts.of(source_id)
        return self.counterparts.get((kind, source_id.lower()))

    def _drafts(self, there: Governed, name: str, copy: PolicyCopy, known: bool) -> tuple[Draft, ...]:
        found: list[Draft] = []
        before: tuple[str, ...] = ()
        for change in copy.changes:
            key = f"{policy_key(there)}|{change.rule_id}".lower()
            claim = str(change.after.get("claimValue") or "") if change.after.get("isEnabled") else ""
            target = {**place_of(there, self.target), "ruleId": change.rule_id, "rule": dict(change.after)}
            needs = (*sorted(names_in(target)), *before, *self.contexts.needs(claim))
            draft = Draft(
                Action.UPDATE,
                role_management_policy.RULE,
                key,
                rule_words.of_change(change, self.target),
                change.codes,
                {},
                target,
                {
                    "principal": "",
                    "target_principal": "",
                    "right": name,
                    "scope": change.rule_id,
                },
                {"rule": dict(change.before)} if known else None,
                reverse="restore",
                needs=needs,
            )
            found.append(draft)
            # Graph takes the rules of one policy in this order only.
            before = (key,)
        return tuple(found)


def default_rules(there: Governed) -> list[Row]:
    """The rules that PIM gives to what it has just come to know."""
    return list(as_answered(OF_GROUPS if there[0] == "group" else OF_ROLES))


def policy_key(there: Governed) -> str:
    """The natural key of the policy that governs something of the target."""
    if there[0] == "group":
        return role_management_policy.key_of_group(there[1], there[2])
    return role_management_policy.key_of_role(there[1])


def place_of(there: Governed, target: TenantView) -> dict[str, Any]:
    """How a write names the policy that it changes."""
    if there[0] == "group":
        return {"groupId": there[1], "accessId": there[2]}
    return {
        "roleDefinitionId": there[1],
        "pimRoleDefinitionId": target.pim_spelling(there[1]),
        "isBuiltInRole": role_definition.is_built_in(target.row("roleDefinition", there[1]) or {}),
    }


def as_governing(there: Governed, row: Row | None, before: list[Row], changed: Mapping[str, Row]) -> Row:
    """The policy's row with rules changed, by their ids; made up where there is no row yet."""
    rules: dict[str, Row] = {str(rule["id"]): rule for rule in before}
    rules |= changed
    if row is None:
        key = policy_key(there)
        row = {
            "id": key,
            "policyId": key,
            "scopeType": "Group" if there[0] == "group" else "DirectoryRole",
            "scopeId": there[1] if there[0] == "group" else "/",
            "roleDefinitionId": there[2] if there[0] == "group" else there[1],
        }
    return {**row, "policy": {**(row.get("policy") or {}), "rules": list(rules.values())}}
