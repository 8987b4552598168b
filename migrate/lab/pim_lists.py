"""The lists of PIM: schedules, instances and requests of roles and groups, and the routes of all four."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.delegated import check_person
from migrate.lab.errors import invalid_filter, missing_provider, no_licence, pim_not_found, schema_error
from migrate.lab.filters import Filter
from migrate.lab.ids import derived
from migrate.lab.listing import Source, page, pim_filter, shown
from migrate.lab.pim_books import BOOKS, Book, show_instance, show_request, show_schedule
from migrate.lab.pim_requests import cancel, submit
from migrate.lab.schedules import Schedule
from migrate.lab.shapes import properties, selected, show
from migrate.lab.table import Table
from migrate.lab.tenant import TYPE_OF

Record = TypeVar("Record")
ABOUT = ("PIM of roles and groups", "§2.3, §2.4, §3.1-§3.4, §3.8, §4", "D O")
LINGERS_FOR = timedelta(days=7)
"""How long the schedules of a deleted person or app are still listed (Microsoft365DSC issue 5445)."""


def _checked_filter(call: Call, book: Book, type_name: str) -> Filter | None:
    if not call.tenant.licensed():
        raise no_licence()
    where = pim_filter(call, frozenset(properties(type_name)))
    if where is None and book.group and type_name.endswith("Request") and not call.caller.app_only:
        return own_rows(call)
    check_person(call, write=False, group_id=None if where is None else where.fixed.get("groupId"))
    if book.group and not (where and {"groupId", "principalId"} & set(where.fixed)):
        # Groups have no tenant-wide list (graph-facts §2.4, EasyPIM issue 77).
        raise missing_provider() if where is None else invalid_filter()
    if where and not call.tenant.pim_knows(where.fixed.get("groupId", ""), call.now):
        raise pim_not_found()  # A group that has not got through to PIM yet (observed-behaviours 40).
    return where


def own_rows(call: Call) -> Filter:
    """What is the caller's own: all that a person without a filter sees (graph-facts §2.4)."""
    person = call.caller.object_id
    return Filter(
        test=lambda row: str(row.get("principalId")).lower() == person.lower(),
        fixed={"principalId": person},
    )


def _seen(call: Call, row: Schedule) -> bool:
    if not row.lives(call.now) or call.tenant.is_hidden(row.id, call.now):
        return False
    return not _is_purged(call, row.principal_id.lower())


def _is_purged(call: Call, principal_id: str) -> bool:
    """Deleted groups stay in PIM's lists, people and apps for a week."""
    when = call.tenant.gone_at.get(principal_id)
    if when is None or call.now - when < LINGERS_FOR:
        return False
    return call.tenant.gone.get(principal_id, ("users", {}))[0] != "groups"


def _mark(where: Filter | None) -> tuple[str, str] | None:
    """What the filter fixes of that by which schedules can be looked up."""
    for name, mark in (("principalId", "principal"), ("groupId", "target"), ("roleDefinitionId", "target")):
        if where is not None and name in where.fixed:
            return mark, where.fixed[name].lower()
    return None


def _since(rows: Table[Record], mark: tuple[str, str] | None, position: int) -> Iterator[tuple[int, Record]]:
    return rows.since(position) if mark is None else rows.marked(mark, position)


def _visible(call: Call, book: Book, where: Filter | None = None) -> Iterator[Schedule]:
    for _, row in _since(call.tenant.schedules[book.kind], _mark(where), 0):
        if _seen(call, row):
            yield row
    yield from _plain(call, book)


def _plain(call: Call, book: Book) -> Iterator[Schedule]:
    return _plain_members(call, book) if book.kind == "groupAssignment" else iter(())


def _plain_members(call: Call, book: Book) -> Iterator[Schedule]:
    """Members and owners that PIM did not make show up as standing assignments of an onboarded group."""
    made = {row.key for row in call.tenant.schedules[book.kind]}
    for access, links in (("member", call.tenant.members), ("owner", call.tenant.owners)):
        for group_id in call.tenant.onboarded:
            group = call.tenant.objects["groups"].get(group_id)
            if group is None:
                continue
            for principal_id in links.get(group_id, {}):
                if (principal_id, group_id, access) not in made:
                    serial = derived(call.tenant.id, "plain", group_id, access, principal_id)
                    yield Schedule(
                        f"{group['id']}_{access}_{serial}",
                        principal_id,
                        str(group["id"]),
                        access,
                        call.now,
                        None,
                        assignment_type="Assigned",
                    )


