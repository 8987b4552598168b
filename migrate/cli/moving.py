"""What moves along with the rights of this engagement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.errors import FileError

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.config.move import Move


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
