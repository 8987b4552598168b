"""Groups, service principals, administrative units and licences as Graph v1.0 shapes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from migrate.lab.seed.roles import Row
from migrate.lab.seed.tenants import Tenant, days_from, security_identifier

P2_SERVICE_PLAN = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
P1_SERVICE_PLAN = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
P2_SKU = "84a661c4-e949-4bd2-a560-ed7766fcaf2b"

GroupForm = Literal["security", "role-assignable", "mail", "dynamic", "synced"]


@dataclass(frozen=True)
class GroupSpec:
    """A group by name. Members and owners are keys of people; `pim` says that PIM manages it in Contoso."""

    name: str
    form: GroupForm = "security"
    pim: bool = False
    members: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    rule: str | None = None


def nickname(name: str) -> str:
    """The mail nickname of a group with this name: its letters, digits and dashes."""
    return "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter == "-"))


def group_row(spec: GroupSpec, object_id: str, tenant: Tenant, now: datetime) -> Row:
    """A group; `isAssignableToRole` is null, not false, for ordinary groups, and cannot be changed later."""
    mail = f"{nickname(spec.name).lower()}@{tenant.domain}" if spec.form == "mail" else None
    types = {"mail": ["Unified"], "dynamic": ["DynamicMembership"]}.get(spec.form, [])
    synced = spec.form == "synced"
    return {
        "id": object_id,
        "deletedDateTime": None,
        "classification": None,
        "createdDateTime": days_from(now, -400),
        "description": None,
        "displayName": spec.name,
        "expirationDateTime": None,
        "groupTypes": types,
        "isAssignableToRole": True if spec.form == "role-assignable" else None,
        "mail": mail,
        "mailEnabled": mail is not None,
        "mailNickname": nickname(spec.name),
        "membershipRule": spec.rule,
        "membershipRuleProcessingState": "On" if spec.form == "dynamic" else None,
        "onPremisesLastSyncDateTime": days_from(now, -0.02) if synced else None,
        "onPremisesProvisioningErrors": [],
        "onPremisesSecurityIdentifier": security_identifier(tenant, spec.name) if synced else None,
        "onPremisesSyncEnabled": True if synced else None,
        "preferredDataLocation": None,
        "preferredLanguage": None,
        "proxyAddresses": [f"SMTP:{mail}"] if mail else [],
        "renewedDateTime": days_from(now, -400),
        "resourceBehaviorOptions": [],
        "resourceProvisioningOptions": [],
        "securityEnabled": spec.form != "mail",
        "securityIdentifier": cloud_sid(object_id),
        "theme": None,
        "visibility": "Private" if spec.form in ("role-assignable", "mail") else None,
    }


def cloud_sid(object_id: str) -> str:
    """The SID that Entra derives from an object id: its sixteen bytes as four little-endian numbers."""
    raw = UUID(object_id).bytes_le
    numbers = [int.from_bytes(raw[at : at + 4], "little") for at in range(0, 16, 4)]
    return "S-1-12-1-" + "-".join(str(number) for number in numbers)


def service_principal_row(
    object_id: str, app_id: str, name: str, *, owner: str | None, kind: str = "Application"
) -> Row:
    """A service principal; `owner` is the tenant that registered the application, `kind` its
    servicePrincipalType."""
    return {
        "id": object_id,
        "deletedDateTime": None,
        "accountEnabled": True,
        "alternativeNames": [],
        "appDescription": None,
        "appDisplayName": name,
        "appId": app_id,
        "appOwnerOrganizationId": owner,
        "appRoleAssignmentRequired": False,
        "description": None,
        "displayName": name,
        "homepage": None,
        "notes": None,
        "replyUrls": [],
        "servicePrincipalNames": [app_id],
        "servicePrincipalType": kind,
        "signInAudience": "AzureADMultipleOrgs" if kind == "Application" else None,
        "tags": [],
    }


@dataclass(frozen=True)
class UnitSpec:
    """An administrative unit by name; `members` are keys of people, `rule` makes it dynamic."""

    name: str
    members: tuple[str, ...] = ()
    rule: str | None = None
    restricted: bool = False


def unit_row(spec: UnitSpec, object_id: str) -> Row:
    """An administrative unit; a restricted one is restricted from birth and for ever."""
    return {
        "id": object_id,
        "deletedDateTime": None,
        "description": None,
        "displayName": spec.name,
        "isMemberManagementRestricted": spec.restricted,
        "membershipRule": spec.rule,
        "membershipRuleProcessingState": "On" if spec.rule else None,
        "membershipType": "Dynamic" if spec.rule else None,
        "visibility": None,
    }


def p2_sku(tenant: Tenant, seats: int, used: int) -> Row:
    """The tenant's Entra ID P2 subscription, without which PIM answers AadPremiumLicenseRequired."""
    return {
        "id": f"{tenant.tenant_id}_{P2_SKU}",
        "accountId": str(uuid5(UUID(tenant.tenant_id), "account")),
        "accountName": tenant.display_name,
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": used,
        "prepaidUnits": {"enabled": seats, "suspended": 0, "warning": 0, "lockedOut": 0},
        "servicePlans": [
            _plan(P2_SERVICE_PLAN, "AAD_PREMIUM_P2"),
            _plan(P1_SERVICE_PLAN, "AAD_PREMIUM"),
        ],
        "skuId": P2_SKU,
        "skuPartNumber": "AAD_PREMIUM_P2",
        "subscriptionIds": [str(uuid5(UUID(tenant.tenant_id), "subscription"))],
    }


def _plan(plan_id: str, name: str) -> Row:
    return {
        "appliesTo": "User",
        "provisioningStatus": "Success",
        "servicePlanId": plan_id,
        "servicePlanName": name,
    }
