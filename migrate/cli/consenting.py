"""The commands that would grant what doctor found missing. They are shown, never run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from migrate.kinds.app_roles import APP_ROLES, GRAPH_APP_ID

if TYPE_CHECKING:
    from migrate.config.tenant_settings import TenantSettings
    from migrate.views.checks import Check
    from migrate.views.consent import Consent


def consents_for(
    side: str, settings: TenantSettings, checks: Sequence[Check], *, app_only: bool, caller_id: str | None
) -> list[Consent]:
    """What to grant in one tenant: first what verbs need, then what they can do without."""
    lacking = [check for check in checks if check.code == "consent_missing" and check.permissions]
    found = []
    for optional in (False, True):
        wanted = sorted({check.permissions[0] for check in lacking if check.optional is optional})
        if wanted:
            found.append(
                _consent(side, settings, wanted, optional=optional, app_only=app_only, caller_id=caller_id)
            )
    return found


def _consent(
    side: str,
    settings: TenantSettings,
    wanted: list[str],
    *,
    optional: bool,
    app_only: bool,
    caller_id: str | None,
) -> Consent:
    from migrate.views.consent import Consent

    by_id = app_only and settings.cloud == "global"
    known = [name for name in wanted if name in APP_ROLES] if by_id else []
    client_id = settings.credential.client_id
    # A managed identity has no registration: what it may do is given to its service principal.
    registered = client_id if client_id and settings.credential.kind != "managed_identity" else None
    by_az = bool(known and registered)
    by_powershell = bool(known and caller_id)
    return Consent(
        tenant=side,
        optional=optional,
        permissions=tuple(wanted),
        commands=_az(settings.tenant_id, str(registered), known) if by_az else (),
        powershell=_powershell(settings.tenant_id, str(caller_id), known) if by_powershell else (),
        portal=_portal(
            registered,
            wanted if not (by_az or by_powershell) else [name for name in wanted if name not in known],
            "Application" if app_only else "Delegated",
        ),
    )


def _az(tenant_id: str, client_id: str, names: Sequence[str]) -> tuple[str, ...]:
    """Azure CLI: names the permissions in the registration, then consents to all that it names."""
    roles = " ".join(f"{APP_ROLES[name]}=Role" for name in names)
    return (
        f"az login --tenant {tenant_id} --allow-no-subscriptions",
        f"az ad app permission add --id {client_id} --api {GRAPH_APP_ID} --api-permissions {roles}",
        f"az ad app permission admin-consent --id {client_id}",
    )


def _powershell(tenant_id: str, caller_id: str, names: Sequence[str]) -> tuple[str, ...]:
    """Microsoft Graph PowerShell: gives each permission to the service principal that signed in."""
    roles = ", ".join(f"'{APP_ROLES[name]}'" for name in names)
    return (
        f"Connect-MgGraph -TenantId {tenant_id}"
        " -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All'",
        f"$graph = Get-MgServicePrincipal -Filter \"appId eq '{GRAPH_APP_ID}'\"",
        f"$me = '{caller_id}'; foreach ($role in {roles}) {{ New-MgServicePrincipalAppRoleAssignment"
        " -ServicePrincipalId $me -PrincipalId $me -ResourceId $graph.Id -AppRoleId $role }",
    )


def _portal(client_id: str | None, names: Sequence[str], kind: str) -> str:
    """The way by hand; empty where the commands say it all."""
    if not names:
        return ""
    app = f"application {client_id}" if client_id else "the application that signed in"
    return (
        f"Entra admin centre > App registrations > {app} > API permissions > Add a permission"
        f" > Microsoft Graph > {kind} permissions: {', '.join(names)}; then Grant admin consent"
    )
