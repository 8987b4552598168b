"""Identifiers: what they look like, when two are the same, and those that every tenant shares."""

from __future__ import annotations

from uuid import UUID

TENANT_SCOPE = "/"
ADMINISTRATIVE_UNIT_SCOPE = "/administrativeUnits/"

# Well-known roles go by template id, which Graph keeps the same in every tenant; names may be localised.
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


def is_guid(text: str) -> bool:
    """True for the canonical 36-character spelling, in either case."""
    if len(text) != 36:
        return False
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def same_id(one: object, other: object) -> bool:
    """Graph compares identifiers without case."""
    return isinstance(one, str) and isinstance(other, str) and one.lower() == other.lower()
