"""The state of one tenant, loaded from a seed document."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from migrate.lab.changes import ChangeLog
from migrate.lab.clock import parse_time
from migrate.lab.documents import load_documents
from migrate.lab.ids import assignment_id, derived
from migrate.lab.object_table import MadeRows, ObjectTable
from migrate.lab.policy_rules import default_rules, merged
from migrate.lab.schedules import Request, Schedule
from migrate.lab.seeded import LONG_AGO, marks, seeded_schedule
from migrate.lab.table import Table
from migrate.lab.timeline import Timeline

Json = dict[str, Any]
P2_PLAN = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
GOVERNANCE_PLAN = "e866a266-3cff-43a3-acca-0c90a7e00c8b"
P1_PLAN = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
P2_SKU = "84a661c4-e949-4bd2-a560-ed7766fcaf2b"
LONGEST_AUDIT = 200_000
KINDS = ("users", "groups", "servicePrincipals", "administrativeUnits")
TYPE_OF = {
    "users": "user",
    "groups": "group",
    "servicePrincipals": "servicePrincipal",
    "administrativeUnits": "administrativeUnit",
}


@dataclass
class App:
    """An application that may sign in to this tenant, and what an administrator has consented to."""

    app_id: str
    secret: str | None
    certificate: str | None
    service_principal_id: str
    display_name: str
    roles: frozenset[str]


@dataclass
class Policy:
    """The rules of one role, or of the members or owners of one group."""

    guid: str
    role_id: str
    """The role's id as PIM spells it, or ``member``/``owner``."""
    group_id: str | None
    rules: dict[str, Json]
    modified: datetime | None = None
    broken: set[str] | None = None
    """Notification rules that a PATCH with an empty target has spoilt (microsoft-graph-docs issue 16689)."""


