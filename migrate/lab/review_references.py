"""What the queries of an access review name, and whether the tenant has it.

Nobody has published how Graph answers a review of something that is not there; here it is refused, so that a
review of nothing is noticed. Checked when written only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from migrate.lab.errors import GraphError
from migrate.lab.tenant import Tenant

_ID = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_IN_PATH = re.compile(rf"/([a-z]+)/{_ID}", re.IGNORECASE)
_IN_FILTER = re.compile(rf"([a-z]+)\s+eq\s+'{_ID}'", re.IGNORECASE)
_TABLES = {
    "users": "users",
    "groups": "groups",
    "serviceprincipals": "servicePrincipals",
    "administrativeunits": "administrativeUnits",
    "groupid": "groups",
}
_ROLES = frozenset({"roledefinitions", "roledefinitionid"})
_PRINCIPALS = frozenset({"directoryobjects", "principalid"})


def check_references(tenant: Tenant, body: Mapping[str, Any]) -> None:
    """400 when a query names something that the tenant does not have."""
    for query in _queries(body):
        text = unquote_plus(query)
        for found in (*_IN_PATH.finditer(text), *_IN_FILTER.finditer(text)):
            if not _is_there(tenant, found[1].lower(), found[2].lower()):
                raise GraphError(400, "InvalidRequest", f"Resource '{found[2]}' does not exist.")


def _queries(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("query"), str):
            yield value["query"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _queries(each)


def _is_there(tenant: Tenant, where: str, object_id: str) -> bool:
    if where in _ROLES:
        return object_id in tenant.roles or object_id in tenant.aliases.values()
    if where in _PRINCIPALS:
        return tenant.find(object_id) is not None
    table = _TABLES.get(where)
    return table is None or object_id in tenant.objects[table]
