"""Asks before a tenant is changed: the person types the target's domain, a script repeats its tenant id."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from migrate.errors import Declined, UsageError, WrongTenant

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.store.database import Database


def confirm(context: Context, db: Database, *, yes: bool, target_tenant: str, what: str) -> None:
    """Returns when the person or the script has confirmed.

    Raises:
        UsageError: nobody can be asked and nothing was confirmed.
        WrongTenant: another tenant was confirmed than the engagement's target.
        Declined: the person typed something else.
    """
    expected = context.engagement.target.tenant_id
    if target_tenant and target_tenant.lower() != expected.lower():
        raise WrongTenant(
            f"--target-tenant names {target_tenant}, the engagement's target is {expected}",
            where="--target-tenant",
            hint="check that this is the engagement that you mean",
            code="target_tenant_differs",
        )
    if yes and target_tenant:
        return
    if yes or context.screen.as_json or not sys.stdin.isatty():
        raise UsageError(
            f"{what} must be confirmed, and there is nobody to ask",
            where="--yes and --target-tenant",
            hint=f"add --yes --target-tenant {expected}",
            code="confirmation_missing",
        )
    domain = _target_domain(db) or expected
    context.screen.note(f"\nThis changes the tenant {domain} ({expected}).")
    sys.stderr.write(f"Type {domain} to go on: ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        sys.stderr.write("\n")
    if answer.strip().lower() != domain.lower():
        raise Declined(
            "not confirmed: nothing was changed",
            where="the question",
            hint=f"run the same command again and type {domain}",
        )


def _target_domain(db: Database) -> str | None:
    """The default domain of the target as it was last seen."""
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    info = snapshots.latest("target")
    if info is None:
        return None
    for row in snapshots.rows(info.id, "organization"):
        domains = row.get("verifiedDomains") or ()
        for domain in sorted(domains, key=lambda one: one.get("isDefault") is not True):
            return str(domain["name"])
    return None
