"""A tenant being written down: names go in, a seed document with ids comes out.

Everything is named by a key ("person-017", "ROLE-Helpdesk-EMEA"), and a reference says its kind as well
("user/person-017", "group/ROLE-Helpdesk-EMEA", "deleted/user/gone-1"). The same key in two tenants means the
same thing in the world, which is what the ground truth is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from migrate.lab.seed.accounts import Account, user_row
from migrate.lab.seed.objects import GroupSpec, UnitSpec, group_row, p2_sku, service_principal_row, unit_row
from migrate.lab.seed.roles import Row, built_in_definitions, definition, role_id
from migrate.lab.seed.tenants import Tenant, days_from, object_id

Seed = dict[str, Any]


class Draft:
    """The seed document of one tenant while it is being filled; `build` hands it out.

    All times are given in days from `now`, negative for the past; None as an end means no expiration.
    """

    def __init__(self, tenant: Tenant, now: datetime, *, built_in: Collection[str] | None = None) -> None:
        """An empty tenant with all built-in roles, or only those named in `built_in`."""
        self.tenant = tenant
        self.now = now
        self._custom: dict[str, str] = {}
        self._truth: dict[str, Row] = {}
        self._doc: Seed = {
            "tenantId": tenant.tenant_id,
            "displayName": tenant.display_name,
            "domains": [
                {"id": tenant.domain, "isDefault": True, "isInitial": False, "isVerified": True},
                {"id": tenant.initial_domain, "isDefault": False, "isInitial": True, "isVerified": True},
            ],
            "users": [],
            "groups": [],
            "servicePrincipals": [],
            "administrativeUnits": [],
            "groupMembers": {},
            "groupOwners": {},
            "administrativeUnitMembers": {},
            "roleDefinitions": [
                row for row in built_in_definitions() if built_in is None or row["displayName"] in built_in
            ],
            "roleEligibilitySchedules": [],
            "roleAssignmentSchedules": [],
            "roleAssignments": [],
            "groupEligibilitySchedules": [],
            "groupAssignmentSchedules": [],
            "onboardedGroups": [],
            "rolePolicies": {},
            "groupPolicies": {},
            "deletedIds": [],
            "roleAliases": {},
            "authenticationContextClassReferences": [],
            "apps": [],
            "subscribedSkus": [],
            "truth": self._truth,
        }
        for row in self._doc["roleDefinitions"]:
            self._know(row["id"], "roleDefinition", row["id"], "templateId")

    def id_of(self, reference: str) -> str:
        """The object id of a reference such as "user/person-017"; one to a deleted object says "deleted/"
        before it."""
        kind, _, key = reference.removeprefix("deleted/").partition("/")
        return object_id(self.tenant, kind, key)

    def role(self, name: str) -> str:
        """The id under which a role is listed, custom or built-in, by its display name."""
        return self._custom.get(name) or role_id(name)

    def scope(self, unit: str | None) -> str:
        """The `directoryScopeId` of an administrative unit, or of the whole tenant."""
        return f"/administrativeUnits/{self.id_of(f'administrativeUnit/{unit}')}" if unit else "/"

    def add_user(self, account: Account, evidence: str) -> None:
        """Adds an account; `evidence` is what its counterpart shares with it, for the ground truth."""
        identity = self._know_key("user", account.key, evidence)
        self._doc["users"].append(user_row(account, identity, self.now))

    def add_group(self, spec: GroupSpec, *, onboarded: bool = False) -> None:
        """Adds a group with those of its members and owners who exist in this tenant (add people first)."""
        identity = self._know_key("group", spec.name, "name")
        self._doc["groups"].append(group_row(spec, identity, self.tenant, self.now))
        self._doc["groupMembers"][identity] = self._present(spec.members)
        self._doc["groupOwners"][identity] = self._present(spec.owners)
        if onboarded:
            self._doc["onboardedGroups"].append(identity)

    def add_unit(self, spec: UnitSpec) -> None:
        """Adds an administrative unit with those of its members who exist in this tenant."""
        identity = self._know_key("administrativeUnit", spec.name, "name")
        self._doc["administrativeUnits"].append(unit_row(spec, identity))
        self._doc["administrativeUnitMembers"][identity] = self._present(spec.members)

    def add_service_principal(
        self, key: str, app_id: str, *, owner: str | None = None, kind: str = "Application"
    ) -> None:
        """Adds a service principal, known in every tenant by its appId."""
        identity = self._know_key("servicePrincipal", key, "appId")
        self._doc["servicePrincipals"].append(
            service_principal_row(identity, app_id, key, owner=owner, kind=kind)
        )

    def add_app(self, name: str, permissions: Iterable[str]) -> None:
        """Adds the tenant's own app with its service principal, its secret and the permissions it was
        granted."""
        self.add_service_principal(name, self.tenant.app_id, owner=self.tenant.tenant_id)
        self._doc["apps"].append(
            {
                "appId": self.tenant.app_id,
                "secret": self.tenant.secret,
                "servicePrincipalId": self.id_of(f"servicePrincipal/{name}"),
                "displayName": name,
                "roles": sorted(permissions),
            }
        )

    def add_custom_role(
        self,
        name: str,
        blocks: Sequence[Sequence[str]],
        *,
        identity: str | None = None,
        enabled: bool = True,
        alias: bool = False,
    ) -> None:
        """Adds a custom role; `alias` gives it a second id that PIM uses in schedules instead of the listed
        one."""
        listed = identity or self.id_of(f"roleDefinition/{name}")
        self._custom[name] = listed
        self._know(listed, "roleDefinition", name, "permissions")
        row = definition(listed, name, blocks, built_in=False, enabled=enabled, version=None)
        self._doc["roleDefinitions"].append(row)
        if alias:
            self._doc["roleAliases"][listed] = object_id(self.tenant, "roleAlias", name)

    def add_deleted(self, reference: str) -> None:
        """Notes a principal that no longer exists although schedules still name it."""
        kind, _, key = reference.removeprefix("deleted/").partition("/")
        identity = object_id(self.tenant, kind, key)
        self._doc["deletedIds"].append(identity)
        self._know(identity, kind, key, "none")
        self.no_counterpart(identity, "deleted")

    def add_sku(self, seats: int) -> None:
        """Adds the Entra ID P2 subscription with this many seats, one of them used by every person so far."""
        self._doc["subscribedSkus"].append(p2_sku(self.tenant, seats, min(seats, len(self._doc["users"]))))

    def eligible(
        self,
        holder: str,
        role: str,
        unit: str | None = None,
        *,
        start: float = -60,
        end: float | None = None,
        member_type: str = "Direct",
    ) -> None:
        """Adds a role eligibility. A row with memberType Group is a member's shadow of the group's own
        row."""
        self._doc["roleEligibilitySchedules"].append(
            {**self._role_row(holder, role, unit, start, end), "memberType": member_type}
        )

    def active(
        self,
        holder: str,
        role: str,
        unit: str | None = None,
        *,
        start: float = -60,
        end: float | None = None,
        assignment_type: str = "Assigned",
        member_type: str = "Direct",
    ) -> None:
        """Adds an active role assignment; assignmentType Activated is somebody's session, not
        configuration."""
        row = self._role_row(holder, role, unit, start, end)
        row |= {"assignmentType": assignment_type, "memberType": member_type}
        self._doc["roleAssignmentSchedules"].append(row)

    def active_outside_pim(self, holder: str, role: str) -> None:
        """Adds a standing, tenant-wide assignment that was made without PIM."""
        self._doc["roleAssignments"].append(
            {"principalId": self.id_of(holder), "roleDefinitionId": self.role(role), "directoryScopeId": "/"}
        )

    def add_authentication_context(self, context_id: str, name: str) -> None:
        """Adds an authentication context; the ids c1, c2, … mean something else in every tenant."""
        self._doc["authenticationContextClassReferences"].append(
            {"id": context_id, "displayName": name, "description": None, "isAvailable": True}
        )

    def group_eligible(
        self, group: str, access: str, holder: str, *, start: float = -45, end: float | None = None
    ) -> None:
        """Adds an eligibility to become "member" or "owner" of a group."""
        self._doc["groupEligibilitySchedules"].append(self._group_row(group, access, holder, start, end))

    def group_active(
        self,
        group: str,
        access: str,
        holder: str,
        *,
        start: float = -45,
        end: float | None = None,
        assignment_type: str = "Assigned",
    ) -> None:
        """Adds an active membership or ownership that PIM gave."""
        row = self._group_row(group, access, holder, start, end)
        self._doc["groupAssignmentSchedules"].append({**row, "assignmentType": assignment_type})

    def role_policy(self, role: str, rules: Mapping[str, Row]) -> None:
        """Changes rules of a role's policy: the properties given replace those of the default rule."""
        self._doc["rolePolicies"][self.role(role)] = dict(rules)

    def group_policy(self, group: str, access: str, rules: Mapping[str, Row]) -> None:
        """Changes rules of a group's policy for members or owners."""
        identity = self.id_of(f"group/{group}")
        self._doc["groupPolicies"].setdefault(identity, {})[access] = dict(rules)

    def no_counterpart(self, identity: str, reason: str, candidates: Sequence[str] = ()) -> None:
        """Records for the ground truth why an object has no right counterpart, and who might be taken for
        it."""
        self._truth[identity] |= {"reason": reason, "candidates": list(candidates)}

    def build(self) -> Seed:
        """The finished document."""
        return self._doc

    def _role_row(self, holder: str, role: str, unit: str | None, start: float, end: float | None) -> Row:
        return {
            "principalId": self.id_of(holder),
            "roleDefinitionId": self.role(role),
            "directoryScopeId": self.scope(unit),
            **self._times(start, end),
        }

    def _group_row(self, group: str, access: str, holder: str, start: float, end: float | None) -> Row:
        return {
            "groupId": self.id_of(f"group/{group}"),
            "accessId": access,
            "principalId": self.id_of(holder),
            **self._times(start, end),
        }

    def _times(self, start: float, end: float | None) -> Row:
        return {
            "startDateTime": days_from(self.now, start),
            "endDateTime": None if end is None else days_from(self.now, end),
        }

    def _present(self, keys: Iterable[str]) -> list[str]:
        identities = [self.id_of(f"user/{key}") for key in keys]
        return [identity for identity in identities if identity in self._truth]

    def _know_key(self, kind: str, key: str, evidence: str) -> str:
        identity = self.id_of(f"{kind}/{key}")
        self._know(identity, kind, key, evidence)
        return identity

    def _know(self, identity: str, kind: str, key: str, evidence: str) -> None:
        if identity in self._truth:
            raise ValueError(f"{kind} {key} is in the draft twice")
        self._truth[identity] = {"kind": kind, "key": key, "evidence": evidence}
