"""What moves along with the rights of this engagement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.errors import FileError, UsageError

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.config.move import Move
    from migrate.plan.along.moving import Moving

PERMANENT = "permanent"
_BY_A_PERSON = ("azure_cli", "device_code")
"""Credentials with which a person signs in, who may have shown a second factor."""
_CREATABLE = ("administrativeUnit", "group", "roleDefinition", "authenticationContext")


def move_of(context: Context) -> Move:
    """``mappings/move.toml`` over the packaged one.

    Raises FileError for anything that is wrong with it, and ``relaxing_not_allowed`` where it wants rules of
    the target loosened and the engagement does not allow that: settings are no way around a guard.
    """
    from migrate.config.move import MOVE_FILE, read_move

    path = context.engagement.mappings_folder / MOVE_FILE
    move = read_move(path)
    if move.beyond_policy == "relax" and not context.engagement.guard.allow_relaxing:
        raise FileError(
            'beyond_policy = "relax" changes rules of the target, which the engagement does not allow',
            where=f"{path}: [rights]",
            hint=f"set allow_relaxing = true in [guard] of {context.engagement.path.name}, or skip or clamp",
            code="relaxing_not_allowed",
        )
    return move


def check_convert(convert: str, *, end_overlap: bool = False) -> None:
    """Raises UsageError for what cannot be converted, or for an end of what nobody converts."""
    if convert not in ("", PERMANENT):
        raise UsageError(
            f"there is no conversion {convert!r}",
            where="--convert",
            hint=f"--convert {PERMANENT}: standing role assignments become eligible",
            code="unknown_conversion",
        )
    if end_overlap and not convert:
        raise UsageError(
            "--end-overlap ends what --convert has made eligible",
            where="--end-overlap",
            hint=f"add --convert {PERMANENT}",
        )


def moving_of(context: Context, *, convert: str = "", end_overlap: bool = False) -> Moving:
    """What moves along with the rights of this engagement."""
    from migrate.plan.along.moving import Moving
    from migrate.plan.guard import AUTHENTICATION_CONTEXT
    from migrate.plan.policy_copy import Mode
    from migrate.plan.target_rules import Choice

    move, engagement = move_of(context), context.engagement
    return Moving(
        creates=frozenset(kind for kind in _CREATABLE if move.creates(kind)),
        allows_contexts=AUTHENTICATION_CONTEXT in engagement.guard.allow_irreversible,
        members_of_new=move.members_of_new,
        members_of_existing=move.members_of_existing,
        policies=Mode(move.policies),
        minimum_approvers=move.minimum_approvers,
        active=move.active,
        choice=Choice(move.beyond_policy),
        consent=engagement.guard.allow_relaxing,
        updates=move.existing == "update",
        converts=convert == PERMANENT,
        ends_overlap=end_overlap,
        access_reviews=move.access_reviews,
        conditional_access=move.conditional_access,
        app_only=engagement.target.credential.kind not in _BY_A_PERSON,
    )
