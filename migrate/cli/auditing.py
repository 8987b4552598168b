"""Snapshots, baselines and what people declared, as the audit takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from migrate.audit.baseline import Asked
    from migrate.audit.declared import Declared
    from migrate.audit.posture import Posture
    from migrate.audit.run import Audit
    from migrate.audit.waiver import Waiver
    from migrate.cli.context import Context
    from migrate.config.owners import Owner
    from migrate.resolve.privilege import Privilege
    from migrate.resolve.tenant_view import TenantView


def asked_of(context: Context, names: Sequence[str]) -> list[Asked]:
    """What the named baselines ask, or those that are asked by default.

    Raises:
        UsageError: there is no baseline of that name.
        FileError: a file of ``mappings/baselines/`` is wrong.
    """
    from migrate.audit.baseline import Asked, Control
    from migrate.audit.checks import BY_ID
    from migrate.audit.finding import Severity
    from migrate.config.baselines import BASELINES_FOLDER, read_baselines

    folder = context.engagement.mappings_folder / BASELINES_FOLDER
    baselines = read_baselines(folder, {one.id: one.parameters for one in BY_ID.values()})
    there = {one.name for one in baselines}
    for name in names:
        if name not in there:
            raise UsageError(
                f"there is no baseline {name!r}",
                where="--baseline",
                hint=f"known: {', '.join(sorted(there))}",
                code="unknown_baseline",
            )
    asked = []
    for baseline in baselines:
        if baseline.name not in names and (names or not baseline.by_default):
            continue
        for text in baseline.controls:
            control = Control(baseline.name, text.id, baseline.version, text.title, Severity(text.severity))
            asked += [Asked(control, check, values) for check, values in text.checks.items()]
            if text.manual:
                asked.append(Asked(control, manual=text.manual))
            elif not text.checks:
                # A control that asks nothing must not count as passed.
                asked.append(Asked(control, manual="no check answers to it"))
    return asked


def waivers_of(context: Context) -> list[Waiver]:
    from migrate.audit.checks import BY_ID
    from migrate.audit.waiver import Waiver
    from migrate.config.waivers import WAIVERS_FILE, read_waivers

    lines = read_waivers(context.engagement.mappings_folder / WAIVERS_FILE, tuple(BY_ID))
    return [Waiver(one.check, one.object_id, one.owner, one.reason, one.until) for one in lines]


def owners_of(context: Context) -> list[Owner]:
    from migrate.config.owners import OWNERS_FILE, read_owners

    return read_owners(context.engagement.mappings_folder / OWNERS_FILE)


def declared_of(context: Context, view: TenantView, side: str) -> Declared:
    """Emergency accounts, owners and tier rules, with people known by their sign-in name as well."""
    from migrate.audit.declared import Declared, EmergencyAccount, TierRules
    from migrate.config.break_glass import BREAK_GLASS_FILE, read_break_glass
    from migrate.config.tiers import TIERS_FILE, read_tiers

    folder = context.engagement.mappings_folder
    accounts = read_break_glass(folder / BREAK_GLASS_FILE).of(side)
    answering = [one for one in owners_of(context) if one.owner]
    named = ids_by_name(view) if any(one.kind == "user" for one in answering) else {}
    owners: dict[tuple[str, str], str] = {}
    if answering:
        for one in answering:
            owners[one.kind.lower(), one.id] = one.owner
            if one.kind == "user" and one.id in named:
                owners["user", named[one.id]] = one.owner
    tiers = read_tiers(folder / TIERS_FILE).tiers
    rules = {
        number: TierRules(
            tier.policy.longest,
            mfa=tier.policy.mfa,
            approval=tier.policy.approval,
            justification=tier.policy.justification,
            ticket=tier.policy.ticket,
            authentication_context=tier.policy.authentication_context,
        )
        for number, tier in tiers.items()
    }
    return Declared(tuple(EmergencyAccount(one.name, one.tested) for one in accounts), owners, rules)


def ids_by_name(view: TenantView) -> dict[str, str]:
    """The ids of people by their sign-in names, in lower case."""
    return {str(row.get("userPrincipalName") or "").lower(): one for one, row in view.of_kind("user").items()}


def posture_of(
    context: Context,
    view: TenantView,
    side: str,
    now: datetime,
    other: TenantView | None = None,
    known: Privilege | None = None,
) -> Posture:
    """``known`` is who reaches what in the tenant at ``now``, where somebody has read that already."""
    from migrate.audit.posture import Posture
    from migrate.cli.tiering import tier_table

    return Posture(view, side, tier_table(context), now, declared_of(context, view, side), other, known)


def audit_of(posture: Posture, asked: Sequence[Asked], waivers: Sequence[Waiver]) -> Audit:
    from migrate.audit.checks import BY_ID
    from migrate.audit.run import audit

    return audit(posture, BY_ID, asked, waivers)
