"""The owners of a group: who can change its members, and so who can hand out what it may do."""

from __future__ import annotations

from migrate.kinds.membership import membership

KIND = membership(
    "groupOwner",
    "groupOwners",
    "/groups/{id}/owners",
    ("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"),
    of="group",
)
