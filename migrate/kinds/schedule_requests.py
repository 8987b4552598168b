"""How PIM is asked to give, change and take back a right: the same for eligibility and for assignment.

Roles and groups name a right by other properties, and so have a class each; a kind of schedule is one
instance with its own paths and permissions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from migrate.kinds.request import Lane, Request, get, quoted
from migrate.kinds.schedule import change_body


class How(TypedDict):
    """From when until when (``None``: for good), and what Graph is told about why."""

    start: datetime
    end: datetime | None
    justification: str
    ticket: str | None


@dataclass(frozen=True)
class _ScheduleRequests:
    """``request_read_permissions``: what it takes to read a request, perhaps more than for a schedule."""

    schedules: str
    requests: str
    read_permissions: tuple[str, ...]
    write_permissions: tuple[str, ...]
    request_read_permissions: tuple[str, ...]

    def request_by_id(self, request_id: str) -> Request:
        """The request that made a schedule; Graph forgets it after 30 to 45 days
        (terraform-provider-azuread 1306)."""
        return get(f"{self.requests}/{request_id}", lane=Lane.PIM, permissions=self.request_read_permissions)

    def cancel(self, request_id: str) -> Request:
        """Takes back a request that was granted but whose right has not begun (graph-facts §3.4)."""
        return Request(
            "POST",
            f"{self.requests}/{request_id}/cancel",
            lane=Lane.PIM,
            permissions=self.write_permissions,
        )

    def _listed(self, filter_: str) -> Request:
        return get(self.schedules, lane=Lane.PIM, permissions=self.read_permissions, filter=filter_)

    def _asked(self, body: Mapping[str, Any]) -> Request:
        return Request("POST", self.requests, body=body, lane=Lane.PIM, permissions=self.write_permissions)

    def _changed(self, action: str, named: Mapping[str, str], how: How) -> Request:
        return self._asked(change_body(action, named, **how))

    def _taken_back(self, named: Mapping[str, str], justification: str) -> Request:
        return self._asked({"action": "adminRemove", **named, "justification": justification})


class RoleScheduleRequests(_ScheduleRequests):
    """Rights to a directory role at a scope."""

    def of_principal(self, principal_id: str) -> Request:
        """All rows of one principal: every role and scope, so that a wider scope than asked shows."""
        return self._listed(f"principalId eq {quoted(principal_id)}")

    def assign(
        self, *, principal_id: str, role_definition_id: str, scope: str, **how: Unpack[How]
    ) -> Request:
        return self._changed("adminAssign", _role_right(principal_id, role_definition_id, scope), how)

    def update(
        self, *, principal_id: str, role_definition_id: str, scope: str, **how: Unpack[How]
    ) -> Request:
        """Gives the right that stands under this key another start and end, whoever made it."""
        return self._changed("adminUpdate", _role_right(principal_id, role_definition_id, scope), how)

    def remove(
        self, *, principal_id: str, role_definition_id: str, scope: str, justification: str
    ) -> Request:
        """Takes back whatever stands under this key, whoever made it: check first (graph-facts §4.18)."""
        return self._taken_back(_role_right(principal_id, role_definition_id, scope), justification)


class GroupScheduleRequests(_ScheduleRequests):
    """Rights to be member or owner (``access_id``) of a group."""

    def of_group(self, group_id: str | None) -> Request:
        """One group's rows: Graph refuses this list without a group or a principal (graph-facts §2.4)."""
        if group_id is None:
            raise ValueError(f"{self.schedules} is listed per group")
        return self._listed(f"groupId eq {quoted(group_id)}")

    def of_principal(self, group_id: str, principal_id: str) -> Request:
        return self._listed(f"groupId eq {quoted(group_id)} and principalId eq {quoted(principal_id)}")

    def assign(self, *, group_id: str, access_id: str, principal_id: str, **how: Unpack[How]) -> Request:
        """The first such request puts the group under PIM, which nothing undoes (graph-facts §4.5)."""
        return self._changed("adminAssign", _group_right(group_id, access_id, principal_id), how)

    def update(self, *, group_id: str, access_id: str, principal_id: str, **how: Unpack[How]) -> Request:
        """As for a role; the schedule gets a new id (graph-facts §3.3)."""
        return self._changed("adminUpdate", _group_right(group_id, access_id, principal_id), how)

    def remove(self, *, group_id: str, access_id: str, principal_id: str, justification: str) -> Request:
        """Takes back whatever stands under this key, whoever made it: check first (graph-facts §4.18)."""
        return self._taken_back(_group_right(group_id, access_id, principal_id), justification)


def _role_right(principal_id: str, role_definition_id: str, scope: str) -> dict[str, str]:
    return {"principalId": principal_id, "roleDefinitionId": role_definition_id, "directoryScopeId": scope}


def _group_right(group_id: str, access_id: str, principal_id: str) -> dict[str, str]:
    return {"accessId": access_id, "groupId": group_id, "principalId": principal_id}
