"""The direct members of a group. Nested groups are members of their own kind, not dissolved."""

from __future__ import annotations

from migrate.kinds.membership import membership

KIND = membership(
    "groupMember",
    "groupMembers",
    "/groups/{id}/members",
    ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"),
    of="group",
)
