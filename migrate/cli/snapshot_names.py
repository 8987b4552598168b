"""How a person names a snapshot: by its id, or as a tenant's newest and those before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from migrate.errors import NoState

if TYPE_CHECKING:
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.store.snapshots import Snapshots

_OF_A_TENANT = re.compile(r"(source|target)(?:~(\d{1,6}))?")


def named_snapshot(snapshots: Snapshots, name: str) -> SnapshotInfo:
    """The sealed snapshot of that name: ``source-0001``, ``source`` for the newest, ``source~1`` for the one
    before it. Raises NoState where there is none."""
    found = _OF_A_TENANT.fullmatch(name)
    if found is None:
        info = snapshots.get(name)
        if info.sealed_at is None:
            raise NoState(
                f"snapshot {name} was never finished",
                where=name,
                hint="run `pim-migrate snapshot`; an unfinished snapshot proves nothing",
                code="snapshot_unfinished",
            )
        return info
    tenant, back = found[1], int(found[2] or 0)
    sealed = [one for one in snapshots.list() if one.tenant == tenant and one.sealed_at is not None]
    if not sealed:
        raise NoState(
            f"there is no snapshot of the {tenant} tenant yet",
            where=name,
            hint=f"run `pim-migrate snapshot {tenant}`",
            code="no_snapshot",
        )
    if back >= len(sealed):
        raise NoState(
            f"there is no {name}: the {tenant} tenant has {len(sealed)} finished snapshot(s)",
            where=name,
            hint="`pim-migrate status` lists what is there",
            code="snapshot_unknown",
        )
    return sealed[-1 - back]
