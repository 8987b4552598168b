"""Role definitions, and role assignments as the directory shows them (permanent and activated alike)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migrate.lab import audit
from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.errors import GraphError, bad_request, resource_not_found
from migrate.lab.ids import assignment_id
from migrate.lab.limits import check_assignments
from migrate.lab.listing import directory_filter, of, page
from migrate.lab.replication import made
from migrate.lab.schedules import Schedule
from migrate.lab.shapes import check_body, check_nested, require, selected, show
from migrate.lab.tenant import TYPE_OF

DEFINITIONS = "/roleManagement/directory/roleDefinitions"
ASSIGNMENTS = "/roleManagement/directory/roleAssignments"
WRITE = ("RoleManagement.ReadWrite.Directory",)
READ = (
    "RoleManagement.Read.Directory",
    "RoleManagement.Read.All",
    "Directory.Read.All",
    *WRITE,
    "Directory.ReadWrite.All",
)
MOST_CUSTOM_ROLES = 100
ABOUT = ("Role definitions and assignments", "§2.1, §2.2, §3.6", "D O")
_TYPE = "unifiedRoleDefinition"
_DEFAULTS: Json = {"isEnabled": True, "resourceScopes": ["/"], "version": None, "description": None}


def _full(role: Mapping[str, object]) -> Json:
    """The definition with what a seed may leave out, and its permissions in the full shape."""
    permissions = role.get("rolePermissions")
    shown: Json = {**_DEFAULTS, "isBuiltIn": False, "templateId": role["id"], **role}
    shown["rolePermissions"] = [
        {
            "allowedResourceActions": each.get("allowedResourceActions") or [],
            "condition": each.get("condition"),
        }
        for each in (permissions if isinstance(permissions, list) else [])
    ]
    return shown


def list_definitions(call: Call) -> Answer:
    # `displayName eq` is case-sensitive here, unlike elsewhere in the directory (observed-behaviours 25).
    where = directory_filter(call, _TYPE, exact=frozenset({"displayName"}))
    names = selected(_TYPE, call.query.get("$select"))
    inherits = "inheritsPermissionsFrom" in call.query.get("$expand", "") or not call.query.get("$select")
    context = "roleManagement/directory/roleDefinitions"
    rows = (_full(role) for role in call.tenant.roles if not call.tenant.is_hidden(role["id"], call.now))

    def shape(row: Mapping[str, object]) -> Json:
        return _show(row, names, inherits)

    return page(call, of(rows), context, shape, where=where)


def _show(row: Mapping[str, object], names: list[str], inherits: bool) -> Json:
    shown = show(_TYPE, row, names)
    if inherits and row.get("inheritsPermissionsFrom"):
        shown["inheritsPermissionsFrom"] = row["inheritsPermissionsFrom"]
    return shown


def get_definition(call: Call, id: str) -> Answer:
    """By the listed id or by the one that PIM uses; the answer carries the listed id (SDK issue 2797)."""
    role = call.tenant.role(id)
    if role is None or call.tenant.is_hidden(role["id"], call.now):
        raise resource_not_found(id)
    names = selected(_TYPE, call.query.get("$select"))
    context = call.context("roleManagement/directory/roleDefinitions/$entity")
    return Answer(
        200, {"@odata.context": context, **_show(_full(role), names, not call.query.get("$select"))}
    )


def _check(call: Call, body: Json, *, skip: str | None = None) -> None:
    check_body(body, _TYPE)
    for each in body.get("rolePermissions") or []:
        check_nested({"rolePermissions": each}, "rolePermissions", "unifiedRolePermission")
        for action in each.get("allowedResourceActions") or []:
            if not str(action).startswith("microsoft."):
                raise bad_request(f"Action '{action}' is not supported for Custom Role creation")
    name = body.get("displayName")
    for role in call.tenant.roles:
        if role["id"] != skip and name is not None and role.get("displayName") == name:
            raise bad_request("A role definition with the same display name already exists.")


def create_definition(call: Call) -> Answer:
    body = call.json()
    require(body, "displayName", "rolePermissions")
    _check(call, body)
    if body.get("isBuiltIn"):
        raise bad_request("Built-in roles cannot be created.")
    custom = sum(1 for role in call.tenant.roles if not role.get("isBuiltIn"))
    if custom >= MOST_CUSTOM_ROLES:
        raise bad_request(
            f"Number of RoleDefinitions are more than the maximum ({MOST_CUSTOM_ROLES}) allowed."
        )
    role_id = str(body.get("templateId") or call.ids.new()).lower()
    if role_id in call.tenant.roles:
        raise GraphError(
            409, "Request_BadRequest", "A role definition with the same templateId already exists."
        )
    role = _full(
        {**{k: v for k, v in body.items() if not k.startswith("@")}, "id": role_id, "templateId": role_id}
    )
    role["isBuiltIn"] = False
    call.tenant.roles.put(role_id, role)
    made(call, role_id)
    if call.does("alias_role"):
        call.tenant.aliases[role_id] = call.ids.new()
    call.tenant.touch()
    _note(call, "Add role definition", "Add", role_id)
    context = call.context("roleManagement/directory/roleDefinitions/$entity")
    return Answer(201, {"@odata.context": context, **_show(role, selected(_TYPE, None), False)})


def _note(call: Call, activity: str, operation: str, *targets: str) -> None:
    audit.record(
        call.tenant,
        call.now,
        activity,
        call.caller,
        targets,
        service="Core Directory",
        operation=operation,
    )


def _custom(call: Call, role_id: str) -> Json:
    role = call.tenant.role(role_id)
    if role is None:
        raise resource_not_found(role_id)
    if role.get("isBuiltIn"):
        raise bad_request("Built-in role definitions cannot be changed.")
    return role


def update_definition(call: Call, id: str) -> Answer:
    role, body = _custom(call, id), call.json()
    _check(call, body, skip=str(role["id"]))
    template = body.get("templateId")
    if template is not None and str(template).lower() != str(role["templateId"]).lower():
        raise bad_request("Property 'templateId' cannot be changed.")
    role.update({k: v for k, v in body.items() if not k.startswith("@") and k not in ("id", "isBuiltIn")})
    call.tenant.touch()
    _note(call, "Update role definition", "Update", str(role["id"]))
    return Answer(204)


def delete_definition(call: Call, id: str) -> Answer:
    role = _custom(call, id)
    pim_id = call.tenant.pim_role_id(str(role["id"])).lower()
    for kind in ("roleEligibility", "roleAssignment"):
        if any(row.target.lower() == pim_id and row.lives(call.now) for row in call.tenant.schedules[kind]):
            raise bad_request("The role definition is assigned and cannot be deleted.")
    _note(call, "Delete role definition", "Delete", str(role["id"]))
    call.tenant.forget_role(str(role["id"]))
    call.tenant.touch()
    return Answer(204)


def _assignments(call: Call) -> Iterator[tuple[Json, Schedule]]:
    for row in call.tenant.schedules["roleAssignment"]:
        if not row.in_force(call.now) or row.member_type.lower() != "direct":
            continue
        listed = call.tenant.listed_role_id(row.target)
        scope = "" if row.where == "/" else row.where
        yield (
            {
                "id": assignment_id(listed, row.principal_id, scope),
                "principalId": row.principal_id,
                "directoryScopeId": row.where,
                "roleDefinitionId": listed,
            },
            row,
        )


def list_assignments(call: Call) -> Answer:
    where = directory_filter(call, "unifiedRoleAssignment")
    expand = call.query.get("$expand", "")
    context = "roleManagement/directory/roleAssignments" + (f"({expand}())" if expand.isalpha() else "")
    names = set(selected("unifiedRoleAssignment", call.query.get("$select")))

    def shape(row: Mapping[str, object]) -> Json:
        shown = {name: value for name, value in row.items() if name in names}
        if expand.startswith("principal"):
            found = call.tenant.find(str(row["principalId"]))
            if found is not None:
                kind = TYPE_OF[found[0]]
                shown["principal"] = {
                    "@odata.type": f"#microsoft.graph.{kind}",
                    **show(kind, found[1], selected(kind, None)),
                }
        elif expand.startswith("roleDefinition"):
            role = call.tenant.role(str(row["roleDefinitionId"]))
            shown["roleDefinition"] = (
                None if role is None else _show(_full(role), selected(_TYPE, None), False)
            )
        return shown

    return page(call, of(row for row, _ in _assignments(call)), context, shape, where=where)


def get_assignment(call: Call, id: str) -> Answer:
    for row, _ in _assignments(call):
        if row["id"] == id:
            context = call.context("roleManagement/directory/roleAssignments/$entity")
            return Answer(200, {"@odata.context": context, **row})
    raise resource_not_found(id)


def create_assignment(call: Call) -> Answer:
    body = call.json()
    check_body(body, "unifiedRoleAssignment")
    require(body, "principalId", "roleDefinitionId")
    if not body.get("directoryScopeId") and not body.get("appScopeId"):
        raise bad_request("Must specify valid property scope of entity RoleAssignment")
    role = call.tenant.role(str(body["roleDefinitionId"]))
    if role is None:
        raise resource_not_found(str(body["roleDefinitionId"]))
    if call.tenant.find(str(body["principalId"])) is None:
        raise resource_not_found(str(body["principalId"]))
    scope = str(body.get("directoryScopeId") or "/")
    key = (str(body["principalId"]).lower(), call.tenant.pim_role_id(str(role["id"])).lower(), scope.lower())
    if call.tenant.schedule_by_key("roleAssignment", key, call.now) is not None:
        raise bad_request(
            "A conflicting object with one or more of the specified property values is present in the "
            "directory."
        )
    pim_id = call.tenant.pim_role_id(str(role["id"]))
    check_assignments(call.tenant, pim_id, str(body["principalId"]), scope, call.now)
    call.tenant.add_outside_pim(str(role["id"]), str(body["principalId"]), scope)
    activity = "Add member to role" if scope == "/" else "Add scoped member to role"
    _note(call, activity, "Assign", str(role["id"]), str(body["principalId"]))
    if scope == "/":
        outside = "Add member to role outside of PIM (permanent)"
        audit.record(call.tenant, call.now, outside, call.caller, (str(role["id"]), str(body["principalId"])))
    shown = next(row for row, made in _assignments(call) if made.key == key)
    context = call.context("roleManagement/directory/roleAssignments/$entity")
    return Answer(201, {"@odata.context": context, **shown})


def delete_assignment(call: Call, id: str) -> Answer:
    for row, schedule in _assignments(call):
        if row["id"] == id:
            call.tenant.schedules["roleAssignment"].pop(schedule.id)
            call.tenant.touch()
            activity = "Remove member from role" if row["directoryScopeId"] == "/" else "Remove scoped member"
            _note(call, activity, "Unassign", str(row["roleDefinitionId"]), str(row["principalId"]))
            return Answer(204)
    raise resource_not_found(id)


def routes() -> list[Route]:
    return [
        Route("GET", DEFINITIONS, list_definitions, READ),
        Route("POST", DEFINITIONS, create_definition, WRITE),
        Route("GET", DEFINITIONS + "/{id}", get_definition, READ),
        Route("PATCH", DEFINITIONS + "/{id}", update_definition, WRITE),
        Route("DELETE", DEFINITIONS + "/{id}", delete_definition, WRITE),
        Route("GET", ASSIGNMENTS, list_assignments, READ),
        Route("POST", ASSIGNMENTS, create_assignment, WRITE),
        Route("GET", ASSIGNMENTS + "/{id}", get_assignment, READ),
        Route("DELETE", ASSIGNMENTS + "/{id}", delete_assignment, WRITE),
    ]
