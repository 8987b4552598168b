"""Who is in an administrative unit: those whom a role at that scope reaches.

Members of a unit with hidden membership need ``Member.Read.Hidden`` as well (graph-facts §2.6). The members
of a restricted unit are themselves protected: only administrators scoped to it change them.
"""

from __future__ import annotations

from migrate.kinds.membership import added, membership, removed
from migrate.kinds.request import Request

WRITE_PERMISSIONS = ("AdministrativeUnit.ReadWrite.All", "Directory.ReadWrite.All")
_MEMBERS = "/directory/administrativeUnits/{id}/members"


def add(parent_id: str, object_id: str) -> Request:
    return added(_MEMBERS, parent_id, object_id, WRITE_PERMISSIONS)


def remove(parent_id: str, object_id: str) -> Request:
    return removed(_MEMBERS, parent_id, object_id, WRITE_PERMISSIONS)


KIND = membership(
    "administrativeUnitMember",
    "administrativeUnitMembers",
    _MEMBERS,
    ("AdministrativeUnit.Read.All", "Directory.Read.All"),
    of="administrativeUnit",
)