def _instances(call: Call, book: Book, where: Filter | None = None) -> Iterator[Schedule]:
    for row in _behind_instances(call, book, where):
        if not row.in_force(call.now):
            continue
        yield row
        if book.group or call.tenant.objects["groups"].get(row.principal_id) is None:
            continue
        for member in call.tenant.member_ids(row.principal_id):
            # What a group holds shows for each of its members as a shadow that must not be replayed.
            yield replace(row, principal_id=member, member_type="Group")


def _behind_instances(call: Call, book: Book, where: Filter | None) -> Iterator[Schedule]:
    """The schedules whose instances may meet the filter: a principal's own and those of its groups."""
    principal = (where.fixed if where is not None else {}).get("principalId", "").lower()
    if book.group or not principal:
        yield from _visible(call, book, where)
        return
    groups = [group for group, members in call.tenant.members.items() if principal in members]
    for holder in dict.fromkeys((principal, *groups)):
        for _, row in call.tenant.schedules[book.kind].marked(("principal", holder)):
            if _seen(call, row):
                yield row


def _list(
    call: Call, book: Book, what: str, rows: Callable[[Filter | None], Source], mine: Filter | None
) -> Answer:
    type_name = book.type_name(what.removesuffix("s"))
    where = mine or _checked_filter(call, book, type_name)
    names = selected(type_name, call.query.get("$select"))
    expand = _expansions(call)
    context = f"{book.path(what).strip('/')}"
    if call.query.get("$select"):
        context += f"({','.join(names)})"
    elif expand:
        context += f"({','.join(f'{name}()' for name in expand)})"
    keep = set(names)

    def shape(row: Mapping[str, object]) -> Json:
        shown = {name: value for name, value in row.items() if name in keep}
        for name, select in expand.items():
            shown[name] = _expanded(call, book, row, name, select)
        return shown

    return page(call, rows(where), context, shape, where=where)


def _expansions(call: Call) -> dict[str, str | None]:
    """``$expand=principal,roleDefinition($select=id,displayName)``: name to its $select."""
    found: dict[str, str | None] = {}
    text = call.query.get("$expand", "")
    depth, part = 0, ""
    for char in text + ",":
        if char == "," and depth == 0:
            name, _, rest = part.strip().partition("(")
            if name:
                found[name] = rest.removesuffix(")").removeprefix("$select=") if rest else None
            part = ""
            continue
        depth += (char == "(") - (char == ")")
        part += char
    for name in found:
        if name not in (
            "principal",
            "roleDefinition",
            "directoryScope",
            "appScope",
            "activatedUsing",
            "group",
        ):
            raise schema_error(f"Could not find a property named '{name}'.")
    return found


def _expanded(
    call: Call, book: Book, row: Mapping[str, object], name: str, select: str | None
) -> Json | None:
    tenant = call.tenant
    if name == "activatedUsing":
        return _activated_using(call, book, row)
    if name == "roleDefinition":
        role = tenant.role(str(row.get("roleDefinitionId")))
        if role is None:
            return None
        # An expanded definition has an empty description (graph-explorer issue 3734).
        full = {
            **show("unifiedRoleDefinition", role, list(properties("unifiedRoleDefinition"))),
            "description": "",
        }
        keep = selected("unifiedRoleDefinition", select)
        return {key: value for key, value in full.items() if key in keep}
    object_id = {
        "principal": str(row.get("principalId")),
        "group": str(row.get("groupId")),
        "directoryScope": str(row.get("directoryScopeId") or "").rsplit("/", 1)[-1],
    }.get(name, "")
    found = tenant.find(object_id) if object_id else None
    if found is None:
        return None
    type_name = TYPE_OF[found[0]]
    return {
        "@odata.type": f"#microsoft.graph.{type_name}",
        **show(type_name, found[1], selected(type_name, select)),
    }


