"""D07: what governs a right in the target asks for less, or for more, than in the source.

From the moment of the move the target's rules decide: as they stand, unless ``mappings/move.toml`` has a plan
change them. They are compared in both directions, for every role and every access to a group to which a right
is moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from migrate.kinds import conditional_access_policy, pim_group, role_management_policy
from migrate.kinds.kind import Row
from migrate.kinds.policy_defaults import OF_NEW_GROUP
from migrate.resolve import approvers, governing
from migrate.resolve.findings import Drift
from migrate.resolve.governing import Governed
from migrate.resolve.rule_differences import APPROVAL, CONTEXT, Difference, Direction, between
from migrate.resolve.settled import Settled
from migrate.resolve.tenant_view import TenantView


def find(settled: Settled) -> Iterator[Drift]:
    """One drift for each difference; ``unread`` in its detail says what could not be told."""
    ours, theirs = governing.policies_of(settled.source), governing.policies_of(settled.target)
    for governed, holders in governing.moved_rights(settled.source).items():
        there = governing.in_target(governed, settled)
        here_policy = ours.get(governed)
        if there is None or here_policy is None:
            continue
        there_policy = theirs.get(there) or to_come(there, settled.target)
        if there_policy is None:
            continue
        found = [
            *between(here_policy, there_policy, settled.domains),
            *_approvers(here_policy, there_policy, settled),
            *_contexts(here_policy, there_policy, settled),
        ]
        for one in found:
            detail: dict[str, Any] = {
                "name": governing.label(governed, settled.source),
                "field": f"{one.rule}: {one.field}",
                "rule": one.rule,
                "property": one.field,
                "source": one.source,
                "target": one.target,
                "direction": str(one.direction),
            }
            yield Drift(
                "D07",
                governing.POLICY,
                governing.id_of(here_policy),
                governing.id_of(there_policy) or None,
                detail,
                concerns=tuple(right for right, _ in holders),
            )


def to_come(governed: Governed, target: TenantView) -> Row | None:
    """What will govern a group that PIM does not manage yet."""
    kind, object_id, _ = governed
    managed = object_id in target.of_kind(pim_group.KIND.name) or not target.saw(pim_group.KIND.collection)
    return None if kind != "group" or managed else OF_NEW_GROUP


def _approvers(ours: Row, theirs: Row, settled: Settled) -> Iterator[Difference]:
    """Who may approve, compared through counterparts; by number where somebody has none."""
    if not (approvers.is_required(ours) and approvers.is_required(theirs)):
        return
    here, there = approvers.approvers_of(ours), approvers.approvers_of(theirs)
    carried = [(one.kind, settled.counterpart((one.kind, one.id)) if one.id else "") for one in here]
    standing = {(one.kind, one.id) for one in there}
    told = [_names(here, settled.source), _names(there, settled.target)]
    if any(into is None for _, into in carried):
        if len(here) != len(there):
            yield Difference(APPROVAL, "number of approvers", len(here), len(there), Direction.DIFFERENT)
        return
    expected = {(kind, into) for kind, into in carried if into is not None}
    if expected == standing:
        return
    # Whoever may approve there and not here makes it easier to be let in.
    direction = Direction.STRICTER if standing < expected else Direction.WEAKER
    yield Difference(APPROVAL, "approvers", told[0], told[1], direction)


def _names(found: tuple[approvers.Approver, ...], view: TenantView) -> list[str]:
    return sorted(view.name_of(one.kind, one.id) if one.id else one.kind for one in found)


def _contexts(ours: Row, theirs: Row, settled: Settled) -> Iterator[Difference]:
    """Which authentication context is demanded, and whether anything enforces it.

    The ids c1 to c99 are labels of one tenant: the same label may mean another thing in the other (observed
    behaviours 39), so that the name has to agree as well.
    """
    here, there = _claim(ours), _claim(theirs)
    if there:
        enforced = _is_enforced(there, settled.target)
        if enforced is False:
            told = f"{_context(there, settled.target)}: no enforced conditional access policy demands it"
            direction = Direction.WEAKER if here else Direction.DIFFERENT
            source = _context(here, settled.source) if here else None
            yield Difference(CONTEXT, "enforcement", source, told, direction)
        elif enforced is None:
            told = f"{_context(there, settled.target)}: the conditional access policies were not read"
            source = _context(here, settled.source) if here else None
            yield Difference(CONTEXT, "enforcement", source, told, Direction.DIFFERENT)
    if here and there:
        names = [_context_name(here, settled.source), _context_name(there, settled.target)]
        known = None not in names
        if here != there or not known or names[0] != names[1]:
            one, other = _context(here, settled.source), _context(there, settled.target)
            yield Difference(CONTEXT, "claimValue", one, other, Direction.DIFFERENT)


def _claim(policy: Row) -> str:
    """The context that an activation must satisfy; null and empty mean none (observed behaviours 9)."""
    rule = role_management_policy.rules(policy).get(CONTEXT, {})
    return str(rule.get("claimValue") or "").lower() if rule.get("isEnabled") is True else ""


def _context_name(claim: str, view: TenantView) -> str | None:
    row = view.row("authenticationContext", claim)
    return " ".join(str(row.get("displayName") or "").split()).casefold() if row else None


def _context(claim: str, view: TenantView) -> str:
    row = view.row("authenticationContext", claim)
    if row is not None:
        return f"{claim} ({row.get('displayName') or 'without a name'})"
    missing = (
        "the tenant has no such context" if view.saw("authenticationContexts") else "its name was not read"
    )
    return f"{claim} ({missing})"


def _is_enforced(claim: str, target: TenantView) -> bool | None:
    """Whether a policy that is switched on answers to the context; ``None`` where that was not read."""
    rows = target.of_kind(conditional_access_policy.KIND.name).values()
    if any(
        conditional_access_policy.is_enforced(row) and claim in conditional_access_policy.contexts(row)
        for row in rows
    ):
        return True
    return False if target.saw(conditional_access_policy.KIND.collection) else None
