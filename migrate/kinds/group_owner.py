"""The owners of a group: who can change its members, and so who can hand out what it may do.

Whoever changes a role-assignable group needs ``RoleManagement.ReadWrite.Directory`` as well
(graph-facts §3.7).
"""

from __future__ import annotations

from migrate.kinds.membership import added, membership, removed
from migrate.kinds.request import Request

WRITE_PERMISSIONS = ("Group.ReadWrite.All", "Directory.ReadWrite.All")
_OWNERS = "/groups/{id}/owners"


def add(parent_id: str, object_id: str) -> Request:
    return added(_OWNERS, parent_id, object_id, WRITE_PERMISSIONS)


def remove(parent_id: str, object_id: str) -> Request:
    return removed(_OWNERS, parent_id, object_id, WRITE_PERMISSIONS)


KIND = membership(
    "groupOwner",
    "groupOwners",
    _OWNERS,
    ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"),
    of="group",
)
