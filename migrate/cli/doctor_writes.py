"""Which permissions the writes of a plan need in the target: that depends on what moves along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.cli.doctor_reads import ON_TARGET
from migrate.views.checks import Check

if TYPE_CHECKING:
    from migrate.config.move import Move
    from migrate.graphapi.session import Session

WRITING = ("apply", "rollback")
"""Verbs that write in the target."""


@dataclass(frozen=True)
class Need:
    """One of these permissions, least first; ``because`` names the setting that asks for it, and is empty for
    what every plan needs."""

    what: str
    permissions: tuple[str, ...]
    because: str = ""
    verbs: tuple[str, ...] = WRITING


def needs_of(move: Move) -> Iterator[Need]:
    """What the settings make plans write, in the order in which a plan writes it."""
    yield from _of_objects(move)
    yield from _of_members(move)
    yield from _of_policies(move)
    yield from _of_rights(move)
    yield from _of_guards(move)


def write_checks(session: Session, side: str, move: Move) -> Iterator[Check]:
    """What can only be tried with a write is judged by the token's own words."""
    for need in needs_of(move):
        name = f"apply, rollback: {need.what}"
        because = f" ({need.because})" if need.because else ""
        if not session.permissions_known or not session.permissions:
            told, state, code = "the token does not tell its permissions", "unknown", ""
        elif session.permissions & set(need.permissions):
            told, state, code = "consented", "ok", ""
        else:
            told, state, code = "not among the token's permissions", "missing", "consent_missing"
        yield Check(side, name, state, f"{told}{because}", need.permissions, code, verbs=need.verbs)


def _of_objects(move: Move) -> Iterator[Need]:
    from migrate.kinds import administrative_unit, authentication_context, group, role_definition

    if move.creates("administrativeUnit"):
        yield Need("new units", administrative_unit.WRITE_PERMISSIONS, "[create] administrative_units")
    if move.creates("group"):
        yield Need("new groups", group.WRITE_PERMISSIONS, "[create] groups")
    if move.creates("roleDefinition"):
        yield Need("new roles", role_definition.WRITE_PERMISSIONS, "[create] custom_roles")
    if move.creates("authenticationContext"):
        because = "[create] authentication_contexts"
        yield Need("new contexts", authentication_context.WRITE_PERMISSIONS, because)


def _of_members(move: Move) -> Iterator[Need]:
    from migrate.kinds import administrative_unit_member, group, group_member

    existing = "[members] of_existing" if move.members_of_existing else ""
    of_units = existing or ("[members] of_new" if move.creates("administrativeUnit") else "")
    of_groups = existing or ("[members] of_new" if move.creates("group") else "")
    if of_units and (existing or move.members_of_new):
        yield Need("members of units", administrative_unit_member.WRITE_PERMISSIONS, of_units)
    if of_groups and (existing or move.members_of_new):
        yield Need("members of groups", group_member.WRITE_PERMISSIONS, of_groups)
    # Asked of everything about groups that can hold roles, on top of the others.
    because = "[create] groups" if move.creates("group") else existing
    if because:
        yield Need("groups that hold roles", group.ROLE_ASSIGNABLE_PERMISSIONS, because)


def _of_policies(move: Move) -> Iterator[Need]:
    from migrate.kinds import role_management_policy

    because = "[policies] mode" if move.policies != "leave" else ""
    if move.beyond_policy == "relax":
        because = because or "[rights] beyond_policy"
    if because:
        yield Need("policies of roles", role_management_policy.WRITE_PERMISSIONS, because)
        yield Need("policies of groups", role_management_policy.GROUP_WRITE_PERMISSIONS, because)


def _of_rights(move: Move) -> Iterator[Need]:
    from migrate.kinds import (
        group_assignment_schedule,
        group_eligibility_schedule,
        role_assignment_schedule,
        role_eligibility_schedule,
    )

    # Graph shows requests to nobody who could not make them, so that what only reads needs these as well.
    yield Need("roles", role_eligibility_schedule.WRITE_PERMISSIONS, verbs=ON_TARGET)
    yield Need("groups", group_eligibility_schedule.WRITE_PERMISSIONS, verbs=ON_TARGET)
    if move.active:
        because = "[rights] active"
        yield Need("active in roles", role_assignment_schedule.WRITE_PERMISSIONS, because, ON_TARGET)
        yield Need("active in groups", group_assignment_schedule.WRITE_PERMISSIONS, because, ON_TARGET)


def _of_guards(move: Move) -> Iterator[Need]:
    from migrate.kinds import access_review, conditional_access_policy

    if move.access_reviews:
        because = "[guards_of_privilege] access_reviews"
        yield Need("access reviews", access_review.WRITE_PERMISSIONS, because)
    if move.conditional_access:
        because = "[guards_of_privilege] conditional_access"
        yield Need("conditional access", conditional_access_policy.WRITE_PERMISSIONS, because)
        yield Need("reading policies", conditional_access_policy.BESIDES_PERMISSIONS, because)
