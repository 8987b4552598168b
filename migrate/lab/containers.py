"""Making, changing and deleting groups and administrative units."""

from __future__ import annotations

import re

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.clock import iso
from migrate.lab.directory import lookup
from migrate.lab.errors import bad_request, request_denied
from migrate.lab.limits import check_restricted_units
from migrate.lab.links import UNIT_WRITE, check_member, referred
from migrate.lab.replication import made
from migrate.lab.restricted import check_restricted
from migrate.lab.shapes import check_body, require, selected, show

GROUP_CREATE = ("Group.Create", "Group.ReadWrite.All", "Directory.ReadWrite.All")
GROUP_WRITE = ("Group.ReadWrite.All", "Directory.ReadWrite.All")
MOST_ROLE_GROUPS = 500
MOST_BINDINGS = 20
ABOUT = ("Making groups and administrative units", "§3.6, §3.7, observed 32, 34", "D I")
_BAD_NICKNAME = re.compile(r"[@()\\\[\]\";:<>, ]|[^\x00-\x7f]")


def _entity(call: Call, status: int, type_name: str, fragment: str, row: Json) -> Answer:
    context = call.context(f"{fragment}/$entity")
    return Answer(status, {"@odata.context": context, **show(type_name, row, selected(type_name, None))})


def create_group(call: Call) -> Answer:
    body = call.json()
    check_body(body, "group", extra=("owners@odata.bind", "members@odata.bind"))
    require(body, "displayName", "mailNickname")
    for name in ("mailEnabled", "securityEnabled"):
        if not isinstance(body.get(name), bool):
            raise bad_request(f"Required property missing or empty: '{name}'.")
    if _BAD_NICKNAME.search(str(body["mailNickname"])) or len(str(body["mailNickname"])) > 64:
        raise bad_request("Invalid value specified for property 'mailNickname' of resource 'Group'.")
    for group in call.tenant.objects["groups"]:
        if (
            body["mailEnabled"]
            and str(group.get("mailNickname")).lower() == str(body["mailNickname"]).lower()
        ):
            raise bad_request("Another object with the same value for property mailNickname already exists.")
    types = list(body.get("groupTypes") or [])
    if body.get("isAssignableToRole"):
        _check_role_assignable(call, body, types)
    links = {name: _bound(call, body, name) for name in ("members", "owners")}
    for name, members in links.items():
        for member in members:
            check_member(call, "groups", name, body, member)
    row: Json = {k: v for k, v in body.items() if "@odata" not in k}
    now = iso(call.now)
    row |= {"id": call.ids.new(), "createdDateTime": now, "renewedDateTime": now, "groupTypes": types}
    if not body.get("isAssignableToRole"):
        row["isAssignableToRole"] = None  # null, not false, for an ordinary group (observed-behaviours 32)
    elif not row.get("visibility"):
        row["visibility"] = "Private"
    call.tenant.objects["groups"].put(row["id"], row)
    call.tenant.changes.mark(row["id"])
    for name, members in links.items():
        for member in members:
            call.tenant.relink(name, row["id"], member, True)
    made(call, row["id"])
    call.tenant.touch()
    return _entity(call, 201, "group", "groups", row)


def _check_role_assignable(call: Call, body: Json, types: list[str]) -> None:
    if not call.has("RoleManagement.ReadWrite.Directory"):
        raise request_denied()
    if "DynamicMembership" in types or not body["securityEnabled"]:
        raise bad_request("A role-assignable group must be a security group with assigned membership.")
    if body.get("visibility") == "Public":
        raise bad_request("A role-assignable group must be private.")
    held = sum(1 for group in call.tenant.objects["groups"] if group.get("isAssignableToRole"))
    if held >= MOST_ROLE_GROUPS:
        raise bad_request(f"Number of role-assignable groups is more than the maximum ({MOST_ROLE_GROUPS}).")


def _bound(call: Call, body: Json, name: str) -> list[str]:
    urls = body.get(f"{name}@odata.bind") or []
    if len(urls) > MOST_BINDINGS:
        raise bad_request(f"A request takes at most {MOST_BINDINGS} relationships.")
    return [referred(call, url) for url in urls]


def update_group(call: Call, id: str) -> Answer:
    group, body = lookup(call, "groups", id), call.json()
    check_body(body, "group", extra=("members@odata.bind",))
    if group.get("isAssignableToRole") and not call.has("RoleManagement.ReadWrite.Directory"):
        raise request_denied()
    if "isAssignableToRole" in body and bool(body["isAssignableToRole"]) != bool(
        group.get("isAssignableToRole")
    ):
        raise bad_request("Property 'isAssignableToRole' cannot be changed after creation.")
    if group.get("isAssignableToRole") and (
        "DynamicMembership" in (body.get("groupTypes") or []) or body.get("visibility") == "Public"
    ):
        raise bad_request("A role-assignable group stays private, with assigned membership.")
    check_restricted(call, str(group["id"]))
    members = _bound(call, body, "members")
    for member in members:
        check_member(call, "groups", "members", group, member)
    for member in members:
        call.tenant.relink("members", str(group["id"]), member, True)
    group.update({k: v for k, v in body.items() if "@odata" not in k and k != "id"})
    call.tenant.changes.mark(str(group["id"]))
    call.tenant.touch()
    return Answer(204)


def delete_group(call: Call, id: str) -> Answer:
    group = lookup(call, "groups", id)
    if group.get("isAssignableToRole") and not call.has("RoleManagement.ReadWrite.Directory"):
        raise request_denied()
    check_restricted(call, str(group["id"]))
    call.tenant.remove_object(str(group["id"]), call.now)
    return Answer(204)


def create_unit(call: Call) -> Answer:
    body = call.json()
    check_body(body, "administrativeUnit")
    require(body, "displayName")
    if body.get("isMemberManagementRestricted"):
        check_restricted_units(call.tenant)
    row: Json = {**{k: v for k, v in body.items() if not k.startswith("@")}, "id": call.ids.new()}
    call.tenant.objects["administrativeUnits"].put(row["id"], row)
    call.tenant.changes.mark(row["id"])
    made(call, row["id"])
    call.tenant.touch()
    return _entity(call, 201, "administrativeUnit", "directory/administrativeUnits", row)


def update_unit(call: Call, id: str) -> Answer:
    unit, body = lookup(call, "administrativeUnits", id), call.json()
    check_body(body, "administrativeUnit")
    restricted = "isMemberManagementRestricted"
    if restricted in body and bool(body[restricted]) != bool(unit.get(restricted)):
        raise bad_request(f"Property '{restricted}' cannot be changed after creation.")
    unit.update({k: v for k, v in body.items() if not k.startswith("@") and k != "id"})
    call.tenant.changes.mark(str(unit["id"]))
    call.tenant.touch()
    return Answer(204)


def delete_unit(call: Call, id: str) -> Answer:
    call.tenant.remove_object(str(lookup(call, "administrativeUnits", id)["id"]), call.now)
    return Answer(204)


def routes() -> list[Route]:
    units = "/directory/administrativeUnits"
    return [
        Route("POST", "/groups", create_group, GROUP_CREATE),
        Route("PATCH", "/groups/{id}", update_group, GROUP_WRITE),
        Route("DELETE", "/groups/{id}", delete_group, GROUP_WRITE),
        Route("POST", units, create_unit, UNIT_WRITE),
        Route("PATCH", f"{units}/{{id}}", update_unit, UNIT_WRITE),
        Route("DELETE", f"{units}/{{id}}", delete_unit, UNIT_WRITE),
    ]
