"""Identifiers. A GUID means something in one tenant only, so the two sides are distinct types."""

from __future__ import annotations

from typing import NewType
from uuid import UUID

SourceId = NewType("SourceId", str)
TargetId = NewType("TargetId", str)

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
