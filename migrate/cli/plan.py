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
    from migrate.plan.document import Plan
    from migrate.resolve.tenant_view import TenantView
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import SnapshotInfo

WAVES = ("all",)


def plan(
    wave: Annotated[str, typer.Argument(help="The wave; `all` is built in.")],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    batch_size: Annotated[int, typer.Option("--batch-size", min=1, help="Writes per batch.")] = 25,
) -> None:
    """Turn the newest snapshots and decisions into an ordered list of reversible writes.

    Writes a plan file and changes no tenant. Exit 3 when some rights are blocked or left out.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, wave, batch_size))


def _run(screen: Screen, path: Path, wave: str, batch_size: int) -> int:
    from migrate.cli.context import Context
    from migrate.errors import UsageError
    from migrate.views.plan import show_plan

    if wave not in WAVES:
        raise UsageError(
            f"there is no wave {wave!r}", where="WAVE", hint=f"known: {', '.join(WAVES)}", code="unknown_wave"
        )
    context = Context.of(path, screen)
    with context.writing("plan") as db:
        made, where = _make(context, db, wave, batch_size)
    show_plan(screen, made)
    counts = made.counts()
    screen.line("plan", id=made.id, path=str(where), hash=made.hash, counts=counts)
    code = 3 if counts["blocked"] or counts["skip"] else 0
    screen.say(f"\nplan {made.id}: {where}\nnext: pim-migrate apply {made.id}")
    screen.line("summary", verb="plan", plan=made.id, **counts, residue=list(made.residue()), exit=code)
    return code


def _make(context: Context, db: Database, wave: str, batch_size: int) -> tuple[Plan, Path]:
    from dataclasses import asdict

    from migrate.cli.planning import draft_all
    from migrate.plan.build import assemble
    from migrate.plan.document import to_text
    from migrate.plan.guard import check_limits
    from migrate.store.plans import Plans

    drafted = draft_all(context, db)
    resolved, now = drafted.resolved, drafted.now
    inputs = resolved.inputs
    plans = Plans(db)
    number = plans.next_number(wave)
    made = assemble(
        drafted.drafts,
        plan_id=f"{wave}-{number}",
        wave=wave,
        number=number,
        engagement=context.engagement.name,
        made_at=now,
        source=_origin(inputs.source_info),
        target=_origin(inputs.target_info),
        resolution={"id": resolved.info.id, "hash": resolved.info.hash},
        batch_size=batch_size,
        warnings=(*drafted.gate.warnings(), *_warnings(inputs.source, inputs.target)),
    )
    check_limits(drafted.guard, len(made.writes()), inputs.target)
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
        document=asdict(made),
    )
    return made, file


def _origin(info: SnapshotInfo) -> dict[str, str]:
    return {"tenant_id": info.tenant_id, "snapshot": info.id, "hash": info.hash or ""}


def _warnings(source: TenantView, target: TenantView) -> tuple[str, ...]:
    from migrate.kinds.role_management_policy import GROUP_POLICIES, ROLE_POLICIES

    found = [f"source: {name} was not read completely; rights in it may be missing" for name in source.unread]
    for name in target.unread:
        told = "what needs it is blocked"
        if name.partition(":")[0] in (ROLE_POLICIES, GROUP_POLICIES):
            told = "only Graph's answer will tell whether the target allows what the plan writes there"
        found.append(f"target: {name} was not read completely; {told}")
    if target.probed:
        found.append(
            "target: which groups PIM manages was found by probing, without Graph's beta listing; a group"
            " that has a policy counts as managed, and may come under PIM by this plan if it was not"
        )
    return (*sorted(found), "policies and standing assignments are read and shown, but not moved")
