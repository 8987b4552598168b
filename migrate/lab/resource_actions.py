"""The catalogue of resource actions of which roles are made: beta, and v1.0 without ``isPrivileged``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.lab.call import Answer, Call, Json, Route
from migrate.lab.errors import resource_not_found
from migrate.lab.filters import parse_filter
from migrate.lab.listing import of, page
from migrate.lab.shapes import selected

NAMESPACES = "/roleManagement/directory/resourceNamespaces"
READ = ("RoleManagement.Read.Directory", "RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory")
ABOUT = ("Catalogue of resource actions", "§2.1, observed 31", "D shape, contents I")
_TYPE = "unifiedRbacResourceAction"
_VERBS = {
    "read": "GET",
    "update": "PATCH",
    "create": "POST",
    "createasowner": "POST",
    "delete": "DELETE",
}
_PRIVILEGED = re.compile(
    r"credentials/update$|password/update$|authenticationmethods/|conditionalaccesspolicies/.*/update$"
    r"|roleassignments/|authentication/update$|oauth2permissiongrants/.*(create|update|alltasks)|"
    r"serviceprincipals/(approleassignedto/update|managepermissiongrants)|invalidateallrefreshtokens$",
    re.IGNORECASE,
)


def names_of(call: Call) -> list[str]:
    """Every action that a role of the tenant allows or that the seed lists, sorted."""
    names = {str(row.get("name") or row["id"]) for row in call.tenant.documents["resourceActions"]}
    for role in call.tenant.roles:
        for block in role.get("rolePermissions") or []:
            names |= {str(each) for each in block.get("allowedResourceActions") or []}
    return sorted(name for name in names if "/" in name)


def _show(call: Call, name: str) -> Json:
    verb = _VERBS.get(name.rsplit("/", 1)[-1].lower())
    given = call.tenant.documents["resourceActions"].get(name) or {}
    shown: Json = {
        # A slash cannot stand in an id; the verb is its last part.
        "id": name.replace("/", "-") + (f"-{verb.lower()}" if verb else ""),
        "actionVerb": verb,
        "authenticationContextId": None,
        "description": None,
        "isAuthenticationContextSettable": False,
        "name": name,
        "resourceScopeId": None,
        "isPrivileged": bool(_PRIVILEGED.search(name)) and name.lower().startswith("microsoft.directory/"),
    }
    shown |= {key: value for key, value in given.items() if key in shown and key != "id"}
    if call.version != "beta":
        shown.pop("isPrivileged")  # beta only (observed-behaviours 31)
    return shown


def _namespace_of(name: str) -> str:
    return name.split("/", 1)[0].lower()


def list_namespaces(call: Call) -> Answer:
    found = sorted({_namespace_of(name) for name in names_of(call)})
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    rows = ({"id": each, "name": each} for each in found)
    return page(call, of(rows), NAMESPACES.strip("/"), dict, where=where)


def _rows(call: Call, namespace: str) -> Iterator[Json]:
    return (_show(call, name) for name in names_of(call) if _namespace_of(name) == namespace.lower())


def list_actions(call: Call, namespace: str) -> Answer:
    where = parse_filter(call.query["$filter"]) if call.query.get("$filter") else None
    rows = list(_rows(call, namespace))
    if not rows:
        raise resource_not_found(namespace)
    names = set(selected(_TYPE, call.query.get("$select")))
    context = f"{NAMESPACES.strip('/')}('{namespace}')/resourceActions"
    return page(
        call, of(rows), context, lambda row: {k: v for k, v in row.items() if k in names}, where=where
    )


def get_action(call: Call, namespace: str, id: str) -> Answer:
    for row in _rows(call, namespace):
        if row["id"].lower() == id.lower():
            context = call.context(f"{NAMESPACES.strip('/')}('{namespace}')/resourceActions/$entity")
            return Answer(200, {"@odata.context": context, **row})
    raise resource_not_found(id)


def routes() -> list[Route]:
    actions = NAMESPACES + "/{namespace}/resourceActions"
    return [
        Route("GET", NAMESPACES, list_namespaces, READ),
        Route("GET", actions, list_actions, READ),
        Route("GET", actions + "/{id}", get_action, READ),
    ]
