"""Whether an id that was not found is surely not there."""

from __future__ import annotations

from migrate.kinds.kind import DIRECTORY_OBJECT
from migrate.resolve.tenant_view import PRINCIPAL_KINDS, TenantView


def is_settled(view: TenantView, kind: str, object_id: str) -> bool:
    """Whether the tenant said, by a whole list or by an answer about this id, if it has such an object."""
    if view.answers(kind, "id", object_id):
        return True
    return kind in PRINCIPAL_KINDS and view.answers(DIRECTORY_OBJECT, "id", object_id)