class Tenant:
    """Everything one tenant knows. Handlers change it through ``touch`` so that effects can be counted."""

    def __init__(self, seed: Mapping[str, Any]) -> None:
        self.id = str(seed["tenantId"])
        self.display_name = str(seed.get("displayName") or self.id)
        self.domains: list[Json] = copy.deepcopy(list(seed.get("domains") or []))
        self.revision = 0
        self.page_epoch = 0
        self.objects: dict[str, ObjectTable] = {kind: _table(seed.get(kind)) for kind in KINDS}
        self.gone: dict[str, tuple[str, Json]] = {}
        self.members: dict[str, dict[str, None]] = {}
        self.owners: dict[str, dict[str, None]] = {}
        self.unit_members: dict[str, dict[str, None]] = {}
        self.roles: Table[Json] = Table()
        self.schedules: dict[str, Table[Schedule]] = {}
        self.requests: dict[str, Table[Request]] = {}
        for kind in ("roleEligibility", "roleAssignment", "groupEligibility", "groupAssignment"):
            self.schedules[kind] = Table(marks)
            self.requests[kind] = Table(marks)
        self.onboarded: dict[str, None] = {}
        self.policies: dict[tuple[str, str], Policy] = {}
        self.aliases: dict[str, str] = {}
        self.apps: dict[str, App] = {}
        self.hidden: dict[str, datetime] = {}
        self.unknown_to_pim: dict[str, datetime] = {}
        self.pim_lag = timedelta(seconds=float(seed.get("pimLagSeconds") or 0))
        """How long PIM does not know a new group, unit or custom role."""
        self.contexts: Table[Json] = Table()
        self.documents = load_documents(seed)
        self.changes = ChangeLog()
        self.audits: deque[Json] = deque(maxlen=LONGEST_AUDIT)
        self.timeline = Timeline()
        self.gone_at: dict[str, datetime] = {}
        """When what was deleted during this run was deleted; what the seed says is gone lingers for ever."""
        self.skus: list[Json] = []
        self.organization: Json = dict(seed.get("organization") or {})
        """Properties of the organization that do not follow from the rest of the seed."""
        self._policy_identities = {k.lower(): v for k, v in (seed.get("policyIdentities") or {}).items()}
        self._role_overrides: dict[str, Any] = {}
        self._group_overrides: dict[str, Any] = {}
        self._load(seed)

    # -- loading ------------------------------------------------------------------------------------------

    def _load(self, seed: Mapping[str, Any]) -> None:
        for name, links in (
            ("groupMembers", self.members),
            ("groupOwners", self.owners),
            ("administrativeUnitMembers", self.unit_members),
        ):
            for owner, ids in (seed.get(name) or {}).items():
                links[owner.lower()] = {member.lower(): None for member in ids}
        for row in seed.get("roleDefinitions") or []:
            self.roles.put(row["id"], dict(row))
        self.aliases = {k.lower(): v.lower() for k, v in (seed.get("roleAliases") or {}).items()}
        for row in seed.get("roleEligibilitySchedules") or []:
            self._load_schedule("roleEligibility", row)
        for row in seed.get("roleAssignmentSchedules") or []:
            self._load_schedule("roleAssignment", row)
        for row in seed.get("roleAssignments") or []:
            self.add_outside_pim(
                row["roleDefinitionId"], row["principalId"], row.get("directoryScopeId") or "/"
            )
        for row in seed.get("groupEligibilitySchedules") or []:
            self._load_schedule("groupEligibility", row)
        for row in seed.get("groupAssignmentSchedules") or []:
            self._load_schedule("groupAssignment", row)
        for group_id in seed.get("onboardedGroups") or []:
            self.onboarded[group_id.lower()] = None
        self._role_overrides = {k.lower(): v for k, v in (seed.get("rolePolicies") or {}).items()}
        self._group_overrides = {k.lower(): v for k, v in (seed.get("groupPolicies") or {}).items()}
        for group_id in self._group_overrides:
            self.onboarded[group_id] = None
        self._check_overrides()
        for row in seed.get("authenticationContextClassReferences") or []:
            self.contexts.put(row["id"], dict(row))
        for object_id in seed.get("deletedIds") or []:
            self.remove_object(object_id)
        for app in seed.get("apps") or []:
            self._load_app(app)
        skus = seed.get("subscribedSkus")
        self.skus = [self._sku(P2_SKU)] if skus is None else copy.deepcopy(list(skus))
        self.revision = 0
        self.changes.forget()

    def _check_overrides(self) -> None:
        """Policies are made when first looked at, but a seed that names an unknown rule is refused."""
        known = default_rules(group=True)
        of_groups = (rules for by_access in self._group_overrides.values() for rules in by_access.values())
        for rules in (*self._role_overrides.values(), *of_groups):
            merged(dict(known), rules)

    def _load_app(self, app: Mapping[str, Any]) -> None:
        sp_id = app.get("servicePrincipalId") or derived(self.id, app["appId"])
        self.apps[app["appId"].lower()] = App(
            app["appId"],
            app.get("secret"),
            app.get("certificate"),
            sp_id,
            app.get("displayName") or app["appId"],
            frozenset(app.get("roles") or ()),
        )

    def _sku(self, sku_id: str) -> Json:
        plan = {
            "servicePlanId": P2_PLAN,
            "servicePlanName": "AAD_PREMIUM_P2",
            "provisioningStatus": "Success",
            "appliesTo": "User",
        }
        return {
            "id": f"{self.id}_{sku_id}",
            "skuId": sku_id,
            "skuPartNumber": "AAD_PREMIUM_P2",
            "capabilityStatus": "Enabled",
            "consumedUnits": 25,
            "appliesTo": "User",
            "prepaidUnits": {"enabled": 100, "suspended": 0, "warning": 0, "lockedOut": 0},
            "servicePlans": [plan],
        }

    def _load_schedule(self, kind: str, row: Mapping[str, Any]) -> None:
        group = kind.startswith("group")
        role_id = "" if group else self.pim_role_id(row["roleDefinitionId"])
        schedule = seeded_schedule(self.id, kind, row, role_id)
        self.schedules[kind].put(schedule.id, schedule)
        if group:
            self.onboarded[schedule.target.lower()] = None
            if kind == "groupAssignment":
                links = self.owners if schedule.where.lower() == "owner" else self.members
                links.setdefault(schedule.target.lower(), {})[schedule.principal_id.lower()] = None
                if schedule.end is not None:
                    self.timeline.expect(schedule.end, schedule.id)

    # -- changing -----------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Something has changed: every write that had an effect calls this."""
        self.revision += 1

    def add_outside_pim(self, role_id: str, principal_id: str, scope: str) -> Schedule:
        """A standing assignment that PIM did not make: its schedule has the base64 id (graph-facts §2.3)."""
        row_id = assignment_id(role_id, principal_id, "" if scope == "/" else scope)
        schedule = Schedule(
            row_id, principal_id, self.pim_role_id(role_id), scope, LONG_AGO, None, assignment_type="Assigned"
        )
        self.schedules["roleAssignment"].put(row_id, schedule)
        self.touch()
        return schedule

    def relink(self, name: str, owner: str, member: str, present: bool) -> None:
        """Adds or takes away one of the ``members``, ``owners`` or ``unit_members``, and notes the change."""
        links: dict[str, dict[str, None]] = getattr(self, name)
        standing = links.setdefault(owner.lower(), {})
        if (member.lower() in standing) == present:
            return
        if present:
            standing[member.lower()] = None
        else:
            standing.pop(member.lower())
        self.changes.link(name, owner, member, present)

    def remove_object(self, object_id: str, now: datetime | None = None) -> None:
        """Soft deletion: the object is gone from lists, its schedules linger (DSC issue 5445)."""
        self.changes.mark(object_id)
        if now is not None:
            self.gone_at[object_id.lower()] = now
        for kind in KINDS:
            row = self.objects[kind].pop(object_id)
            if row is not None:
                self.gone[object_id.lower()] = (kind, row)
        for name in ("members", "owners", "unit_members"):
            links = getattr(self, name)
            links.pop(object_id.lower(), None)
            for owner, ids in links.items():
                if ids.pop(object_id.lower(), 0) is None:
                    self.changes.link(name, owner, object_id, False)
        self.gone.setdefault(object_id.lower(), ("users", {"id": object_id}))
        self.touch()

    def onboard(self, group_id: str) -> None:
        """Into PIM for groups, for ever. The ids of its policies change (terraform azuread issue 1466)."""
        if group_id.lower() in self.onboarded:
            return
        self.onboarded[group_id.lower()] = None
        for access in ("member", "owner"):
            policy = self.policies.get((group_id.lower(), access))
            if policy is not None:
                policy.guid = self._group_guid(group_id, access)

    def _group_guid(self, group_id: str, access: str) -> str:
        stage = "onboarded" if group_id.lower() in self.onboarded else "new"
        return derived(self.id, "policy", group_id.lower(), access.lower(), stage)

    # -- looking up ---------------------------------------------------------------------------------------

    def find(self, object_id: str) -> tuple[str, Json] | None:
        """The plural name of the kind and the row of a directory object, of whatever kind."""
        for kind in KINDS:
            row = self.objects[kind].get(object_id)
            if row is not None:
                return kind, row
        return None

    def is_hidden(self, object_id: str, now: datetime) -> bool:
        """Written but not to be seen by reads yet (fault hide_after_write)."""
        until = self.hidden.get(object_id.lower())
        return until is not None and now < until

    def pim_knows(self, object_id: str, now: datetime) -> bool:
        """Whether an object that the directory has is known to PIM by now."""
        until = self.unknown_to_pim.get(object_id.lower())
        return not self.is_hidden(object_id, now) and (until is None or now >= until)

    def pim_role_id(self, role_id: str) -> str:
        """The id that PIM uses for a listed role id (an alias for some custom roles)."""
        return self.aliases.get(role_id.lower(), role_id)

    def listed_role_id(self, pim_id: str) -> str:
        """The id that the list of role definitions has for an id that PIM uses."""
        for listed, alias in self.aliases.items():
            if alias == pim_id.lower():
                return listed
        return pim_id

    def forget_role(self, role_id: str) -> None:
        """A custom role goes with what PIM kept under its id: another of the same id starts afresh."""
        self.roles.pop(role_id)
        self.policies.pop(("", role_id.lower()), None)
        self.aliases.pop(role_id.lower(), None)

    def role(self, role_id: str) -> Json | None:
        """A definition by either of its ids."""
        return self.roles.get(role_id) or self.roles.get(self.listed_role_id(role_id))

    def schedule_by_key(self, kind: str, key: tuple[str, str, str], now: datetime) -> Schedule | None:
        """The direct schedule of a principal, target and scope that is not over."""
        for _, schedule in self.schedules[kind].marked(key):
            if schedule.member_type.lower() == "direct" and schedule.lives(now):
                return schedule
        return None

    def licensed(self) -> bool:
        """An enabled subscription with Entra ID P2 or Governance."""
        return self._has_plan(P2_PLAN, GOVERNANCE_PLAN)

    def premium(self) -> bool:
        """An enabled subscription with any Entra ID premium plan: what reports need."""
        return self._has_plan(P1_PLAN, P2_PLAN, GOVERNANCE_PLAN)

    def _has_plan(self, *plans: str) -> bool:
        for sku in self.skus:
            if sku.get("capabilityStatus") != "Enabled":
                continue
            for plan in sku.get("servicePlans") or []:
                if str(plan.get("servicePlanId")).lower() in plans:
                    return True
        return False

    def role_policy(self, listed_id: str) -> Policy:
        """The policy of a role, made when it is first looked at."""
        key = ("", listed_id.lower())
        if key not in self.policies:
            overrides = self._role_overrides.get(listed_id.lower()) or self._role_overrides.get(
                self.pim_role_id(listed_id).lower(), {}
            )
            guid = derived(self.id, "policy", listed_id.lower())
            rules = merged(default_rules(group=False), overrides)
            made = Policy(guid, self.pim_role_id(listed_id), None, rules)
            self.policies[key] = self._as_seeded(made, listed_id)
        return self.policies[key]

    def group_policy(self, group_id: str, access: str) -> Policy:
        """The policy of a group's members or owners."""
        key = (group_id.lower(), access.lower())
        if key not in self.policies:
            overrides = (self._group_overrides.get(group_id.lower()) or {}).get(access.lower(), {})
            guid = self._group_guid(group_id, access)
            rules = merged(default_rules(group=True), overrides)
            made = Policy(guid, access.lower(), group_id, rules)
            self.policies[key] = self._as_seeded(made, f"{group_id}/{access}")
        return self.policies[key]

    def _as_seeded(self, policy: Policy, name: str) -> Policy:
        """With the id and the time of change that the seed knows of it (``policyIdentities``)."""
        known = self._policy_identities.get(name.lower()) or {}
        policy.guid = str(known.get("guid") or policy.guid)
        if known.get("modifiedDateTime"):
            policy.modified = parse_time(str(known["modifiedDateTime"]))
        return policy

    def member_ids(self, group_id: str, *, transitive: bool = False) -> Iterator[str]:
        """Direct members in order, or all of them through nested groups, each once."""
        seen: dict[str, None] = {}
        waiting = list(self.members.get(group_id.lower(), {}))
        while waiting:
            member = waiting.pop(0)
            if member in seen:
                continue
            seen[member] = None
            if transitive:
                waiting.extend(self.members.get(member, {}))
        return iter(seen)


def _table(rows: Any) -> ObjectTable:
    """The objects of a kind: a list is copied into the table, a large seed's rows are made when asked for."""
    if isinstance(rows, MadeRows):
        return ObjectTable(rows)
    table = ObjectTable()
    for row in rows or []:
        table.put(row["id"], dict(row))
    return table
