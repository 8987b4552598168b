"""Users, service principals, getByIds, memberOf: the directory as it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.errors import bad_request, request_denied, resource_not_found
from migrate.lab.filters import Filter
from migrate.lab.listing import Source, directory_filter, narrowed, of, page, select_page
from migrate.lab.shapes import defaults, properties, selected, show
from migrate.lab.tenant import TYPE_OF

_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")
USERS = ("User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", *_DIRECTORY)
GROUPS = ("Group.ReadBasic.All", "GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", *_DIRECTORY)
PRINCIPALS = (
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Application.ReadWrite.OwnedBy",
    *_DIRECTORY,
)
UNITS = ("AdministrativeUnit.Read.All", "AdministrativeUnit.ReadWrite.All", *_DIRECTORY)
READERS = {"users": USERS, "groups": GROUPS, "servicePrincipals": PRINCIPALS, "administrativeUnits": UNITS}
PATHS = {
    "users": "/users",
    "groups": "/groups",
    "servicePrincipals": "/servicePrincipals",
    "administrativeUnits": "/directory/administrativeUnits",
}
_SEES_ALL_OF_USERS = ("User.Read.All", "User.ReadWrite.All", *_DIRECTORY)
MOST_IDS = 1000
ABOUT = ("Users, groups, service principals, getByIds", "§1.2, §1.6, §2.7", "D")


def visible(call: Call, kind: str, where: Filter | None = None) -> Source:
    """The rows of a kind that may meet the filter, without those that a read does not see yet."""
    rows = narrowed(call.tenant.objects[kind], where, call.tenant.revision)
    if not call.tenant.hidden:
        return rows

    def since(position: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for at, row in rows(position):
            if not call.tenant.is_hidden(row["id"], call.now):
                yield at, row

    return since


def lookup(call: Call, kind: str, object_id: str) -> Json:
    """One object by id (a user also by its principal name), or 404."""
    row = call.tenant.objects[kind].get(object_id)
    if row is None and kind == "users" and "@" in object_id:
        row = call.tenant.objects[kind].with_value("userPrincipalName", object_id, call.tenant.revision)
    if row is None or call.tenant.is_hidden(row["id"], call.now):
        raise resource_not_found(object_id)
    return row


def _check_select(call: Call, kind: str) -> None:
    """With User.ReadBasic.All only the basic profile can be read."""
    if kind != "users" or call.has(*_SEES_ALL_OF_USERS):
        return
    names = selected("user", call.query.get("$select"))
    if not set(names) <= {*defaults("user"), "deletedDateTime"}:
        raise request_denied()


def list_objects(call: Call, kind: str) -> Answer:
    type_name = TYPE_OF[kind]
    _check_select(call, kind)
    where = directory_filter(call, type_name)
    if "$search" in call.query:
        raise bad_request("The $search query of this emulator is not built.")
    rows = visible(call, kind, where)
    table = None if call.tenant.hidden else call.tenant.objects[kind]
    total = None if table is None else len(table)
    path = PATHS[kind].strip("/")
    return select_page(call, rows, path, type_name, where=where, counts=True, total=total, table=table)


def count_objects(call: Call, kind: str) -> Answer:
    """``/users/$count``: a bare number, for advanced queries only."""
    if not call.eventual:
        raise bad_request("$count is not currently supported.")
    where = directory_filter(call, TYPE_OF[kind])
    if where is None and not call.tenant.hidden:
        return Answer(200, str(len(call.tenant.objects[kind])))
    rows = visible(call, kind, where)(0)
    return Answer(200, str(sum(1 for _, row in rows if where is None or where.test(row))))


def get_object(call: Call, kind: str, id: str) -> Answer:
    _check_select(call, kind)
    row = lookup(call, kind, id)
    type_name = TYPE_OF[kind]
    names = selected(type_name, call.query.get("$select"))
    fragment = PATHS[kind].strip("/") + (f"({','.join(names)})" if call.query.get("$select") else "")
    return Answer(200, {"@odata.context": call.context(f"{fragment}/$entity"), **show(type_name, row, names)})


def get_by_app_id(call: Call, app_id: str) -> Answer:
    row = call.tenant.objects["servicePrincipals"].with_value("appId", app_id, call.tenant.revision)
    if row is not None:
        return get_object(call, "servicePrincipals", str(row["id"]))
    raise resource_not_found(app_id)


def polymorphic(call: Call, found: tuple[str, Json], *, keep: list[str] | None = None) -> Json:
    """An object in a list of directory objects: ``@odata.type`` says what it is."""
    type_name = TYPE_OF[found[0]]
    select = call.query.get("$select")
    if select:
        wanted = {name.strip().lower() for name in select.split(",")}
        names = [name for name in properties(type_name) if name.lower() in wanted]
    else:
        names = keep or selected(type_name, None)
    return {"@odata.type": f"#microsoft.graph.{type_name}", **show(type_name, found[1], names)}


def get_by_ids(call: Call) -> Answer:
    """Objects of up to 1,000 ids; ids that are unknown are simply absent."""
    body = call.json()
    ids = body.get("ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("The 'ids' parameter is required.")
    if len(ids) > MOST_IDS:
        raise bad_request(f"The number of ids is more than the maximum ({MOST_IDS}) allowed.")
    types = {str(name).lower() for name in body.get("types") or []}
    value = []
    for object_id in dict.fromkeys(str(each).lower() for each in ids):
        found = call.tenant.find(object_id)
        if found is None or call.tenant.is_hidden(object_id, call.now):
            continue
        if types and TYPE_OF[found[0]].lower() not in types and "directoryobject" not in types:
            continue
        value.append(polymorphic(call, found))
    return Answer(200, {"@odata.context": call.context("directoryObjects"), "value": value})


def get_directory_object(call: Call, id: str) -> Answer:
    found = call.tenant.find(id)
    if found is None or call.tenant.is_hidden(id, call.now):
        raise resource_not_found(id)
    return Answer(
        200, {"@odata.context": call.context("directoryObjects/$entity"), **polymorphic(call, found)}
    )


def member_of(call: Call, kind: str, id: str, *, transitive: bool) -> Answer:
    """The groups and administrative units that an object is in."""
    start = str(lookup(call, kind, id)["id"]).lower()
    groups: dict[str, None] = {}
    waiting = [start]
    while waiting:
        member = waiting.pop(0)
        for group_id, members in call.tenant.members.items():
            if member in members and group_id not in groups:
                groups[group_id] = None
                if transitive:
                    waiting.append(group_id)
    units = [unit for unit, members in call.tenant.unit_members.items() if start in members]
    found = [each for each in map(call.tenant.find, [*groups, *units]) if each is not None]
    return page(
        call,
        of({"found": each} for each in found),
        "directoryObjects",
        lambda row: polymorphic(call, row["found"]),
    )


def routes() -> list[Route]:
    made: list[Route] = []
    for kind, path in PATHS.items():
        readers = READERS[kind]
        made.append(
            Route("GET", path, partial(list_objects, kind=kind), readers, cost=2 if kind == "users" else 1)
        )
        made.append(Route("GET", f"{path}/$count", partial(count_objects, kind=kind), readers))
        if kind == "servicePrincipals":
            made.append(Route("GET", "/servicePrincipals(appId='{app_id}')", get_by_app_id, readers))
        made.append(Route("GET", f"{path}/{{id}}", partial(get_object, kind=kind), readers))
        if kind == "administrativeUnits":
            continue
        for name in ("memberOf", "transitiveMemberOf"):
            handler = partial(member_of, kind=kind, transitive=name != "memberOf")
            made.append(Route("GET", f"{path}/{{id}}/{name}", handler, _DIRECTORY, cost=2))
    made.append(Route("POST", "/directoryObjects/getByIds", get_by_ids, _DIRECTORY, cost=3))
    made.append(Route("GET", "/directoryObjects/{id}", get_directory_object, _DIRECTORY))
    return made
