"""The engagement's waves as the planner takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrate.errors import UsageError

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.planning import Drafted
    from migrate.config.waves import Waves, WaveText
    from migrate.plan.along.moving import Moving
    from migrate.plan.right_facts import RightFacts
    from migrate.plan.terms import Freeze, Terms
    from migrate.plan.waves import Placed, Placement, Wave


def waves_of(context: Context) -> Waves:
    """``mappings/waves.toml``. Raises FileError for anything that is wrong with it."""
    from migrate.config.waves import WAVES_FILE, read_waves

    return read_waves(context.engagement.mappings_folder / WAVES_FILE)


def check_wave(waves: Waves, name: str) -> None:
    """Raises UsageError ``unknown_wave`` where there is no such wave."""
    from migrate.config.waves import ALL

    known = [ALL, *(wave.name for wave in waves.waves)]
    if name not in known:
        raise UsageError(
            f"there is no wave {name!r}",
            where="WAVE",
            hint=f"known: {', '.join(known)}; waves stand in mappings/waves.toml",
            code="unknown_wave",
        )


def facts_of(context: Context, drafted: Drafted) -> list[RightFacts]:
    """What waves can go by, of each draft."""
    from migrate.cli.tiering import tier_table
    from migrate.plan.right_facts import FactsOf

    knows = FactsOf(drafted.resolved.inputs.source, drafted.gate.source, tier_table(context))
    return [knows.of(draft) for draft in drafted.drafts]


def placed(context: Context, drafted: Drafted, waves: Waves) -> Placement:
    """Which right falls into which wave."""
    from migrate.plan.waves import place

    return place(drafted.drafts, facts_of(context, drafted), [_wave(one) for one in waves.waves])


def terms_of(
    context: Context, waves: Waves, name: str, rights: list[Placed], moving: Moving | None = None
) -> Terms:
    """How the wave may be carried out: as its own table says, and as its most powerful write demands."""
    from migrate.cli.moving import PERMANENT
    from migrate.plan.document import WRITES, Action
    from migrate.plan.terms import Stop, Terms

    wave = waves.of(name)
    asked = [(approvals_of_engagement(context), "[guard] min_approvals"), (wave.approvals, f"wave {name}")]
    # Where something may end beside what is kept, that counts as well.
    counted = WRITES | {Action.KEEP} if moving is not None and moving.ends_overlap else WRITES
    tiers = {one.facts.tier for one in rights if one.draft.action in counted}
    asked += [(waves.tier_approvals.get(tier, 0), f"tier {tier}") for tier in sorted(tiers)]
    approvals, because = max(asked, key=lambda one: one[0])
    return Terms(
        Stop(wave.stop.failures, wave.stop.share, wave.stop.classes),
        freezes_of(waves, name),
        approvals,
        because if approvals else "",
        PERMANENT if moving is not None and moving.converts else "",
        moving is not None and moving.ends_overlap,
    )


def approvals_of_engagement(context: Context) -> int:
    """How many people must approve any plan: what the guard says; without a word of it one person, as soon as
    the engagement names anybody who could."""
    settings = context.engagement
    wanted = settings.guard.min_approvals
    return wanted if wanted is not None else min(1, len(settings.approvers))


def freezes_of(waves: Waves, name: str) -> tuple[Freeze, ...]:
    """The windows in which this wave is not applied."""
    from migrate.plan.terms import Freeze

    return tuple(
        Freeze(one.name, one.days, one.start, one.end, one.time_zone)
        for one in waves.freezes
        if not one.waves or name in one.waves
    )


def _wave(text: WaveText) -> Wave:
    from migrate.plan.waves import Wave

    return Wave(
        text.name,
        frozenset(text.tiers),
        frozenset(text.roles),
        frozenset(text.not_roles),
        frozenset(text.scopes),
        frozenset(text.departments),
        frozenset(text.groups),
        None if text.listed is None else frozenset(text.listed),
        text.percent,
        text.count,
    )
