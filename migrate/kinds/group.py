"""Groups: as principals that hold roles, and as the things that PIM for groups makes people eligible for."""

from __future__ import annotations

from typing import Any

from migrate.kinds.kind import Kind, Row
from migrate.kinds.request import Request, get, quoted

READ_PERMISSIONS = ("Group.Read.All", "Directory.Read.All")
CREATE_PERMISSIONS = ("Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All")
WRITE_PERMISSIONS = ("Group.ReadWrite.All", "Directory.ReadWrite.All")
"""Creating and deleting; deleting is more than ``Group.Create`` allows."""
ROLE_ASSIGNABLE_PERMISSIONS = ("RoleManagement.ReadWrite.Directory",)
"""Needed on top of the others for a role-assignable group, its members and its owners (graph-facts §3.7)."""

PROPERTIES = (
    "id,displayName,description,mail,mailNickname,mailEnabled,securityEnabled,groupTypes,membershipRule,"
    "isAssignableToRole,onPremisesSecurityIdentifier,onPremisesSyncEnabled,visibility"
)


def listing(_parent: str | None) -> Request:
    return get("/groups", permissions=READ_PERMISSIONS, select=PROPERTIES, top="999")


def by_id(group_id: str) -> Request:
    return get(f"/groups/{group_id}", permissions=READ_PERMISSIONS, select=PROPERTIES)


def by_mail_nickname(mail_nickname: str) -> Request:
    """The groups with this nickname, which Graph keeps unique among mail-enabled groups only."""
    return get(
        "/groups",
        permissions=READ_PERMISSIONS,
        filter=f"mailNickname eq {quoted(mail_nickname)}",
        select=PROPERTIES,
        top="999",
    )


def create(
    *,
    display_name: str,
    description: str | None,
    mail_nickname: str,
    role_assignable: bool,
    visibility: str | None,
) -> Request:
    """A security group without members: never mail-enabled, never dynamic.

    ``role_assignable`` is settled for ever here (observed behaviours 32). Graph keeps such a group private,
    so that nobody joins it unasked, and refuses any other ``visibility``; what is ``None`` is left out.
    """
    body: dict[str, Any] = {
        "displayName": display_name,
        "mailNickname": mail_nickname,
        "mailEnabled": False,
        "securityEnabled": True,
        "groupTypes": [],
    }
    # An empty description is refused.
    if description:
        body["description"] = description
    if role_assignable:
        body |= {"isAssignableToRole": True, "visibility": "Private"}
    elif visibility is not None:
        body["visibility"] = visibility
    # Who lacks a permission for a role-assignable group mostly lacks the second one.
    needed = ROLE_ASSIGNABLE_PERMISSIONS if role_assignable else CREATE_PERMISSIONS
    return Request("POST", "/groups", body=body, permissions=needed)


def delete(group_id: str) -> Request:
    """Graph keeps the deleted group for 30 days in ``/directory/deletedItems`` (graph-facts §3.7)."""
    return Request("DELETE", f"/groups/{group_id}", permissions=WRITE_PERMISSIONS)


def natural_key(row: Row) -> str:
    return str(row.get("displayName") or "")


def can_hold_roles(row: Row) -> bool:
    """``isAssignableToRole`` is null, not false, for ordinary groups, and cannot be changed later."""
    return row.get("isAssignableToRole") is True


def can_be_managed_by_pim(row: Row) -> bool:
    """PIM for groups takes security and Microsoft 365 groups, but not dynamic and not synced ones."""
    types = {str(value).lower() for value in row.get("groupTypes") or ()}
    return (
        "dynamicmembership" not in types
        and row.get("onPremisesSyncEnabled") is not True
        and (row.get("securityEnabled") is True or "unified" in types)
    )


KIND = Kind(
    "group",
    "groups",
    listing,
    natural_key,
    page_size=999,
    properties=tuple(PROPERTIES.split(",")),
)
