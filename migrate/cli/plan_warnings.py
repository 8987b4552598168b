"""What those must know who read a plan, and no item says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.cli.planning import Drafted
    from migrate.config.move import Move
    from migrate.plan.waves import Placement
    from migrate.resolve.tenant_view import TenantView


def warnings_of(drafted: Drafted, placement: Placement, wave: str, move: Move) -> tuple[str, ...]:
    """What the tier gate could not judge, what was not read, contexts that nothing enforces, selectors that
    select nothing."""
    inputs = drafted.resolved.inputs
    unused = placement.unused.get(wave, ())
    nothing = (f"wave {wave} names what no right has: {', '.join(unused[:10])}",) if unused else ()
    return (
        *drafted.gate.warnings(),
        *_contexts(drafted, placement, wave),
        *nothing,
        *_of_coverage(inputs.source, inputs.target),
        *_not_moved(move),
    )


def _contexts(drafted: Drafted, placement: Placement, wave: str) -> Iterator[str]:
    """D07 where the target's policy demands an authentication context that nothing there enforces."""
    from migrate.plan.document import Action

    writes = {
        str(one.draft.source.get("id") or "").lower()
        for one in placement.of(wave)
        if one.draft.action is Action.CREATE
    }
    for found in drafted.resolved.resolution.drift:
        if found.code == "D07" and found.detail.get("property") == "enforcement":
            count = len(writes.intersection(found.concerns))
            if count:
                noun = "write" if count == 1 else "writes"
                yield f"D07: {found.detail['name']}: {found.detail['target']} ({count} {noun})"


def _of_coverage(source: TenantView, target: TenantView) -> tuple[str, ...]:
    from migrate.kinds.role_management_policy import GROUP_POLICIES, ROLE_POLICIES

    found = [f"source: {name} was not read completely; rights in it may be missing" for name in source.unread]
    for name in target.unread:
        told = "what needs it is blocked"
        if name.partition(":")[0] in (ROLE_POLICIES, GROUP_POLICIES):
            told = "only Graph's answer will tell whether the target allows what the plan writes there"
        found.append(f"target: {name} was not read completely; {told}")
    if target.probed:
        found.append(
            "target: which groups PIM manages was found by probing, without Graph's beta listing; a group"
            " that has a policy counts as managed, and may come under PIM by this plan if it was not"
        )
    return tuple(sorted(found))


def _not_moved(move: Move) -> Iterator[str]:
    """What is read and shown, and stays where it is as the engagement is set."""
    left = [
        *(["policies"] if move.policies == "leave" else []),
        *([] if move.active else ["active assignments"]),
    ]
    if left:
        yield f"{' and '.join(left)} are read and shown, but not moved: see mappings/move.toml"
