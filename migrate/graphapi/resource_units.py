"""What a request costs of the directory's budget, estimated before it is sent (graph-facts §1.2).

Graph tells the true cost with each answer (``x-ms-resource-unit``); the estimate only has to be near.
Other lanes count requests.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from migrate.kinds.request import Lane, Request

_BASE = (
    (re.compile(r"/groups/[^/]+/transitiveMembers"), 5),
    (re.compile(r"/groups/[^/]+/members|/contracts$|/subscribedSkus|/directoryObjects/getByIds$"), 3),
    (re.compile(r"/checkMember(Groups|Objects)$"), 4),
    (re.compile(r"/getMember(Groups|Objects)$"), 2),
    (re.compile(r"/(licenseDetails|memberOf|ownedObjects|transitiveMemberOf)(/|$)"), 2),
    (re.compile(r"^/(applications|users|oauth2PermissionGrants)$"), 2),
    (re.compile(r"^/servicePrincipals/[^/]+/appRoleAssignments"), 2),
)
_SMALL_PAGE = 20
"""A listing of fewer rows than that costs one unit less."""


def units_of(request: Request) -> float:
    """Resource units for the directory's lane, 1 for a request of any other; never below 1."""
    if request.lane is not Lane.DIRECTORY:
        return 1.0
    path, query = request.path, dict(request.query)
    if "://" in path:
        parts = urlsplit(path)
        # A link is a whole address: scheme, host and version come before the path that is priced.
        path = "/" + "/".join(parts.path.split("/")[2:])
        query = dict(parse_qsl(parts.query))
    if request.is_write:
        return 1.0
    base = next((cost for pattern, cost in _BASE if pattern.search(path)), 1)
    top = query.get("$top", "")
    small = top.isdigit() and int(top) < _SMALL_PAGE
    return float(max(1, base - ("$select" in query) + ("$expand" in query) - small))
