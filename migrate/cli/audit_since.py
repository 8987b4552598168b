"""Which snapshot an audit is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.errors import NoState, UsageError

if TYPE_CHECKING:
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import SnapshotInfo


def compared_with(db: Database, side: str, name: str) -> SnapshotInfo:
    """The snapshot of that name; without one that of the side (the target by default) before its newest.

    Raises:
        NoState: there is none, or nothing to compare with yet.
        UsageError: it is of the other tenant than was asked for.
    """
    from migrate.cli.snapshot_names import named_snapshot
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    if name:
        info = named_snapshot(snapshots, name)
        if side and info.tenant != side:
            raise UsageError(
                f"{info.id} is of the {info.tenant} tenant, the audit of the {side}",
                where="--since",
                hint=f"name a snapshot of the {side}: `pim-migrate status` lists them",
            )
        return info
    side = side or "target"
    named_snapshot(snapshots, side)
    try:
        return named_snapshot(snapshots, f"{side}~1")
    except NoState as error:
        raise NoState(
            f"the {side} tenant has only one snapshot: there is nothing to compare it with yet",
            where=f"{side}~1",
            hint=f"run `pim-migrate snapshot {side}` after the wave, then ask again",
            code=error.code,
        ) from error


def check_other(before: SnapshotInfo, newest: str) -> None:
    """Raises UsageError where a snapshot would be compared with itself."""
    if before.id == newest:
        raise UsageError(
            f"{newest} is the newest snapshot: it cannot be compared with itself",
            where="--since",
            hint=f"name an older one, for example {before.tenant}~1",
        )
