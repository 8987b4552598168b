"""The lists of PIM: schedules, instances and requests of roles and groups, and the routes of all four."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.errors import invalid_filter, missing_provider, no_licence, pim_not_found, schema_error
from migrate.lab.filters import Filter
from migrate.lab.ids import derived
from migrate.lab.listing import of, page, pim_filter
from migrate.lab.pim_books import BOOKS, Book, show_instance, show_request, show_schedule
from migrate.lab.pim_requests import cancel, submit
from migrate.lab.schedules import Schedule
from migrate.lab.shapes import properties, selected, show
from migrate.lab.tenant import TYPE_OF


def _checked_filter(call: Call, book: Book, type_name: str) -> Filter | None:
    if not call.tenant.licensed():
        raise no_licence()
    where = pim_filter(call, frozenset(properties(type_name)))
    if book.group and not (where and {"groupId", "principalId"} & set(where.fixed)):
        # Groups have no tenant-wide list (graph-facts §2.4, EasyPIM issue 77).
        raise missing_provider() if where is None else invalid_filter()
    return where


def _visible(call: Call, book: Book) -> Iterator[Schedule]:
    for row in call.tenant.schedules[book.kind]:
        if row.lives(call.now) and not call.tenant.is_hidden(row.id, call.now):
            yield row
    if book.kind == "groupAssignment":
        yield from _plain_members(call, book)


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


def _instances(call: Call, book: Book) -> Iterator[Schedule]:
    for row in _visible(call, book):
        if not row.in_force(call.now):
            continue
        yield row
        if book.group or call.tenant.objects["groups"].get(row.principal_id) is None:
            continue
        for member in call.tenant.member_ids(row.principal_id):
            # What a group holds shows for each of its members as a shadow that must not be replayed.
            yield replace(row, principal_id=member, member_type="Group")


def _list(call: Call, book: Book, what: str, rows: Iterable[Json]) -> Answer:
    type_name = book.type_name(what.removesuffix("s"))
    where = _checked_filter(call, book, type_name)
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
            shown[name] = _expanded(call, row, name, select)
        return shown

    return page(call, of(rows), context, shape, where=where)


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


def _expanded(call: Call, row: Mapping[str, object], name: str, select: str | None) -> Json | None:
    tenant = call.tenant
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


def list_schedules(call: Call, book: Book) -> Answer:
    return _list(call, book, "s", (show_schedule(book, row, call.now) for row in _visible(call, book)))


def list_instances(call: Call, book: Book) -> Answer:
    return _list(call, book, "Instances", (show_instance(book, row) for row in _instances(call, book)))


def list_requests(call: Call, book: Book) -> Answer:
    rows = [row for row in call.tenant.requests[book.kind] if row.remembered(call.now)]
    if "desc" in call.query.get("$orderby", "").lower():
        rows.reverse()
    return _list(call, book, "Requests", (show_request(book, row, call.now) for row in rows))


def get_one(call: Call, book: Book, what: str, id: str) -> Answer:
    """One schedule, instance or request by its id."""
    if not call.tenant.licensed():
        raise no_licence()
    rows: Iterable[Json]
    if what == "Requests":
        rows = (
            show_request(book, row, call.now)
            for row in call.tenant.requests[book.kind]
            if row.remembered(call.now)
        )
    elif what == "Instances":
        rows = (show_instance(book, row) for row in _instances(call, book))
    else:
        rows = (show_schedule(book, row, call.now) for row in _visible(call, book))
    for row in rows:
        if str(row["id"]).lower() == id.lower():
            keep = selected(book.type_name(what.removesuffix("s")), call.query.get("$select"))
            context = call.context(f"{book.path(what).strip('/')}/$entity")
            return Answer(200, {"@odata.context": context, **{k: v for k, v in row.items() if k in keep}})
    raise pim_not_found()


def _group_root(_call: Call) -> Answer:
    """The root itself has no provider (msgraph-sdk-powershell issue 2553)."""
    raise missing_provider()


def _cancel(call: Call, book: Book, id: str) -> Answer:
    return cancel(call, book, id)


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
            Route("POST", f"{path}/{{id}}/cancel", partial(_cancel, book=book), book.writes, lane="pim")
        )
    return made
