"""A small tenant kept in memory that answers every request of a crawl as Graph would: pages, look-ups,
counts, ids, changes. For tests that compare one way of reading with another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from one_by_one import OneByOne

from migrate.errors import GraphRefused, MigrateError
from migrate.kinds import principals
from migrate.kinds.request import Request

Row = dict[str, Any]
TENANT = "11111111-1111-1111-1111-111111111111"
ROLE = "62e90394-69f5-4237-9190-012177145e10"
_TYPES = {"/users": "user", "/groups": "group", "/servicePrincipals": "servicePrincipal"}
_EQUAL = re.compile(r"(?P<name>\w+) in \((?P<values>.*)\)")
_ANY = re.compile(r"(?P<name>\w+)/any\(x:x eq '(?P<value>(?:[^']|'')*)'\)")
_FILTER_ID = re.compile(r"(?:groupId|scopeId) eq '([^']*)'")


def ident(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


class Killed(BaseException):
    """The process ends here."""


class PagedTenant(OneByOne):
    """``lists`` maps a path to all its rows; group members stand under ``/groups/{id}/members``.

    ``page`` is how many rows a page holds. ``kill_at`` is the number of the request during which the process
    dies. ``announced`` are counts that differ from the rows, ``hides_by_id`` what ``getByIds`` leaves out.
    """

    tenant_id = TENANT

    def __init__(self, lists: Mapping[str, list[Row]], *, page: int = 2) -> None:
        self.lists = {path: list(rows) for path, rows in lists.items()}
        self.page = page
        self.kill_at: int | None = None
        self.requests: list[Request] = []
        self.dead_links = False
        self.announced: dict[str, int] = {}
        self.hides_by_id: set[str] = set()
        self.fails_filter: MigrateError | None = None
        self.by_id_page: int | None = None
        self._rest: list[Row] = []
        self.refused: dict[str, MigrateError] = {}
        self._changed: list[tuple[str, str]] = []

    def change(self, path: str, row_id: str, row: Row | None) -> None:
        """Replaces, adds or (with None) removes an object."""
        rest = [one for one in self.lists[path] if one["id"] != row_id]
        self.lists[path] = rest if row is None else [*rest, row]
        self._changed.append((path, row_id))

    async def read(self, request: Request, *, listing: bool = False) -> Row:
        if self.kill_at is not None and len(self.requests) == self.kill_at:
            raise Killed
        self.requests.append(request)
        path = request.path
        if path.startswith("https://"):
            return self._follow(path)
        if path in self.refused:
            raise self.refused[path]
        if path == "/directoryObjects/getByIds":
            return self._by_ids(request)
        if path.endswith("/delta"):
            return {"value": [], "@odata.deltaLink": self._delta_link(path.removesuffix("/delta"))}
        if path not in self.lists:
            raise GraphRefused("not there", where=path, code="not_found")
        rows = self._filtered(path, request.query.get("$filter"))
        if request.query.get("$count") == "true":
            return {"value": rows[:1], "@odata.count": self.announced.get(path, len(rows))}
        if path in _TYPES and "$filter" in request.query:
            if self.fails_filter is not None:
                raise self.fails_filter
            return {"value": rows}
        return self._page(path, request.query.get("$filter", ""), 0)

    def _page(self, path: str, text: str, at: int) -> Row:
        rows = self._filtered(path, text)
        body: Row = {"value": rows[at : at + self.page]}
        if at + self.page < len(rows):
            body["@odata.nextLink"] = f"https://graph/{path}|{text}|{at + self.page}"
        return body

    def _follow(self, link: str) -> Row:
        if link == "https://graph/by-id":
            return self._part()
        if "|delta|" in link:
            return self._changes(link)
        if self.dead_links:
            raise GraphRefused("the token has died", where=link, code="page_expired")
        path, text, at = link.removeprefix("https://graph/").split("|")
        return self._page(path, text, int(at))

    def _filtered(self, path: str, text: str | None) -> list[Row]:
        rows = sorted(self.lists[path], key=lambda row: str(row["id"]))
        if not text:
            return rows
        if found := _EQUAL.fullmatch(text):
            values = {
                one.replace("''", "'").casefold() for one in re.findall(r"'((?:[^']|'')*)'", found["values"])
            }
            return [row for row in rows if str(row.get(found["name"]) or "").casefold() in values]
        if matches := list(_ANY.finditer(text)):
            wanted = {one["value"].casefold() for one in matches}
            name = matches[0]["name"]
            return [row for row in rows if {str(one).casefold() for one in row.get(name) or ()} & wanted]
        if found := _FILTER_ID.search(text):
            return [row for row in rows if found[1] in ("/", row.get("groupId"), row.get("scopeId"))]
        raise AssertionError(f"no such filter here: {text}")

    def _by_ids(self, request: Request) -> Row:
        assert request.body is not None
        select = request.query["$select"].split(",")
        found = []
        for path, name in _TYPES.items():
            for row in self.lists[path]:
                if row["id"] in request.body["ids"]:
                    shown = {key: row[key] for key in select if key in row and key not in self.hides_by_id}
                    found.append({"@odata.type": f"#microsoft.graph.{name}", **shown})
        self._rest = found
        return self._part()

    def _part(self) -> Row:
        """A page of what was asked for by id; all of it where no page size is set."""
        size = self.by_id_page or max(1, len(self._rest))
        part, self._rest = self._rest[:size], self._rest[size:]
        return {"value": part, **({"@odata.nextLink": "https://graph/by-id"} if self._rest else {})}

    def _delta_link(self, path: str) -> str:
        return f"https://graph/{path}|delta|{len(self._changed)}"

    def _changes(self, link: str) -> Row:
        path, _, since = link.removeprefix("https://graph/").split("|")
        if self.dead_links:
            raise GraphRefused("the state is gone", where=path, code="page_expired")
        standing = {row["id"] for row in self.lists[path]}
        rows: list[Row] = []
        for changed_path, row_id in self._changed[int(since) :]:
            if changed_path == path:
                gone = {} if row_id in standing else {"@removed": {"reason": "changed"}}
                rows.append({"id": row_id, **gone})
        return {"value": rows, "@odata.deltaLink": self._delta_link(path)}


def user(number: int, **more: Any) -> Row:
    row = dict.fromkeys(principals.KINDS["user"].properties)
    name = f"person{number}"
    return {
        **row,
        "id": ident(number),
        "userPrincipalName": f"{name}@contoso.com",
        "displayName": name,
        **more,
    }


def group(number: int, **more: Any) -> Row:
    row = dict.fromkeys(principals.KINDS["group"].properties)
    return {**row, "id": ident(number), "displayName": f"group{number}", "securityEnabled": True, **more}


def member(number: int, kind: str = "user") -> Row:
    return {"@odata.type": f"#microsoft.graph.{kind}", "id": ident(number), "displayName": "x"}


def eligibility(number: int, principal: int) -> Row:
    return {
        "id": f"e{number}",
        "principalId": ident(principal),
        "roleDefinitionId": ROLE,
        "directoryScopeId": "/",
        "memberType": "Direct",
    }


EMPTY = (
    "/domains",
    "/subscribedSkus",
    "/roleManagement/directory/roleAssignmentSchedules",
    "/roleManagement/directory/resourceNamespaces/microsoft.directory/resourceActions",
    "/policies/roleManagementPolicyAssignments",
    "/directory/administrativeUnits",
    "/identity/conditionalAccess/authenticationContextClassReferences",
    "/identity/conditionalAccess/policies",
    "/identity/conditionalAccess/namedLocations",
    "/policies/authenticationStrengthPolicies",
    "/identityGovernance/accessReviews/definitions",
    "/reports/authenticationMethods/userRegistrationDetails",
    "/identityGovernance/privilegedAccess/group/assignmentSchedules",
    "/identityGovernance/privilegedAccess/group/eligibilitySchedules",
)


def nested_tenant(people: int = 9) -> PagedTenant:
    """People 1…; 1 and 2 are eligible themselves, 3 and 4 through a group in a group; 100 holds the right."""
    groups = [group(100), group(101), group(102)]
    lists: dict[str, list[Row]] = {path: [] for path in EMPTY}
    lists |= {
        "/organization": [{"id": TENANT, "displayName": "Contoso", "verifiedDomains": []}],
        "/roleManagement/directory/roleEligibilitySchedules": [
            eligibility(1, 1),
            eligibility(2, 2),
            eligibility(3, 100),
            eligibility(4, 999),
        ],
        "/roleManagement/directory/roleDefinitions": [
            {"id": ROLE, "templateId": ROLE, "displayName": "Global Administrator", "isBuiltIn": True}
        ],
        "/users": [user(number) for number in range(1, people + 1)],
        "/groups": groups,
        "/servicePrincipals": [],
        "/identityGovernance/privilegedAccess/group/resources": [{"id": ident(101)}],
        f"/groups/{ident(100)}/members": [member(101, "group"), member(3)],
        f"/groups/{ident(101)}/members": [member(3), member(4), member(100, "group")],
        f"/groups/{ident(100)}/owners": [member(5)],
        f"/groups/{ident(101)}/owners": [],
    }
    return PagedTenant(lists)
