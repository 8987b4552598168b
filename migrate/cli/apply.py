"""``pim-migrate apply PLAN``: carries a plan out, or carries on with one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import (
    DEFAULT_ENGAGEMENT,
    EngagementOption,
    JsonOption,
    TargetTenantOption,
    YesOption,
)
from migrate.views.screen import Screen


def apply(
    plan: Annotated[str, typer.Argument(help="A plan's id or the path of its file.")] = "",
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    yes: YesOption = False,
    target_tenant: TargetTenantOption = "",
    go_on: Annotated[
        bool, typer.Option("--go-on", help="Go on with a plan that a stop condition of its wave has ended.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the newest unfinished plan, without naming it.")
    ] = False,
    until: Annotated[
        int | None, typer.Option("--until", min=1, help="Do the batches up to this one, then end.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Do only these writes: ids with commas between.")
    ] = None,
    pause: Annotated[
        str, typer.Option("--pause", help="Seconds between two batches, or ask to be asked each time.")
    ] = "",
) -> None:
    """Do the writes that a plan lists: each is journalled, sent and read back.

    May be killed at any moment and run again: nothing is done twice. Exit 3 when some rights were refused,
    blocked or left out, a stop condition ended the run or writes are left for later, 13 when the plan is
    stale, 14 when an approval is missing or a freeze window holds, 15 when writes are in doubt.
    """
    from migrate.cli.selecting import named_ids

    screen = Screen(as_json=json)
    asked = Asked(plan, resume, until, tuple(named_ids(only or ())), pause)
    leave_with(screen, lambda: _run(screen, engagement, asked, yes, target_tenant, go_on))


@dataclass(frozen=True)
class Asked:
    """Which plan and how much of it, as the command line says."""

    plan: str
    resume: bool
    until: int | None
    only: tuple[str, ...]
    pause: str

    @property
    def is_part(self) -> bool:
        return self.until is not None or bool(self.only)


def _run(screen: Screen, path: Path, asked: Asked, yes: bool, target_tenant: str, go_on: bool) -> int:
    from dataclasses import asdict

    from migrate.cli import clock
    from migrate.cli.confirm import confirm
    from migrate.cli.context import Context
    from migrate.cli.pausing import pause_of
    from migrate.cli.permission import before_apply, stopped_by
    from migrate.cli.running import SOME_NOT_DONE, run_writes, tell_still_changed
    from migrate.cli.selecting import check_usage, selected, was_tried
    from migrate.cli.unfinished import to_resume
    from migrate.cli.waves import (
        changed_for_a_time,
        check_engagement,
        check_guards,
        journalled,
        load_plan,
        made_by_name,
        made_by_other_plans,
    )
    from migrate.plan.document import Action
    from migrate.replay.apply import apply as apply_items
    from migrate.replay.run import Run
    from migrate.replay.writes import WriteLine
    from migrate.views.progress import ProgressLine
    from migrate.views.to_do import show_apply
    from migrate.views.writes import WriteLines

    check_usage(asked.until, asked.only, asked.plan, resume=asked.resume)
    pause = pause_of(asked.pause, as_json=screen.as_json, yes=yes)
    context = Context.of(path, screen)
    with context.writing("apply") as db:
        given = asked.plan or to_resume(db).id
        plan = load_plan(db, given)
        check_engagement(context, plan.target["tenant_id"])
        known = journalled(db, None)
        made_before = made_by_other_plans(db, plan, known)
        items = tuple(item for item in plan.writes() if item.id not in made_before)
        terms, first = before_apply(context, db, plan, given, go_on=go_on)
        states = {item.id: known.states[item.id] for item in plan.items if item.id in known.states}
        done = made_before.keys() | {one for one, state in states.items() if state.standing}
        wanted = frozenset(item.id for item in selected(plan, asked.until, asked.only, done))
        to_do = wanted - done
        left = [item for item in items if item.id in to_do]
        check_guards(context, db, left)
        batches = len({item.batch for item in items})
        screen.say(f"plan {plan.id}: {len(left)} of {len(items)} writes to do, in {batches} batches")
        residue = dict.fromkeys(text for item in left for text in item.residue)
        show_apply(screen, plan.id, left, list(residue) if asked.is_part else plan.residue())
        confirm(context, db, yes=yes, target_tenant=target_tenant, what="apply")
        lines = WriteLines(
            screen,
            {item.id: item for item in (*changed_for_a_time(known), *plan.writes())},
            ProgressLine(quiet=screen.as_json, clock=clock.monotonic),
        )
        begun = {item.id: item for item in known.begun_writes()}
        theirs = [(item, begun[made_before[item.id]]) for item in plan.writes() if item.id in made_before]

        async def work(run: Run) -> None:
            run.wanted = wanted if asked.is_part else None
            run.between = pause.of(run, screen) if pause is not None else None
            await apply_items(run, items, known.begun_writes(), theirs)

        code, recorder = run_writes(
            context,
            db,
            verb="apply",
            wave=plan.wave,
            plan_id=plan.id,
            items=items,
            states=known.states,
            made_elsewhere=made_by_name(known),
            work=work,
            lines=lines,
            terms=terms,
            first=first,
        )
        stopped = stopped_by(db, plan.id)
    left_out = [item for item in plan.items if item.action in (Action.BLOCKED, Action.SKIP)]
    for item in left_out:
        screen.line("write", **asdict(WriteLine.of(item, item.action.value, item.reason)))
    # What was changed for a time is not meant to stand.
    undone = [item for item in items if not item.temporary and not recorder.state(item).standing]
    still_changed = tell_still_changed(screen, (*known.begun_writes(), *items), recorder)
    if code == 0 and (undone or left_out or still_changed):
        code = SOME_NOT_DONE
    counts = lines.counts()
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing to do"
    written = lines.written()
    screen.say(f"\nin the target now: {written}" if written else "")
    screen.say(f"applied {plan.id}: {told}; {len(left_out)} blocked or left out by the plan")
    in_doubt = any(recorder.state(item).open for item in items)
    later = [item for item in undone if item.id not in wanted or not was_tried(recorder.state(item))]
    step = f"verify {plan.wave}"
    if in_doubt:
        step = "doubt settle"
    elif later and not stopped:
        screen.say(f"{len(later)} writes are left for later, from batch {later[0].batch} on")
        step = f"apply {plan.id}"
    if stopped:
        step = f"{step}; then, once the cause is known: pim-migrate apply {plan.id} --go-on"
    screen.say(f"next: pim-migrate {step}")
    screen.line(
        "summary",
        verb="apply",
        plan=plan.id,
        states=counts,
        left_out=len(left_out),
        left=len(later),
        stopped=stopped or None,
        exit=code,
    )
    return code
