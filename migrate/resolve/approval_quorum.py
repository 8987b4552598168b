"""C11: an approver who would not be there, so that an activation could wait for ever.

Looked at twice: the source's policy as if its approvers were carried over to their counterparts, and the
target's own policy, which is what governs a right from the moment that it is moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.kinds.kind import Row
from migrate.resolve import approvers, governing
from migrate.resolve.approvers import Approver
from migrate.resolve.findings import Conflict
from migrate.resolve.governing import Governed
from migrate.resolve.group_population import EligibleMembers, members_of
from migrate.resolve.presence import is_settled
from migrate.resolve.settled import Settled

ENOUGH = 2
"""With one able approver left, his own activation and every day of his leave wait for nobody."""


@dataclass(frozen=True)
class Checked:
    """One approver: the people of the target whom that makes able, or why it makes none; ``people`` is
    ``None`` where that cannot be told."""

    approver: Approver
    people: frozenset[str] | None = frozenset()
    target_id: str | None = None
    problem: str = ""


def find(settled: Settled) -> Iterator[Conflict]:
    """Approvers without counterpart, and policies that fewer than two people could approve."""
    ours, theirs = governing.policies_of(settled.source), governing.policies_of(settled.target)
    eligible = EligibleMembers(settled.target)
    lost: dict[tuple[str, str], list[tuple[str, Checked, tuple[str, ...]]]] = {}
    for governed, holders in governing.moved_rights(settled.source).items():
        concerned = tuple(right for right, _ in holders)
        carried = ours.get(governed)
        if carried is not None and approvers.is_required(carried):
            checked = [_carried(one, settled, eligible) for one in approvers.approvers_of(carried)]
            name = governing.label(governed, settled.source)
            for one in checked:
                if one.problem and one.people is not None and one.approver.id:
                    node = (one.approver.kind, one.approver.id)
                    lost.setdefault(node, []).append((name, one, concerned))
            yield from _quorum(governed, carried, carried, checked, holders, settled, "carried over to")
        there = governing.in_target(governed, settled)
        standing = theirs.get(there) if there else None
        if standing is not None and approvers.is_required(standing):
            checked = [_standing(one, settled, eligible) for one in approvers.approvers_of(standing)]
            yield from _quorum(governed, carried, standing, checked, holders, settled, "of")
    yield from _lost(lost, settled)


def _lost(
    lost: dict[tuple[str, str], list[tuple[str, Checked, tuple[str, ...]]]], settled: Settled
) -> Iterator[Conflict]:
    for (kind, object_id), found in sorted(lost.items()):
        policies = ", ".join(sorted(name for name, _, _ in found))
        first = found[0][1]
        concerned = tuple(sorted({right for _, _, rights in found for right in rights}))
        yield Conflict(
            "C11",
            kind,
            object_id,
            (first.target_id,) if first.target_id else (),
            f"approver in the {policies}: {first.problem}",
            concerns=concerned,
            name=settled.source.name_of(kind, object_id),
        )


def _quorum(
    governed: Governed,
    carried: Row | None,
    policy: Row,
    checked: list[Checked],
    holders: tuple[tuple[str, str], ...],
    settled: Settled,
    how: str,
) -> Iterator[Conflict]:
    if not checked and governed[0] == "roleDefinition":
        # A role whose policy names nobody is approved by the administrators of roles.
        return
    able = frozenset(person for one in checked for person in one.people or ())
    unknown = [one for one in checked if one.people is None]
    if len(able) >= ENOUGH:
        return
    problems = [f"{_who(one, settled)}: {one.problem}" for one in checked if one.problem]
    names = ", ".join(sorted(settled.target.name_of("user", one) for one in able))
    said = f"{len(able)} able approver{'' if len(able) == 1 else 's'}" + (f" ({names})" if names else "")
    if unknown:
        said += " and an unknown number more"
    said += f" would be left in the policy {how} the target, at least {ENOUGH} are needed"
    alone = sum(settled.counterpart(("user", holder)) in able for _, holder in holders)
    if alone and not unknown:
        said += f"; for {alone} right{'' if alone == 1 else 's'} the approver is the requester"
    kind, source_id = (governing.POLICY, governing.id_of(carried)) if carried else governed[:2]
    yield Conflict(
        "C11",
        kind,
        source_id,
        () if policy is carried else (governing.id_of(policy),),
        "; ".join([said, *problems]),
        concerns=tuple(right for right, _ in holders),
        name=governing.label(governed, settled.source),
    )


def _who(checked: Checked, settled: Settled) -> str:
    approver = checked.approver
    if not approver.id:
        return approver.kind
    for view in (settled.source, settled.target):
        if (name := view.name_of(approver.kind, approver.id)) != approver.id:
            return name
    return approver.id


def _carried(approver: Approver, settled: Settled, eligible: EligibleMembers) -> Checked:
    """An approver of the source as he would stand in the target."""
    if not approver.id:
        return Checked(approver, None, problem="who that is, is told only when somebody asks")
    source = settled.source
    if source.row(approver.kind, approver.id) is None:
        if not is_settled(source, approver.kind, approver.id):
            return Checked(approver, None, problem="the source was not read completely")
        return Checked(approver, problem="deleted in the source")
    mapping = settled.mapping((approver.kind, approver.id))
    target_id = settled.counterpart((approver.kind, approver.id))
    if target_id is None:
        why = f" ({mapping.reason})" if mapping is not None and mapping.reason else ""
        return Checked(approver, problem=f"no accepted counterpart{why}")
    return _in_target(approver, target_id, settled, eligible)


def _standing(approver: Approver, settled: Settled, eligible: EligibleMembers) -> Checked:
    if not approver.id:
        return Checked(approver, None, problem="who that is, is told only when somebody asks")
    return _in_target(approver, approver.id, settled, eligible)


def _in_target(approver: Approver, target_id: str, settled: Settled, eligible: EligibleMembers) -> Checked:
    target = settled.target
    row = target.row(approver.kind, target_id)
    if row is None or row.get("deletedDateTime"):
        if row is None and not is_settled(target, approver.kind, target_id):
            return Checked(approver, None, target_id, "the target was not read completely")
        return Checked(approver, frozenset(), target_id, "the target does not have it")
    if approver.kind == "user":
        problem = _why_unable(target_id, settled)
        return Checked(approver, frozenset() if problem else frozenset({target_id}), target_id, problem)
    members = members_of(target, target_id)
    if members is None:
        return Checked(approver, None, target_id, "who is in this group of the target was not read")
    everybody = members | eligible.of(target_id)
    if any(target.kind_of(one) is None and not is_settled(target, "user", one) for one in everybody):
        return Checked(approver, None, target_id, "the target was not read completely")
    people = frozenset(one for one in everybody if not _why_unable(one, settled))
    return Checked(approver, people, target_id, "" if people else "nobody who could sign in is in it")


def _why_unable(person: str, settled: Settled) -> str:
    row = settled.target.row("user", person)
    if row is None:
        return "the target has no such user"
    if row.get("deletedDateTime"):
        return "deleted in the target"
    return "disabled in the target" if row.get("accountEnabled") is False else ""
