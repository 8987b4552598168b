"""Members and owners of groups, members and scoped roles of administrative units, and ``$ref`` writes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.directory import UNITS, lookup, polymorphic
from migrate.lab.errors import bad_request, request_denied, resource_not_found
from migrate.lab.ids import assignment_id, derived
from migrate.lab.limits import check_units_of
from migrate.lab.listing import of, page
from migrate.lab.restricted import check_restricted
from migrate.lab.roles import READ as ROLE_READ

_DIRECTORY = ("Directory.Read.All", "Directory.ReadWrite.All")
MEMBER_READ = (
    "GroupMember.ReadBasic.All",
    "GroupMember.Read.All",
    "Group.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.ReadWrite.All",
    *_DIRECTORY,
)
MEMBER_WRITE = ("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All")
UNIT_WRITE = ("AdministrativeUnit.ReadWrite.All", "Directory.ReadWrite.All")
Links = dict[str, dict[str, None]]
ABOUT = ("Members, owners, scoped roles", "§2.6, §2.7, §3.7", "D I")


def _table_of(kind: str, name: str) -> str:
    return "unit_members" if kind == "administrativeUnits" else name


def links_of(call: Call, kind: str, name: str) -> Links:
    if kind == "administrativeUnits":
        return call.tenant.unit_members
    return call.tenant.owners if name == "owners" else call.tenant.members


def list_links(call: Call, kind: str, name: str, id: str) -> Answer:
    """Members or owners, each with its own type and its default properties."""
    owner = str(lookup(call, kind, id)["id"])
    if name == "transitiveMembers":
        ids = list(call.tenant.member_ids(owner, transitive=True))
    else:
        ids = list(links_of(call, kind, name).get(owner.lower(), {}))
    rows = ({"found": found} for each in ids if (found := call.tenant.find(each)) is not None)

    def shape(row: Mapping[str, Any]) -> Json:
        return polymorphic(call, row["found"])

    return page(call, of(rows), "directoryObjects", shape, counts=True)


def referred(call: Call, text: Any) -> str:
    """The object id at the end of an ``@odata.id``; 404 when there is no such object."""
    object_id = str(text or "").rstrip("/").rsplit("/", 1)[-1]
    if not object_id:
        raise bad_request("Invalid URL value in @odata.id.")
    found = call.tenant.find(object_id)
    if found is None or call.tenant.is_hidden(object_id, call.now):
        raise resource_not_found(object_id)
    return object_id.lower()


def check_group_change(call: Call, group: Json) -> None:
    """Role-assignable groups need a role permission besides; dynamic ones cannot be changed by hand."""
    if group.get("isAssignableToRole") and not call.has("RoleManagement.ReadWrite.Directory"):
        raise request_denied()
    if "DynamicMembership" in (group.get("groupTypes") or []):
        raise bad_request("Insufficient privileges: membership of a dynamic group cannot be changed.")
    check_restricted(call, str(group["id"]))


def check_member(call: Call, kind: str, name: str, owner: Mapping[str, Any], member: str) -> None:
    """What may be in what: no group in a role-assignable group or among owners, no service principal in a
    unit, nobody by hand in a dynamic unit (graph-facts §3.7)."""
    tenant = call.tenant
    if kind == "administrativeUnits":
        if str(owner.get("membershipType") or "").lower() == "dynamic":
            raise bad_request("Members of a dynamic administrative unit cannot be changed.")
        if member in tenant.objects["servicePrincipals"] or member in tenant.objects[kind]:
            raise bad_request("An administrative unit takes users, groups and devices.")
    elif member in tenant.objects["groups"]:
        if name == "owners":
            raise bad_request("A group cannot be an owner of a group.")
        if owner.get("isAssignableToRole"):
            raise bad_request("A group cannot be a member of a role-assignable group.")


def add_link(call: Call, kind: str, name: str, id: str) -> Answer:
    row = lookup(call, kind, id)
    if kind == "groups":
        check_group_change(call, row)
    member = referred(call, call.json().get("@odata.id"))
    check_member(call, kind, name, row, member)
    if member in links_of(call, kind, name).get(str(row["id"]).lower(), {}):
        raise bad_request(
            "One or more added object references already exist for the following modified properties: "
            f"'{name}'."
        )
    if kind == "administrativeUnits":
        check_units_of(call.tenant, member)
    call.tenant.relink(_table_of(kind, name), str(row["id"]), member, True)
    call.tenant.touch()
    return Answer(204)


def remove_link(call: Call, kind: str, name: str, id: str, member: str) -> Answer:
    row = lookup(call, kind, id)
    if kind == "groups":
        check_group_change(call, row)
    links = links_of(call, kind, name).get(str(row["id"]).lower(), {})
    if member.lower() not in links:
        raise resource_not_found(member)
    call.tenant.relink(_table_of(kind, name), str(row["id"]), member, False)
    call.tenant.touch()
    return Answer(204)


def list_scoped_roles(call: Call, id: str) -> Answer:
    """Active roles at this unit's scope; ``roleId`` is the directory role's own id, not the template's."""
    unit = str(lookup(call, "administrativeUnits", id)["id"])
    scope = f"/administrativeunits/{unit.lower()}"
    rows = []
    for row in call.tenant.schedules["roleAssignment"]:
        if row.where.lower() != scope or not row.in_force(call.now) or row.member_type.lower() != "direct":
            continue
        found = call.tenant.find(row.principal_id)
        rows.append(
            {
                "id": assignment_id(row.target, row.principal_id, unit),
                "roleId": derived(call.tenant.id, "directoryRole", row.target.lower()),
                "administrativeUnitId": unit,
                "roleMemberInfo": {
                    "id": row.principal_id,
                    "displayName": None if found is None else found[1].get("displayName"),
                },
            }
        )
    return page(call, of(rows), "scopedRoleMemberships", dict)


def routes() -> list[Route]:
    made: list[Route] = []
    units = "/directory/administrativeUnits"
    for kind, path, names, read, write in (
        ("groups", "/groups", ("members", "owners", "transitiveMembers"), MEMBER_READ, MEMBER_WRITE),
        ("administrativeUnits", units, ("members",), UNITS, UNIT_WRITE),
    ):
        for name in names:
            cost = 5 if name == "transitiveMembers" else 3 if name == "members" else 1
            listed = partial(list_links, kind=kind, name=name)
            made.append(Route("GET", f"{path}/{{id}}/{name}", listed, read, cost=cost))
            if name == "transitiveMembers":
                continue
            added = partial(add_link, kind=kind, name=name)
            removed = partial(remove_link, kind=kind, name=name)
            made.append(Route("POST", f"{path}/{{id}}/{name}/$ref", added, write))
            made.append(Route("DELETE", f"{path}/{{id}}/{name}/{{member}}/$ref", removed, write))
    made.append(Route("GET", f"{units}/{{id}}/scopedRoleMembers", list_scoped_roles, ROLE_READ))
    return made