def _activated_using(call: Call, book: Book, row: Mapping[str, object]) -> Json | None:
    """The eligibility schedule behind an activation, of a schedule, an instance or a request."""
    owner = str(row.get("roleAssignmentScheduleId") or row.get("assignmentScheduleId") or row.get("id"))
    schedule = call.tenant.schedules[book.kind].get(owner)
    request = call.tenant.requests[book.kind].get(owner)
    used = schedule.activated_using if schedule is not None else request and request.activated_using
    other = next(each for each in BOOKS if each.eligibility and each.group == book.group)
    eligible = call.tenant.schedules[other.kind].get(used) if used else None
    return None if eligible is None else show_schedule(other, eligible, call.now)


def list_schedules(call: Call, book: Book, mine: Filter | None = None) -> Answer:
    """The standing rules. ``mine`` takes the place of the filter and of the caller's role."""

    def rows(where: Filter | None) -> Source:
        if book.kind == "groupAssignment":
            return shown(_visible(call, book, where), lambda row: show_schedule(book, row, call.now))
        return since(where)

    def since(where: Filter | None) -> Source:
        table = call.tenant.schedules[book.kind]
        return lambda position: (
            (at, show_schedule(book, row, call.now))
            for at, row in _since(table, _mark(where), position)
            if _seen(call, row)
        )

    return _list(call, book, "s", rows, mine)


def list_instances(call: Call, book: Book, mine: Filter | None = None) -> Answer:
    """What is in force."""

    def rows(where: Filter | None) -> Source:
        return shown(_instances(call, book, where), lambda row: show_instance(book, row))

    return _list(call, book, "Instances", rows, mine)


def list_requests(call: Call, book: Book, mine: Filter | None = None) -> Answer:
    """The log, as long as it remembers."""

    def rows(where: Filter | None) -> Source:
        log = _since(call.tenant.requests[book.kind], _mark(where), 0)
        kept = [row for _, row in log if row.remembered(call.now)]
        if "desc" in call.query.get("$orderby", "").lower():
            kept.reverse()
        return shown(kept, lambda row: show_request(book, row, call.now))

    return _list(call, book, "Requests", rows, mine)


def get_one(call: Call, book: Book, what: str, id: str) -> Answer:
    """One schedule, instance or request by its id."""
    if not call.tenant.licensed():
        raise no_licence()
    rows: Iterable[Json]
    schedule = call.tenant.schedules[book.kind].get(id)
    request = call.tenant.requests[book.kind].get(id)
    if what == "Requests":
        rows = [show_request(book, request, call.now)] if request and request.remembered(call.now) else []
    elif what == "Instances":
        rows = (show_instance(book, row) for row in _instances(call, book))
    elif schedule is not None:
        rows = [show_schedule(book, schedule, call.now)] if _seen(call, schedule) else []
    else:
        rows = (show_schedule(book, row, call.now) for row in _plain(call, book))
    for row in rows:
        if str(row["id"]).lower() == id.lower():
            if str(row["principalId"]).lower() != call.caller.object_id.lower():
                check_person(call, write=False, group_id=str(row.get("groupId") or "") or None)
            keep = selected(book.type_name(what.removesuffix("s")), call.query.get("$select"))
            context = call.context(f"{book.path(what).strip('/')}/$entity")
            return Answer(200, {"@odata.context": context, **{k: v for k, v in row.items() if k in keep}})
    raise pim_not_found()


def _group_root(_call: Call) -> Answer:
    """The root itself has no provider (msgraph-sdk-powershell issue 2553)."""
    raise missing_provider()


def routes() -> list[Route]:
    """Three lists, three look-ups, one POST and one cancel for each of the four books."""
    made = [Route("GET", "/identityGovernance/privilegedAccess/group", _group_root, lane="pim", check=False)]
    for book in BOOKS:
        for what, handler, reads in (
            ("s", list_schedules, book.reads),
            ("Instances", list_instances, book.reads),
            ("Requests", list_requests, book.request_reads),
        ):
            path = book.path(what)
            made.append(Route("GET", path, partial(handler, book=book), reads, lane="pim"))
            one = partial(get_one, book=book, what=what)
            made.append(Route("GET", f"{path}/{{id}}", one, reads, lane="pim"))
        path = book.path("Requests")
        made.append(Route("POST", path, partial(submit, book=book), lane="pim", check=False))
        made.append(
            Route("POST", f"{path}/{{id}}/cancel", partial(cancel, book=book), book.writes, lane="pim")
        )
    return made
