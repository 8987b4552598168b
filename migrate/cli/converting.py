"""The source tenant as this engagement moves it: with active assignments, or with standing ones converted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrate.cli.context import Context
    from migrate.cli.resolving import Inputs
    from migrate.config.tiers import TierPolicy
    from migrate.kinds.kind import Row
    from migrate.plan.convert import TierRuleSet
    from migrate.resolve.tenant_view import TenantView


def as_moved(context: Context, inputs: Inputs, *, converts: bool) -> tuple[Inputs, tuple[str, ...]]:
    """The inputs with what moves, and what of it is no part of the snapshots, in words: a resolution that was
    made with other words is another one.

    Raises FileError for anything that is wrong with the files of the engagement that say it.
    """
    from migrate.cli import clock
    from migrate.cli.moving import move_of
    from migrate.plan.converted_source import converted_source

    told: list[str] = []
    if move_of(context).active:
        inputs = replace(inputs, source=replace(inputs.source, moves_active=True))
        told.append("active assignments move")
    if converts:
        found = converted_source(
            inputs.source,
            _rule_set_of(context, inputs.source),
            accounts_to_keep(context, inputs),
            clock.now(),
        )
        inputs = replace(inputs, source=found.source, conversion=found)
        covered = (str(one.row.get("id") or "").lower() for one in found.covered)
        told += ["converted", *sorted(found.says), "eligible already", *sorted(covered)]
    return inputs, tuple(told)


def accounts_to_keep(context: Context, inputs: Inputs) -> frozenset[str]:
    """The emergency accounts of ``break-glass.toml`` and whom the engagement protects, by their ids in either
    tenant."""
    from migrate.config.break_glass import BREAK_GLASS_FILE, read_break_glass
    from migrate.plan.guard import protected_in

    accounts = read_break_glass(context.engagement.mappings_folder / BREAK_GLASS_FILE)
    found = protected_in(context.engagement.guard.protected_principals, (inputs.source, inputs.target))
    for side, view in (("source", inputs.source), ("target", inputs.target)):
        found |= protected_in((one.name for one in accounts.of(side)), (view,))
    return found


def _rule_set_of(context: Context, source: TenantView) -> Callable[[Row], TierRuleSet | None]:
    from migrate.cli.tiering import tier_table
    from migrate.config.tiers import TIERS_FILE, read_tiers
    from migrate.kinds.role_schedule import scope_of
    from migrate.plan.convert import TierRuleSet
    from migrate.resolve.tiers import Classifier

    tiers = read_tiers(context.engagement.mappings_folder / TIERS_FILE).tiers
    classifier = Classifier(source, tier_table(context))

    def rule_set_of(row: Row) -> TierRuleSet | None:
        number = classifier.of_role(str(row.get("roleDefinitionId") or ""), scope_of(row)).number
        tier = tiers.get(number)
        if tier is None:
            return None
        return TierRuleSet(number, tier.name, tier.policy.longest_eligibility, _asks(tier.policy))

    return rule_set_of


def _asks(policy: TierPolicy) -> tuple[str, ...]:
    """What an activation has to show, in words."""
    asked = (
        ("MFA", policy.mfa),
        ("approval", policy.approval),
        ("justification", policy.justification),
        ("a ticket", policy.ticket),
        ("an authentication context", policy.authentication_context),
    )
    return tuple(word for word, wanted in asked if wanted)
