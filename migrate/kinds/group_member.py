"""The direct members of a group. Nested groups are members of their own kind, not dissolved.

Whoever changes a role-assignable group needs ``RoleManagement.ReadWrite.Directory`` as well
(graph-facts §3.7).
"""

from __future__ import annotations

from migrate.kinds.membership import added, membership, removed
from migrate.kinds.request import Request

WRITE_PERMISSIONS = ("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All")
_MEMBERS = "/groups/{id}/members"


def add(parent_id: str, object_id: str) -> Request:
    return added(_MEMBERS, parent_id, object_id, WRITE_PERMISSIONS)


def remove(parent_id: str, object_id: str) -> Request:
    return removed(_MEMBERS, parent_id, object_id, WRITE_PERMISSIONS)


KIND = membership(
    "groupMember",
    "groupMembers",
    _MEMBERS,
    ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"),
    of="group",
)
