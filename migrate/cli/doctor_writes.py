"""Which permissions the writes of a plan need in the target: that depends on what moves along, on what people
decided, and on how the plan is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.cli.doctor_reads import ON_TARGET
from migrate.views.checks import Check

if TYPE_CHECKING:
    from pathlib import Path

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
    optional: bool = False
    """Whether only some plans need it: what the settings say of all of them is not all that counts."""


_DECIDED = "decisions.csv: accept without target_id, where nothing matches"
_END_OVERLAP = "plan --end-overlap"


def accepted_as_nobody(mappings: Path) -> frozenset[str]:
    """The kinds of which a person accepted something without saying what it is in the target: what has no
    counterpart there is then made by a plan, whatever ``move.toml`` says.

    Raises FileError for anything that is wrong with the decisions.
    """
    from migrate.config.decisions import DECISIONS_FILE, read_decisions

    decisions = read_decisions(mappings / DECISIONS_FILE)
    return frozenset(one.kind for one in decisions if one.decision == "accept" and one.target_id is None)


def needs_of(move: Move, accepted: frozenset[str] = frozenset()) -> Iterator[Need]:
    """What the settings make plans write, in the order in which a plan writes it, and what single plans may
    write beside; ``accepted`` as ``accepted_as_nobody`` has it."""
    yield from _of_objects(move, accepted)
    yield from _of_members(move, accepted)
    yield from _of_policies(move)
    yield from _of_rights(move)
    yield from _of_guards(move)


def write_checks(
    session: Session, side: str, move: Move, accepted: frozenset[str] = frozenset()
) -> Iterator[Check]:
    """What can only be tried with a write is judged by the token's own words."""
    for need in needs_of(move, accepted):
        name = f"apply, rollback: {need.what}"
        because = f" ({need.because})" if need.because else ""
        if not session.permissions_known or not session.permissions:
            told, state, code = "the token does not tell its permissions", "unknown", ""
        elif session.permissions & set(need.permissions):
            told, state, code = "consented", "ok", ""
        else:
            told, state, code = "not among the token's permissions", "missing", "consent_missing"
            state = "note" if need.optional else state
        yield Check(
            side, name, state, f"{told}{because}", need.permissions, code, need.verbs, optional=need.optional
        )


def _of_objects(move: Move, accepted: frozenset[str]) -> Iterator[Need]:
    from migrate.kinds import administrative_unit, authentication_context, group, role_definition

    for kind, what, permissions, setting in (
        ("administrativeUnit", "new units", administrative_unit.WRITE_PERMISSIONS, "administrative_units"),
        ("group", "new groups", group.WRITE_PERMISSIONS, "groups"),
        ("roleDefinition", "new roles", role_definition.WRITE_PERMISSIONS, "custom_roles"),
    ):
        if move.creates(kind):
            yield Need(what, permissions, f"[create] {setting}")
        elif kind in accepted:
            yield Need(what, permissions, _DECIDED, optional=True)
    if move.creates("authenticationContext"):
        because = "[create] authentication_contexts"
        yield Need("new contexts", authentication_context.WRITE_PERMISSIONS, because)


def _of_members(move: Move, accepted: frozenset[str]) -> Iterator[Need]:
    from migrate.kinds import administrative_unit_member, group, group_member

    lists: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("administrativeUnit", "members of units", administrative_unit_member.WRITE_PERMISSIONS),
        ("group", "members of groups", group_member.WRITE_PERMISSIONS),
    )
    for kind, what, permissions in lists:
        if move.members_of_existing:
            yield Need(what, permissions, "[members] of_existing")
        elif move.members_of_new and move.creates(kind):
            yield Need(what, permissions, "[members] of_new")
        elif move.members_of_new and kind in accepted:
            yield Need(what, permissions, _DECIDED, optional=True)
    # Asked of everything about groups that can hold roles, on top of the others.
    what, besides = "groups that hold roles", group.ROLE_ASSIGNABLE_PERMISSIONS
    if move.creates("group") or move.members_of_existing:
        yield Need(what, besides, "[create] groups" if move.creates("group") else "[members] of_existing")
    elif "group" in accepted:
        yield Need(what, besides, _DECIDED, optional=True)


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
    else:
        permissions = role_assignment_schedule.WRITE_PERMISSIONS
        yield Need("active in roles", permissions, _END_OVERLAP, ON_TARGET, optional=True)


def _of_guards(move: Move) -> Iterator[Need]:
    from migrate.kinds import access_review, conditional_access_policy

    if move.access_reviews:
        because = "[guards_of_privilege] access_reviews"
        yield Need("access reviews", access_review.WRITE_PERMISSIONS, because)
    if move.conditional_access:
        because = "[guards_of_privilege] conditional_access"
        yield Need("conditional access", conditional_access_policy.WRITE_PERMISSIONS, because)
        besides = conditional_access_policy.BESIDES_PERMISSIONS
        yield Need("reading policies on top of it", besides, because)
