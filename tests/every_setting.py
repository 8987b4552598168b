"""A move.toml in which every setting makes a plan write more."""

from __future__ import annotations

from migrate.config.move import Move

EVERYTHING = Move(
    create_administrative_units=True,
    create_groups=True,
    create_custom_roles=True,
    create_authentication_contexts=True,
    members_of_new=True,
    members_of_existing=True,
    policies="copy",
    minimum_approvers=1,
    active=True,
    beyond_policy="relax",
    existing="update",
    access_reviews=True,
    conditional_access=True,
)
