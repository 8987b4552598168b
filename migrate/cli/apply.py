"""``pim-migrate apply PLAN``: carries a plan out, or carries on with one."""

from __future__ import annotations

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
    plan: Annotated[str, typer.Argument(help="A plan's id or the path of its file.")],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    yes: YesOption = False,
    target_tenant: TargetTenantOption = "",
    go_on: Annotated[
        bool, typer.Option("--go-on", help="Go on with a plan that a stop condition of its wave has ended.")
    ] = False,
) -> None:
    """Create the eligibility that a plan lists, each write journalled, sent, read back.

    May be killed at any moment and run again: nothing is done twice. Exit 3 when some rights were refused,
    blocked or left out or a stop condition ended the run, 13 when the plan is stale, 14 when an approval is
    missing or a freeze window holds, 15 when writes are in doubt.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, plan, yes, target_tenant, go_on))


def _run(screen: Screen, path: Path, given: str, yes: bool, target_tenant: str, go_on: bool) -> int:
    from dataclasses import asdict

    from migrate.cli import clock
    from migrate.cli.confirm import confirm
    from migrate.cli.context import Context
    from migrate.cli.permission import before_apply, stopped_by
    from migrate.cli.running import SOME_NOT_DONE, run_writes
    from migrate.cli.waves import (
        check_engagement,
        check_guards,
        journalled,
        load_plan,
        made_by_name,
        made_by_other_plans,
    )
    from migrate.plan.document import Action
    from migrate.replay.apply import apply as apply_items
    from migrate.replay.fold import fold
    from migrate.replay.writes import WriteLine
    from migrate.store.journal import Journal
    from migrate.views.progress import ProgressLine
    from migrate.views.to_do import show_apply
    from migrate.views.writes import WriteLines

    context = Context.of(path, screen)
    with context.writing("apply") as db:
        plan = load_plan(db, given)
        check_engagement(context, plan.target["tenant_id"])
        made_before = made_by_other_plans(db, plan)
        items = tuple(item for item in plan.writes() if item.id not in made_before)
        terms, first = before_apply(context, db, plan, given, go_on=go_on)
        states = fold(Journal(db, clock.now).entries(plan_id=plan.id))
        left = [item for item in items if item.id not in states or not states[item.id].standing]
        check_guards(context, db, left)
        batches = len({item.batch for item in items})
        screen.say(f"plan {plan.id}: {len(left)} of {len(items)} writes to do, in {batches} batches")
        show_apply(screen, plan.id, left, plan.residue())
        confirm(context, db, yes=yes, target_tenant=target_tenant, what="apply")
        lines = WriteLines(
            screen,
            {item.id: item for item in plan.writes()},
            ProgressLine(quiet=screen.as_json, clock=clock.monotonic),
        )
        for item in plan.writes():
            if other := made_before.get(item.id):
                lines.show(WriteLine.of(item, "done", f"made by write {other}"))
        code, recorder = run_writes(
            context,
            db,
            verb="apply",
            wave=plan.wave,
            plan_id=plan.id,
            items=items,
            states=states,
            made_elsewhere=made_by_name(journalled(db, None)),
            work=lambda run: apply_items(run, items),
            lines=lines,
            terms=terms,
            first=first,
        )
        stopped = stopped_by(db, plan.id)
    left_out = [item for item in plan.items if item.action in (Action.BLOCKED, Action.SKIP)]
    for item in left_out:
        screen.line("write", **asdict(WriteLine.of(item, item.action.value, item.reason)))
    undone = [item for item in items if not recorder.state(item).standing]
    if code == 0 and (undone or left_out):
        code = SOME_NOT_DONE
    counts = lines.counts()
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "nothing to do"
    screen.say(f"\napplied {plan.id}: {told}; {len(left_out)} blocked or left out by the plan")
    in_doubt = any(recorder.state(item).open for item in items)
    step = "doubt settle" if in_doubt else f"verify {plan.wave}"
    if stopped:
        step = f"{step}; then, once the cause is known: pim-migrate apply {plan.id} --go-on"
    screen.say(f"next: pim-migrate {step}")
    screen.line(
        "summary",
        verb="apply",
        plan=plan.id,
        states=counts,
        left_out=len(left_out),
        stopped=stopped or None,
        exit=code,
    )
    return code
