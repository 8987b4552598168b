"""The four books of PIM (role or group, eligibility or assignment) and how their rows look on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from migrate.lab.clock import iso, iso_or_none
from migrate.lab.ids import assignment_id
from migrate.lab.schedules import APP_SCOPE, Request, Schedule

Json = dict[str, Any]


@dataclass(frozen=True)
class Book:
    """One of the four: where it is, what its types are called, which permissions open it."""

    kind: str
    group: bool
    eligibility: bool
    root: str
    stem: str
    type_stem: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    removes: tuple[str, ...]
    request_reads: tuple[str, ...]

    @property
    def section(self) -> str:
        """The part of a policy rule's id that an administrator's request is judged by."""
        return "Admin_Eligibility" if self.eligibility else "Admin_Assignment"

    def path(self, what: str) -> str:
        return f"{self.root}/{self.stem}{what}"

    def type_name(self, what: str) -> str:
        return f"{self.type_stem}{what}"


def _role_book(kind: str, name: str) -> Book:
    both = "RoleManagement.ReadWrite.Directory"
    write = f"Role{name}Schedule.ReadWrite.Directory"
    return Book(
        kind=kind,
        group=False,
        eligibility=name == "Eligibility",
        root="/roleManagement/directory",
        stem=f"role{name}Schedule",
        type_stem=f"unifiedRole{name}Schedule",
        reads=(
            f"Role{name}Schedule.Read.Directory",
            "RoleManagement.Read.Directory",
            "RoleManagement.Read.All",
            write,
            both,
        ),
        writes=(write, both),
        removes=(f"Role{name}Schedule.Remove.Directory",),
        # Even reading the request log needs a write permission (terraform azuread issue 1827).
        request_reads=(write, both),
    )


def _group_book(kind: str, name: str) -> Book:
    write = f"Privileged{name}Schedule.ReadWrite.AzureADGroup"
    read = f"Privileged{name}Schedule.Read.AzureADGroup"
    return Book(
        kind=kind,
        group=True,
        eligibility=name == "Eligibility",
        root="/identityGovernance/privilegedAccess/group",
        stem=f"{name.lower()}Schedule",
        type_stem=f"privilegedAccessGroup{name}Schedule",
        reads=(read, write),
        writes=(write,),
        removes=(f"Privileged{name}Schedule.Remove.AzureADGroup",),
        request_reads=(read, write),
    )


BOOKS = (
    _role_book("roleEligibility", "Eligibility"),
    _role_book("roleAssignment", "Assignment"),
    _group_book("groupEligibility", "Eligibility"),
    _group_book("groupAssignment", "Assignment"),
)


def show_schedule(book: Book, row: Schedule, now: datetime) -> Json:
    """The standing rule. What was made outside PIM has no creation, and starts at the time of asking."""
    shown: Json = {"id": row.id, "principalId": row.principal_id}
    if book.group:
        shown |= {"accessId": row.where, "groupId": row.target}
    else:
        shown |= {"roleDefinitionId": row.target, **_scopes(row.where)}
    shown |= {
        "createdUsing": row.request_id,
        "createdDateTime": iso_or_none(row.created),
        "modifiedDateTime": iso_or_none(row.modified),
        "status": row.status(now),
    }
    if row.assignment_type is not None:
        shown["assignmentType"] = _enum(book, row.assignment_type)
    shown["memberType"] = _enum(book, row.member_type)
    shown["scheduleInfo"] = row.schedule_info(now)
    return shown


def show_instance(book: Book, row: Schedule) -> Json:
    """What is in force: flat start and end, no scheduleInfo, an id of its own."""
    outside = row.request_id is None
    shown: Json = {
        "principalId": row.principal_id,
        "startDateTime": None if outside else iso(row.start),
        "endDateTime": iso_or_none(row.end),
        "memberType": _enum(book, row.member_type),
    }
    if book.group:
        shown |= {"id": row.id, "accessId": row.where, "groupId": row.target}
        shown["eligibilityScheduleId" if book.eligibility else "assignmentScheduleId"] = row.id
    else:
        body = row.id if outside else assignment_id(row.target, row.principal_id, _scope_object(row.where))
        shown |= {
            "id": f"{body}-e" if book.eligibility else body,
            "roleDefinitionId": row.target,
            **_scopes(row.where),
        }
        if book.eligibility:
            shown["roleEligibilityScheduleId"] = row.id
        else:
            shown |= {"roleAssignmentOriginId": body, "roleAssignmentScheduleId": row.id}
    if row.assignment_type is not None:
        shown["assignmentType"] = _enum(book, row.assignment_type)
    return shown


def show_request(book: Book, row: Request, now: datetime) -> Json:
    """An entry of the request log, key for key as in Microsoft's samples."""
    shown: Json = {
        "id": row.id,
        "status": row.status_at(now),
        "createdDateTime": iso(row.created),
        "completedDateTime": iso_or_none(row.completed),
        "approvalId": row.approval_id,
        "customData": row.custom_data,
        "action": row.action,
        "principalId": row.principal_id,
    }
    if book.group:
        shown |= {"accessId": row.where, "groupId": row.target}
    else:
        shown |= {"roleDefinitionId": row.target, **_scopes(row.where)}
    who: Json = {"user": {"displayName": None, "id": row.created_by}}
    shown |= {
        "isValidationOnly": row.validation_only,
        "targetScheduleId": row.schedule_id,
        "justification": row.justification,
        "createdBy": who if book.group else {"application": None, "device": None, **who},
        "scheduleInfo": row.info,
        "ticketInfo": row.ticket or {"ticketNumber": None, "ticketSystem": None},
    }
    return shown


def _scopes(where: str) -> Json:
    """A directory scope, or behind ``app:`` one that only an application understands."""
    if where.startswith(APP_SCOPE):
        return {"directoryScopeId": None, "appScopeId": where.removeprefix(APP_SCOPE)}
    return {"directoryScopeId": where, "appScopeId": None}


def _scope_object(scope: str) -> str:
    return "" if scope == "/" else scope


def _enum(book: Book, value: str) -> str:
    """Roles have plain strings with a capital, groups an enum in camelCase (graph-facts §4.20)."""
    return value[:1].lower() + value[1:] if book.group else value[:1].upper() + value[1:]
