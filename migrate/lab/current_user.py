"""``filterByCurrentUser``: what a signed-in person sees of their own, without any directory role."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from migrate.lab.call import Answer, Call, Route
from migrate.lab.errors import no_licence, schema_error, unauthorized
from migrate.lab.filters import Filter
from migrate.lab.pim_books import BOOKS, Book
from migrate.lab.pim_lists import list_instances, list_requests, list_schedules, own_rows
from migrate.lab.pim_policy_check import approver_ids
from migrate.lab.pim_targets import policy_of

ABOUT = ("PIM for the signed-in person", "§2.3, §2.4", "D O")
_LISTS = {"s": list_schedules, "Instances": list_instances, "Requests": list_requests}


def _approves(call: Call, book: Book, row: Mapping[str, Any]) -> bool:
    """Whether the person decides on this waiting request, by name or through a group."""
    if row.get("status") != "PendingApproval":
        return False
    target, where = (
        (str(row["groupId"]), str(row["accessId"]))
        if book.group
        else (str(row["roleDefinitionId"]), str(row["directoryScopeId"]))
    )
    person = call.caller.object_id.lower()
    named = [each.lower() for each in approver_ids(policy_of(call, book, target, where))]
    return person in named or any(person in call.tenant.members.get(each, {}) for each in named)


def list_mine(call: Call, book: Book, what: str, on: str) -> Answer:
    """``on='principal'``: my own; ``on='approver'``: requests that wait for me. Delegated tokens only."""
    if call.caller.app_only:
        raise unauthorized()
    if not call.tenant.licensed():
        raise no_licence()
    if on == "approver" and what == "Requests":
        return list_requests(call, book, Filter(test=lambda row: _approves(call, book, row)))
    if on != "principal":
        raise schema_error(f"The value '{on}' is not supported here.")
    return _LISTS[what](call, book, own_rows(call))


def routes() -> list[Route]:
    made = []
    for book in BOOKS:
        for what in _LISTS:
            reads = book.request_reads if what == "Requests" else book.reads
            handler = partial(list_mine, book=book, what=what)
            pattern = f"{book.path(what)}/filterByCurrentUser(on='{{on}}')"
            made.append(Route("GET", pattern, handler, reads, lane="pim"))
    return made
