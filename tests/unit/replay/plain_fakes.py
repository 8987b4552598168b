"""A target with objects, lists and policies besides schedules: what plain writes read and change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from replay_fakes import ROLE_ID, WHO, Bench, FakeTarget, refused, role_item

from migrate.errors import GraphRefused
from migrate.graphapi.answer import Answer
from migrate.graphapi.outcome import Meaning, Outcome
from migrate.kinds.request import Request
from migrate.plan.document import Action, Item

UNITS = "/directory/administrativeUnits"
GROUPS = "/groups"
ROLES = "/roleManagement/directory/roleDefinitions"
CONTEXTS = "/identity/conditionalAccess/authenticationContextClassReferences"
TABLES = (UNITS, GROUPS, ROLES, CONTEXTS)
POLICIES = "/policies/roleManagementPolicies"
RULE = "Expiration_Admin_Eligibility"
NEW_UNIT, NEW_GROUP, NEW_ROLE = (
    "new:administrativeunit:src-1",
    "new:group:src-2",
    "new:roledefinition:src-3",
)


def rule(days: int, *, required: bool = True) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyExpirationRule",
        "id": RULE,
        "isExpirationRequired": required,
        "maximumDuration": f"P{days}D",
        "target": {
            "caller": "Admin",
            "operations": ["all"],
            "level": "Eligibility",
            "inheritableSettings": [],
            "enforcedSettings": [],
        },
    }


def _item(number: int, kind: str, key: str, target: dict[str, Any], **more: Any) -> Item:
    made = replace(role_item(number), kind=kind, key=key, target=target, names={"right": key})
    return replace(made, **more)


def unit_item(number: int = 1) -> Item:
    body = {"displayName": "EMEA", "description": "People", "visibility": None}
    return _item(number, "administrativeUnit", NEW_UNIT, {"body": body}, reverse="delete")


def group_object(number: int = 1) -> Item:
    body = {"displayName": "Admins", "isAssignableToRole": False, "securityEnabled": True}
    return _item(number, "group", NEW_GROUP, {"body": body}, reverse="delete")


def role_object(number: int = 1, template: str | None = "11111111-1111-1111-1111-111111111111") -> Item:
    body = {
        "displayName": "Support",
        "description": "",
        "isEnabled": True,
        "rolePermissions": [{"allowedResourceActions": ["a/read", "b/read"]}],
        "templateId": template,
        "version": None,
    }
    return _item(number, "roleDefinition", NEW_ROLE, {"body": body}, reverse="delete")


def context_object(number: int = 1) -> Item:
    body = {"id": "c1", "displayName": "Strong", "description": None, "isAvailable": True}
    residue = ("context c1 stays",)
    return _item(number, "authenticationContext", "authenticationcontext:c1", {"body": body}, residue=residue)


def link_item(
    number: int = 2,
    kind: str = "administrativeUnitMember",
    parent: str = NEW_UNIT,
    *,
    needs: Sequence[str] = (),
) -> Item:
    target = {"parentId": parent, "objectId": WHO}
    return _item(number, kind, f"{kind}:{parent}|{WHO}".lower(), target, needs=tuple(needs))


def rule_item(number: int = 1, *, days: int = 30, temporary: bool = False, **place: str) -> Item:
    of = place or {"roleDefinitionId": ROLE_ID, "pimRoleDefinitionId": ROLE_ID, "isBuiltInRole": True}
    target = {**of, "ruleId": RULE, "rule": rule(days)}
    key = f"role:{ROLE_ID}|{RULE}{'|temporary' if temporary else ''}".lower()
    return _item(number, "roleManagementPolicyRule", key, target, action=Action.UPDATE, temporary=temporary)


def needing(item: Item, *needs: Item, **target: str) -> Item:
    return replace(item, needs=tuple(need.id for need in needs), target={**item.target, **target})


def relaxed() -> list[Item]:
    """A rule that is loosened for a right, and the right."""
    loosened = rule_item(1, days=99, temporary=True)
    return [loosened, needing(role_item(2), loosened)]


@dataclass
class PlainTarget(FakeTarget):
    """``tables`` are the objects by the path of their list, ``links`` who is in which list by its path, and
    ``policy`` the policy of every role; ``blind`` are the paths below which reads see nothing."""

    tables: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {path: {} for path in TABLES}
    )
    links: dict[str, list[str]] = field(default_factory=dict)
    policy: dict[str, Any] = field(
        default_factory=lambda: {"policyId": "policy-1", "rules": {RULE: rule(10)}}
    )
    blind: set[str] = field(default_factory=set)
    reads: list[Request] = field(default_factory=list)

    def faithful(self, request: Request) -> tuple[Answer, Outcome]:
        path, body = request.path, dict(request.body or {})
        if body.get("action") == "adminUpdate":
            return self._update(request, body)
        if path.startswith(POLICIES):
            self.policy["rules"][body["id"]] = body
            return Answer(204), Outcome(Meaning.DONE, status=204)
        if "$ref" in path:
            return self._link(request)
        table = next((one for one in TABLES if path.startswith(one)), None)
        if table is None:
            return super().faithful(request)
        if request.method == "POST":
            made = {**body, "id": f"made-{sum(map(len, self.tables.values())) + 1}"}
            self.tables[table][made["id"]] = made
            return Answer(201, body=made), Outcome(Meaning.DONE, status=201)
        object_id = path.rpartition("/")[2]
        if request.method == "PATCH":
            self.tables[table][object_id] = {**self.tables[table].get(object_id, {}), **body, "id": object_id}
        elif self.tables[table].pop(object_id, None) is None:
            return refused(Meaning.ABSENT, "Request_ResourceNotFound", 404)(request)
        return Answer(204), Outcome(Meaning.DONE, status=204)

    def _update(self, request: Request, body: dict[str, Any]) -> tuple[Answer, Outcome]:
        """A change gives a schedule another id."""
        names = ("principalId", "roleDefinitionId", "directoryScopeId", "groupId", "accessId")
        same = [row for row in self.rows if all(row.get(name) == body.get(name) for name in names)]
        if not same:
            return refused(Meaning.ABSENT, "RoleAssignmentDoesNotExist")(request)
        self.rows.remove(same[0])
        return self.accept(request, row=True)

    def _link(self, request: Request) -> tuple[Answer, Outcome]:
        bare = request.path.removesuffix("/$ref")
        if request.method == "POST":
            there = self.links.setdefault(bare, [])
            who = str((request.body or {})["@odata.id"]).rpartition("/")[2]
            if who in there:
                return refused(Meaning.EXISTS, "Request_BadRequest")(request)
            there.append(who)
        else:
            bare, _, who = bare.rpartition("/")
            if who not in self.links.get(bare, []):
                return refused(Meaning.ABSENT, "Request_ResourceNotFound", 404)(request)
            self.links[bare].remove(who)
        return Answer(204), Outcome(Meaning.DONE, status=204)

    async def read(self, request: Request, *, listing: bool = False) -> dict[str, Any]:
        if self.read_error is not None:
            raise self.read_error
        self.reads.append(request)
        path = request.path
        unseen = any(path.startswith(one) for one in self.blind)
        if path.startswith("/policies/"):
            rules = [] if unseen else list(self.policy["rules"].values())
            row = {
                "policyId": self.policy["policyId"],
                "roleDefinitionId": ROLE_ID,
                "policy": {"rules": rules},
            }
            return {"value": [] if unseen else [row]}
        if path in self.tables:
            return {"value": [] if unseen else list(self.tables[path].values())}
        if path.endswith(("/members", "/owners")):
            return {"value": [] if unseen else [{"id": one} for one in self.links.get(path, [])]}
        table = next((one for one in TABLES if path.startswith(one + "/")), None)
        if table is None:
            return await super().read(request, listing=listing)
        found = self.tables[table].get(path.rpartition("/")[2])
        if found is None or unseen:
            raise GraphRefused("no such object", code="not_found")
        return found


class PlainBench(Bench):
    """A bench on such a target."""

    target: PlainTarget

    def __post_init__(self) -> None:
        super().__post_init__()
        self.target = PlainTarget(self.clock)
        self.again()

    def methods(self) -> list[str]:
        return [f"{one.method} {one.path}" for one in self.target.sent]
