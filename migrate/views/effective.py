"""Effective privilege on a screen and as JSON lines."""

from __future__ import annotations

from migrate.kinds.kind import DIRECTORY_OBJECT
from migrate.plan.tier_gate import TierGate
from migrate.resolve.effective import people_by_tier, reaches
from migrate.resolve.privilege import Privilege
from migrate.views.screen import Screen


def show_effective(screen: Screen, gate: TierGate) -> None:
    """Every reach and every gain for scripts; for people who reaches each tier, and what the gate stops."""
    if screen.as_json:
        _reach_lines(screen, "source", gate.source)
        _reach_lines(screen, "target", gate.target)
    for gain in gate.gains:
        screen.line(
            "escalation",
            principal_ids=list(gain.who),
            count=gain.count,
            role_definition_id=gain.right.id if gain.right.kind == "role" else None,
            group_id=gain.right.id if gain.right.kind == "group" else None,
            scope=gain.right.scope,
            through=list(gain.through),
            tier=gain.tier,
            tier_in_source=gain.before_source,
            tier_in_target=gain.before_target,
            unknown=gain.unknown,
            blocks=gain.blocks,
            reason=gate.told(gain),
        )
    _show_people(screen, gate)


def _reach_lines(screen: Screen, side: str, privilege: Privilege) -> None:
    """What the wave would add is among the target's lines, with ``planned`` true."""
    view = privilege.view
    for found in reaches(privilege):
        role = found.right.id if found.right.kind == "role" else None
        screen.line(
            "reach",
            tenant=side,
            principal_id=found.principal_id,
            kind=found.kind,
            principal=view.name_of(DIRECTORY_OBJECT, found.principal_id),
            role_definition_id=role,
            role=view.name_of("roleDefinition", role) if role else None,
            group_id=None if role else found.right.id,
            scope=found.right.scope,
            access=found.access.value,
            tier=found.tier.number,
            tier_certain=found.tier.certain,
            planned=found.planned,
            path=[{"how": hop.how, "kind": hop.kind, "id": hop.id} for hop in found.path],
        )


def _show_people(screen: Screen, gate: TierGate) -> None:
    source = people_by_tier(gate.source)
    now = people_by_tier(gate.target, planned=False)
    after = people_by_tier(gate.target, stopped={one.cause for one in gate.gains if one.blocks})
    numbers = sorted({*source, *now, *after})
    screen.table(
        "people and applications by the highest tier they reach",
        ["tier", "name", "source", "target now", "target after the plan"],
        [
            [number, gate.table.names.get(number, ""), source.get(number, 0), now.get(number, 0),
             after.get(number, 0)]
            for number in numbers
        ],
    )  # fmt: skip
    screen.say(f"tiers: {gate.table.model}")
    for side, privilege in (("source", gate.source), ("target", gate.target)):
        if privilege.unknown:
            screen.say(
                f"{side}: who can come into {len(privilege.unknown)} of the groups that lead to a right was"
                " not read whole; whoever does is not counted"
            )
    if not gate.gains:
        screen.say("nobody would reach a tier in the target that they did not reach in the source")
    screen.table(
        "tier escalation: the plan blocks these writes",
        ["tier", "why"],
        [[one.tier, gate.told(one)] for one in gate.gains if one.blocks],
    )
    screen.table(
        "not judged, and not blocked",
        ["tier", "why"],
        [[one.tier, gate.told(one)] for one in gate.gains if not one.blocks],
    )
