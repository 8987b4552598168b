"""D05 and D06: a role whose counterpart allows other things, or that nobody can be given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migrate.kinds import resource_action, role_definition
from migrate.kinds.kind import Row
from migrate.resolve.findings import Counterpart, Drift, State
from migrate.resolve.reference_graph import Node
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView

CATALOGUED = "microsoft.directory/"
"""The namespace whose actions Graph lists; of others nothing can be said."""


def find(settled: Settled) -> Iterator[Drift]:
    offered = offered_actions(settled.target)
    for node, mapping in sorted(settled.mappings.items()):
        ours = settled.source.row(*node) if node[0] == "roleDefinition" else None
        if ours is None or mapping.state is State.SKIPPED:
            continue
        theirs = settled.target.row("roleDefinition", mapping.target_id) if mapping.target_id else None
        if role_definition.is_built_in(ours) and (theirs is None or _is_same_built_in(ours, theirs)):
            yield from _built_in(node, mapping, ours, theirs, settled)
        else:
            yield from _custom(node, mapping, ours, theirs, settled, offered)


def _built_in(
    node: Node, mapping: Counterpart, ours: Row, theirs: Row | None, settled: Settled
) -> Iterator[Drift]:
    hanging = settled.hanging(node)
    if theirs is None:
        if mapping.target_id is None and settled.target.saw_all("roleDefinition"):
            yield Drift("D06", *node, None, {"name": mapping.name, "problem": "missing"}, hanging)
        return
    if theirs.get("isEnabled") is False:
        disabled = {"name": mapping.name, "problem": "disabled in the target"}
        yield Drift("D06", *node, mapping.target_id, disabled, hanging)
    # Microsoft changes what a built-in role allows; both tenants follow sooner or later: told, no more.
    if changed := _difference(ours, theirs):
        yield Drift("D06", *node, mapping.target_id, {"name": mapping.name, **changed}, concerns=hanging)


def _custom(
    node: Node,
    mapping: Counterpart,
    ours: Row,
    theirs: Row | None,
    settled: Settled,
    offered: frozenset[str],
) -> Iterator[Drift]:
    """D05, of a certain or proposed counterpart; of a built-in role only where a person chose another one.

    Without a counterpart it is told what the target could not allow, since a copy could not be made.
    """
    hanging = settled.hanging(node)
    detail: dict[str, Any] = {"name": mapping.name}
    if theirs is not None:
        detail |= _difference(ours, theirs)
    missing = role_definition.actions(ours) if theirs is None else detail.get("only_in_source", ())
    if offered and (unknown := sorted(one for one in missing if is_not_offered(one, offered))):
        detail["not_offered_in_target"] = unknown
    disabled = theirs is not None and theirs.get("isEnabled") is False
    if disabled:
        detail["problem"] = "disabled in the target"
    if detail.keys() == {"name"}:
        return
    # A person who chose this very role has seen what it allows: told, but not blocked. Nobody can be given
    # a role that is disabled.
    decided = mapping.state is State.ACCEPTED and mapping.rule == "decision" and not disabled
    yield Drift(
        "D05",
        *node,
        mapping.target_id,
        detail,
        () if decided else hanging,
        hanging if decided else (),
    )


def _difference(ours: Row, theirs: Row) -> dict[str, list[str]]:
    here, there = role_definition.actions(ours), role_definition.actions(theirs)
    if here == there:
        return {}
    return {"only_in_source": sorted(here - there), "only_in_target": sorted(there - here)}


def _is_same_built_in(ours: Row, theirs: Row) -> bool:
    return role_definition.is_built_in(theirs) and role_definition.template_id(
        ours
    ) == role_definition.template_id(theirs)


def offered_actions(target: TenantView) -> frozenset[str]:
    """What the target's custom roles can allow at all; empty where that was not read whole."""
    kind = resource_action.KIND
    if not target.saw(kind.collection):
        return frozenset()
    return frozenset(resource_action.natural_key(row) for row in target.of_kind(kind.name).values())


def is_not_offered(action: str, offered: frozenset[str]) -> bool:
    """Whether an action of a custom role is one that the tenant does not list; of other namespaces nobody
    can say."""
    plain = action.removeprefix("-").partition(" if ")[0]
    return plain.startswith(CATALOGUED) and plain not in offered and not plain.endswith("/*")
