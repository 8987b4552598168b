"""The engagement's tiers as the resolver takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.resolve.tiers import TierTable


def tier_table(context: Context) -> TierTable:
    """``mappings/tiers.toml`` over the packaged one. Raises FileError for anything that is wrong with it."""
    from migrate.config.tiers import TIERS_FILE, read_tiers
    from migrate.resolve.tiers import TierTable

    read = read_tiers(context.engagement.mappings_folder / TIERS_FILE)
    return TierTable(
        names={number: tier.name for number, tier in read.tiers.items()},
        roles=read.roles,
        actions={number: tier.actions for number, tier in read.tiers.items()},
        custom_roles=read.custom_roles,
        groups=read.groups,
        lowered=read.lowered,
        unclassified=read.unclassified,
        unknown_blocks_up_to=read.unknown_blocks_up_to,
        model=read.model,
    )
