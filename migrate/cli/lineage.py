"""What a plan was made from, by name and hash: snapshots, decisions and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.resolving import Resolved
    from migrate.config.waves import Waves
    from migrate.store.snapshot_rows import SnapshotInfo


def origin_of(info: SnapshotInfo) -> dict[str, str]:
    """A snapshot by its tenant, name, time and seal."""
    return {
        "tenant_id": info.tenant_id,
        "snapshot": info.id,
        "hash": info.hash or "",
        "sealed_at": info.sealed_at or "",
    }


def lineage_of(context: Context, resolved: Resolved, waves: Waves) -> dict[str, str]:
    """The resolution, and the hashes of all that people said."""
    from migrate.cli.moving import move_of
    from migrate.config.tiers import TIERS_FILE, read_tiers

    info = resolved.info
    return {
        "id": info.id,
        "hash": info.hash,
        "decisions_hash": info.decisions_hash,
        "rules_hash": info.rules_hash,
        "tiers_hash": read_tiers(context.engagement.mappings_folder / TIERS_FILE).hash,
        "waves_hash": waves.hash,
        "move_hash": move_of(context).hash,
    }
