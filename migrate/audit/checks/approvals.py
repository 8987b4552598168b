"""Approvals: demanded where they must be, and by somebody who can give them."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.activatable import (
    activatable,
    eligibility_read,
    no_policy,
    policies_of_roles,
    policies_of_roles_read,
)
from migrate.audit.approval import Panels
from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import role_management_policy
from migrate.resolve import approvers
from migrate.resolve.governing import Governed, label
from migrate.resolve.group_population import members_of


def _required(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    groups = parameters.flag("groups_too")
    yield from policies_of_roles_read(posture, groups=groups)
    roles = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    least = parameters.number("approvers")
    for subject, _, policy in policies_of_roles(posture, roles, groups=groups):
        if policy is None:
            yield Unknown("its policy was not read", subject)
        elif approvers.RULE not in role_management_policy.rules(policy):
            yield Unknown("its policy shows no rule about approval", subject)
        elif not approvers.is_required(policy):
            yield Finding(subject, "can be activated without an approval")
        elif least:
            named = approvers.approvers_of(policy)
            if len(named) < least:
                who = _named(posture, named)
                yield Finding(subject, f"names {len(named)} approvers, at least {least} should be", who)


def _named(posture: Posture, named: tuple[approvers.Approver, ...]) -> tuple[Subject, ...]:
    return tuple(
        posture.subject(one.kind, one.id) if one.id else Subject(one.kind, "", one.kind) for one in named
    )


REQUIRED = Check(
    "approval-required",
    "Activation of the most powerful roles needs an approval",
    "demand an approval in the policy and name approvers; first make sure that somebody can approve",
    _required,
    {**ROLES, "groups_too": True, "approvers": 0},
)


def _enough(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from eligibility_read(posture)
    panels, least = Panels(posture), parameters.number("minimum")
    for one in activatable(posture):
        if one.policy is None:
            yield no_policy(one)
            continue
        if not approvers.is_required(one.policy):
            continue
        panel = panels.of(one.governed, one.policy)
        able = panel.able | panel.waiting
        if len(able) >= least:
            continue
        if panel.unknown:
            yield Unknown("; ".join(panel.unknown), one.subject)
            continue
        who = tuple(posture.principal(each) for each in sorted(able))
        told = "nobody can approve it" if not able else "one person alone can approve it"
        if len(able) > 1:
            told = f"only {len(able)} people can approve it"
        if panel.problems:
            told += f" ({'; '.join(panel.problems)})"
        yield Finding(one.subject, told, who)


ENOUGH = Check(
    "approvers-able",
    "At least two people can give each approval that is demanded",
    "name at least two approvers, or a group of them, who are enabled and need no approval themselves",
    _enough,
    {"minimum": 2},
)


def _requester(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from eligibility_read(posture)
    panels = Panels(posture)
    for one in activatable(posture):
        if one.policy is None:
            yield no_policy(one)
            continue
        if not approvers.is_required(one.policy):
            continue
        panel = panels.of(one.governed, one.policy)
        asking: set[str] = set()
        for principal in one.who:
            if posture.privilege.kind_of(principal) == "group":
                members = members_of(posture.view, principal)
                if members is None:
                    yield Unknown("members of an eligible group were not read", posture.principal(principal))
                asking |= members or frozenset()
            else:
                asking.add(principal)
        able = panel.able | panel.waiting
        both = asking & able
        if both and able <= asking:
            who = tuple(posture.principal(each) for each in sorted(both))
            yield Finding(one.subject, "only those who ask for it can approve it", who)
        elif not both:
            yield from (Unknown(each, one.subject) for each in panel.unknown)


REQUESTER = Check(
    "approval-by-the-requester",
    "Somebody who does not ask for the right themselves can approve it",
    "name an approver who is not eligible for the same right",
    _requester,
)


def _circle(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from eligibility_read(posture)
    yield from posture.needs("groupMembers")
    for governed, circle in sorted(Panels(posture).circles.items()):
        names = ", ".join(label(one, posture.view) for one in circle)
        told = f"whoever could approve must first be approved himself: {names}"
        yield Finding(_subject(posture, governed), told, tuple(_subject(posture, one) for one in circle))
    for group_id in _approving_groups(posture):
        if members_of(posture.view, group_id) is None:
            yield Unknown("members of an approving group were not read", posture.subject("group", group_id))


def _approving_groups(posture: Posture) -> list[str]:
    policies = [one for one in posture.policies.values() if approvers.is_required(one)]
    named = {each.id for one in policies for each in approvers.approvers_of(one) if each.kind == "group"}
    return sorted(named)


def _subject(posture: Posture, governed: Governed) -> Subject:
    return posture.subject(governed[0], governed[1])


CIRCLE = Check(
    "approval-circle",
    "No approval waits for itself",
    "name an approver who needs no activation, or who activates without an approval",
    _circle,
)

CHECKS = (REQUIRED, ENOUGH, REQUESTER, CIRCLE)
