"""``pim-migrate doctor``: would the other verbs work?"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.errors import MigrateError
    from migrate.graphapi.session import Session
    from migrate.views.checks import Check, LaneFigures
    from migrate.views.consent import Consent


def doctor(engagement: EngagementOption = DEFAULT_ENGAGEMENT, json: JsonOption = False) -> None:
    """Sign in to both tenants and check consent for each verb, licence, PIM, the clock and the lanes.

    Changes nothing, and says by which commands what is missing can be granted. What apply has to be allowed
    depends on what mappings/move.toml moves along; what decisions or plan --end-overlap may ask for on top
    is noted. Exit 12 when something is missing that a verb needs, 3 when something could not be found out.
    Where one tenant cannot be reached the other is examined all the same.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement))


@dataclass
class _Examined:
    """What was found in one tenant, as far as it could be examined."""

    checks: list[Check] = field(default_factory=list)
    lanes: list[LaneFigures] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    failure: MigrateError | None = None


def _run(screen: Screen, path: Path) -> int:
    import asyncio

    from migrate.cli.context import Context
    from migrate.cli.doctor_writes import accepted_as_nobody
    from migrate.cli.moving import move_of
    from migrate.views.checks import show_checks, show_lanes
    from migrate.views.consent import show_consent

    context = Context.of(path, screen)
    # What is wrong with a file is told before anybody signs in.
    move_of(context)
    accepted_as_nobody(context.engagement.mappings_folder)
    examined = [asyncio.run(_examine(context, side)) for side in ("source", "target")]
    checks = [check for one in examined for check in one.checks]
    show_checks(screen, checks)
    show_lanes(screen, [lane for one in examined for lane in one.lanes])
    for one in examined:
        for consent in one.consents:
            show_consent(screen, consent)
    failure = next((one.failure for one in examined if one.failure is not None), None)
    if failure is not None:
        raise failure
    missing = [check for check in checks if check.state == "missing"]
    unknown = [check for check in checks if check.state == "unknown"]
    code = 12 if missing else 3 if unknown else 0
    screen.say(
        "\nnext: pim-migrate snapshot" if code == 0 else f"\n{len(missing)} missing, {len(unknown)} unknown"
    )
    screen.line("summary", verb="doctor", missing=len(missing), unknown=len(unknown), exit=code)
    return code


async def _examine(context: Context, side: str) -> _Examined:
    """One tenant. What ends its examination is kept, and told when the other tenant was examined too."""
    from migrate.cli.consenting import consents_for
    from migrate.cli.doctor_reads import verbs_in
    from migrate.cli.doors import open_session, told_of
    from migrate.crawl.tenant import check_tenant
    from migrate.errors import AccessError, MigrateError, WrongTenant
    from migrate.views.checks import Check

    found = _Examined()
    settings = context.engagement.source if side == "source" else context.engagement.target
    try:
        with told_of(side):
            async with open_session(context, side) as session:
                await check_tenant(session, settings.tenant_id, f"[{side}]")
                who = "application" if session.app_only else "user"
                told = f"tenant {settings.tenant_id}, as {who} {session.caller_id or '(unnamed)'}"
                found.checks.append(Check(side, "sign-in", "ok", told, verbs=verbs_in(side)))
                await _ask(context, session, side, found)
                found.consents = consents_for(
                    side,
                    settings,
                    found.checks,
                    app_only=session.app_only,
                    caller_id=session.caller_id,
                )
    except MigrateError as error:
        found.failure = error
        name = "examination" if found.checks else "sign-in"
        state = "missing" if isinstance(error, AccessError | WrongTenant) else "unknown"
        found.checks.append(Check(side, name, state, error.message, (), error.code, verbs=verbs_in(side)))
    return found


async def _ask(context: Context, session: Session, side: str, found: _Examined) -> None:
    from migrate.cli import doctor_tenant
    from migrate.cli.doctor_reads import collection_checks
    from migrate.cli.doctor_writes import accepted_as_nobody, write_checks
    from migrate.cli.doors import beginnings
    from migrate.cli.moving import move_of
    from migrate.kinds import role_management_policy, subscribed_sku, user

    found.checks.append(await doctor_tenant.clock_check(session, side))
    users = None
    async for kind, tried in collection_checks(session, side):
        found.checks.append(tried.check)
        if kind is user.KIND:
            users = doctor_tenant.users_counted(tried.body)
        elif kind is subscribed_sku.KIND:
            found.checks.append(doctor_tenant.seats_check(side, tried))
        elif kind is role_management_policy.KIND:
            found.checks.append(doctor_tenant.onboarding_check(side, tried))
    if side == "target":
        found.checks += write_checks(
            session, side, move_of(context), accepted_as_nobody(context.engagement.mappings_folder)
        )
        answer = context.engagement.answers.task_level_control
        found.checks.append(doctor_tenant.task_control_check(side, answer))
    configured = context.engagement.throttle.lanes
    found.lanes = doctor_tenant.lane_figures(side, beginnings(context, side), configured, users)
