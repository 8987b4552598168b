"""``pim-migrate plan WAVE``: what a wave will do, written down and sealed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.plan.along.moving import Moving
    from migrate.plan.document import Plan
    from migrate.plan.estimate import Estimate
    from migrate.store.database import Database

DEFAULT_BATCH_SIZE = 25


def plan(
    wave: Annotated[str, typer.Argument(help="A wave of mappings/waves.toml; `all` is built in.")] = "",
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    batch_size: Annotated[
        int | None,
        typer.Option("--batch-size", min=1, help="Writes per batch; the wave's, or 25, by default."),
    ] = None,
    waves: Annotated[bool, typer.Option("--waves", help="Show which right falls into which wave.")] = False,
    propose_waves: Annotated[
        str,
        typer.Option("--propose-waves", help="Write a proposal for waves.toml to this file; - is stdout."),
    ] = "",
    convert: Annotated[
        str,
        typer.Option("--convert", help="`permanent`: standing role assignments become eligible."),
    ] = "",
    end_overlap: Annotated[
        bool,
        typer.Option(
            "--end-overlap", help="With --convert: also end those of the target beside their eligibility."
        ),
    ] = False,
) -> None:
    """Turn the newest snapshots and decisions into an ordered list of reversible writes.

    Writes a plan file and changes no tenant. Exit 3 when some rights are blocked or left out. With --waves,
    exit 4 when some right falls into no wave or is selected by two.
    """
    screen = Screen(as_json=json)
    if waves or propose_waves:
        to = "" if waves else propose_waves
        leave_with(screen, lambda: _show_waves(screen, engagement, wave, to, convert, end_overlap))
    leave_with(screen, lambda: _run(screen, engagement, wave, batch_size, convert, end_overlap))


def _show_waves(
    screen: Screen, path: Path, wave: str, propose_to: str, convert: str, end_overlap: bool
) -> int:
    from migrate.cli.plan_waves import propose, show
    from migrate.errors import UsageError

    if end_overlap:
        raise UsageError(
            "--end-overlap is for one plan: it changes nothing of which right falls into which wave",
            where="pim-migrate plan",
            hint="leave it out here, and give it with pim-migrate plan WAVE --convert permanent",
        )
    return propose(screen, path, propose_to, convert) if propose_to else show(screen, path, wave, convert)


def _run(
    screen: Screen, path: Path, wave: str, batch_size: int | None, convert: str, end_overlap: bool
) -> int:
    from migrate.cli.context import Context
    from migrate.cli.moving import check_convert, moving_of
    from migrate.cli.waving import check_wave, waves_of
    from migrate.errors import UsageError
    from migrate.plan.terms import Terms
    from migrate.views.estimate import show_estimate, show_terms
    from migrate.views.plan import show_plan

    if not wave:
        raise UsageError(
            "say which wave to plan",
            where="pim-migrate plan",
            hint="pim-migrate plan all; pim-migrate plan --waves shows what falls into which",
        )
    check_convert(convert, end_overlap=end_overlap)
    context = Context.of(path, screen)
    check_wave(waves_of(context), wave)
    moving = moving_of(context, convert=convert, end_overlap=end_overlap)
    with context.writing("plan") as db:
        made, where, cost = _make(context, db, wave, batch_size, moving)
    show_plan(screen, made)
    terms = Terms.of(made.terms)
    show_terms(screen, terms)
    show_estimate(screen, cost)
    counts = made.counts()
    conversion = {"convert": terms.convert, "ends_overlap": terms.ends_overlap} if terms.convert else {}
    screen.line(
        "plan",
        id=made.id,
        path=str(where),
        hash=made.hash,
        counts=counts,
        approvals=terms.approvals,
        **conversion,
    )
    code = 3 if counts["blocked"] or counts["skip"] else 0
    ask = "plans approve" if terms.approvals else "apply"
    screen.say(f"\nplan {made.id}: {where}\nnext: pim-migrate {ask} {made.id}")
    screen.line(
        "summary",
        verb="plan",
        plan=made.id,
        **counts,
        residue=list(made.residue()),
        units=cost.units,
        minutes=cost.minutes,
        open_decisions=cost.open_decisions,
        approvals=terms.approvals,
        **conversion,
        exit=code,
    )
    return code


def _make(
    context: Context, db: Database, wave: str, batch_size: int | None, moving: Moving
) -> tuple[Plan, Path, Estimate]:
    from migrate.cli.ending_overlap import endings_of
    from migrate.cli.estimating import estimate_of
    from migrate.cli.lineage import lineage_of, origin_of
    from migrate.cli.moving import move_of
    from migrate.cli.plan_warnings import warnings_of
    from migrate.cli.planning import draft_all
    from migrate.cli.waving import placed, terms_of, waves_of
    from migrate.plan.assemble import assemble
    from migrate.plan.document import content_of, to_text
    from migrate.plan.guard import check_limits
    from migrate.plan.overlap import global_administrators_leaving
    from migrate.store.plans import Plans

    drafted = draft_all(context, db, moving)
    resolved, now = drafted.resolved, drafted.now
    inputs = resolved.inputs
    waves = waves_of(context)
    placement = placed(context, drafted, waves)
    rights = placement.of(wave)
    drafts, told = drafted.companions.brought_by([one.draft for one in rights])
    endings = endings_of(context, drafted, moving, [one.draft for one in rights])
    drafts += endings
    plans = Plans(db)
    number = plans.next_number(wave)
    made = assemble(
        drafts,
        plan_id=f"{wave}-{number}",
        wave=wave,
        number=number,
        engagement=context.engagement.name,
        made_at=now,
        source=origin_of(inputs.source_info),
        target=origin_of(inputs.target_info),
        resolution=lineage_of(context, resolved, waves),
        batch_size=batch_size or waves.of(wave).batch_size or DEFAULT_BATCH_SIZE,
        warnings=(*warnings_of(drafted, placement, wave, move_of(context)), *told),
        terms=terms_of(context, waves, wave, rights, moving).content(),
    )
    leaving = global_administrators_leaving(endings)
    check_limits(drafted.guard, len(made.writes()), drafted.target, leaving)
    folder = context.engagement.plans_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"plan-{wave}-{number}.json"
    draft_file = file.with_suffix(".json.new")
    draft_file.write_text(to_text(made), encoding="utf-8", newline="\n")
    draft_file.replace(file)
    plans.register(
        plan_id=made.id,
        wave=wave,
        number=number,
        path=file,
        hash=made.hash,
        made_at=now,
        resolution_id=resolved.info.id,
        document=content_of(made),
    )
    return made, file, estimate_of(context, drafted, drafts)
