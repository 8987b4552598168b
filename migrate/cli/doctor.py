"""``pim-migrate doctor``: would the other verbs work?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.graphapi.session import Session
    from migrate.kinds.request import Request
    from migrate.views.checks import Check

NO_GROUP = "00000000-0000-0000-0000-000000000000"
"""What Graph lists per group can be tried without knowing one: consent is checked first."""
MOST_SKEW = 300.0
"""Seconds by which the clocks may differ: Entra refuses tokens beyond five minutes."""


def doctor(engagement: EngagementOption = DEFAULT_ENGAGEMENT, json: JsonOption = False) -> None:
    """Sign in to both tenants and check consent, licence, PIM and the clock. Changes nothing.

    Exit 12 when something is missing, 3 when something could not be found out.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement))


def _run(screen: Screen, path: Path) -> int:
    import asyncio

    from migrate.cli.context import Context
    from migrate.views.checks import show_checks

    context = Context.of(path, screen)
    checks = asyncio.run(_both(context))
    show_checks(screen, checks)
    missing = [check for check in checks if check.state == "missing"]
    unknown = [check for check in checks if check.state == "unknown"]
    code = 12 if missing else 3 if unknown else 0
    screen.say(
        "\nnext: pim-migrate snapshot" if code == 0 else f"\n{len(missing)} missing, {len(unknown)} unknown"
    )
    screen.line("summary", verb="doctor", missing=len(missing), unknown=len(unknown), exit=code)
    return code


async def _both(context: Context) -> list[Check]:
    from migrate.cli.doors import open_session
    from migrate.crawl.tenant import check_tenant

    found: list[Check] = []
    for side in ("source", "target"):
        settings = context.engagement.source if side == "source" else context.engagement.target
        async with open_session(context, side) as session:
            await check_tenant(session, settings.tenant_id, f"[{side}]")
            found += [check async for check in _checks(session, side, settings.tenant_id)]
    return found


async def _checks(session: Session, side: str, tenant_id: str) -> AsyncIterator[Check]:
    from migrate.kinds import group_eligibility_schedule, role_eligibility_schedule
    from migrate.kinds.catalogue import LISTED_AT_ONCE, LISTED_PER_PIM_GROUP, PIM_GROUPS
    from migrate.views.checks import Check

    who = "application" if session.app_only else "user"
    yield Check(side, "sign-in", "ok", f"tenant {tenant_id}, as {who} {session.caller_id or '(unnamed)'}")
    yield await _clock_check(session, side)
    for kind in LISTED_AT_ONCE:
        yield await _read_check(session, side, f"snapshot: {kind.collection}", kind.listing(None))
    beta = await _read_check(session, side, "snapshot: PIM groups (beta listing)", PIM_GROUPS.listing(None))
    # Without the beta listing the groups are probed one by one: slower, but nothing is lost.
    yield (
        beta
        if beta.state == "ok"
        else replace(beta, state="note", detail=f"{beta.detail}; groups are probed")
    )
    for kind in LISTED_PER_PIM_GROUP:
        yield await _read_check(session, side, f"snapshot: {kind.collection}", kind.listing(NO_GROUP))
    yield await _seats_check(session, side)
    if side == "target":
        for name, permissions in (
            ("apply, rollback: roles", role_eligibility_schedule.WRITE_PERMISSIONS),
            ("apply, rollback: groups", group_eligibility_schedule.WRITE_PERMISSIONS),
        ):
            yield _claim_check(session, side, name, permissions)


async def _read_check(session: Session, side: str, name: str, request: Request) -> Check:
    """Reads the first page: what Graph answers counts for more than what a token claims."""
    from migrate.errors import AccessError, GraphRefused, Unreachable
    from migrate.views.checks import Check

    try:
        await session.read(request, listing=True)
    except AccessError as error:
        return Check(side, name, "missing", error.message, request.permissions, error.code)
    except GraphRefused as error:
        if error.code in ("not_found", "missing_provider") and NO_GROUP in str(request.query):
            return Check(side, name, "ok", "consented", request.permissions)
        return Check(side, name, "unknown", error.message, request.permissions, error.code)
    except Unreachable as error:
        if error.code in ("unreachable", "certificate_untrusted"):
            raise
        return Check(side, name, "unknown", error.message, request.permissions, error.code)
    return Check(side, name, "ok", "readable", request.permissions)


def _claim_check(session: Session, side: str, name: str, permissions: tuple[str, ...]) -> Check:
    """What can only be tried with a write is judged by the token's own words."""
    from migrate.views.checks import Check

    if not session.permissions_known or not session.permissions:
        return Check(side, name, "unknown", "the token does not tell its permissions", permissions)
    wider = {text.replace(".Read.", ".ReadWrite.") for text in permissions}
    if session.permissions & (set(permissions) | wider):
        return Check(side, name, "ok", "consented", permissions)
    return Check(side, name, "missing", "not among the token's permissions", permissions, "consent_missing")


async def _clock_check(session: Session, side: str) -> Check:
    from email.utils import parsedate_to_datetime

    from migrate.cli import clock
    from migrate.kinds import organization
    from migrate.views.checks import Check

    answer = await session.send(organization.KIND.listing(None))
    date = answer.headers.get("date")
    if not date:
        return Check(side, "clock", "unknown", "Graph's answer carries no date")
    skew = (clock.now() - parsedate_to_datetime(date)).total_seconds()
    if abs(skew) > MOST_SKEW:
        return Check(
            side, "clock", "missing", f"this machine is {skew:.0f} s off: set its clock", (), "clock_skew"
        )
    return Check(side, "clock", "ok", f"{abs(skew):.0f} s apart")


async def _seats_check(session: Session, side: str) -> Check:
    from migrate.errors import MigrateError
    from migrate.kinds import subscribed_sku
    from migrate.views.checks import Check

    request = subscribed_sku.listing(None)
    try:
        body = await session.read(request, listing=True)
    except MigrateError as error:
        return Check(side, "licence seats", "note", f"not readable: {error.message}", request.permissions)
    seats = subscribed_sku.seats(body["value"])
    if not seats:
        # PIM itself says whether it is licensed; the list of subscriptions may name a plan we do not know.
        return Check(
            side, "licence seats", "note", "no subscription with Entra ID P2 or Governance is listed"
        )
    return Check(side, "licence seats", "ok", f"{seats} seats with Entra ID P2 or Governance")
