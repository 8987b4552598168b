"""``pim-migrate explain ID``: what is known about one object, and why it is mapped as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.resolving import Fresh
    from migrate.cli.snapshot_inputs import Inputs
    from migrate.errors import MigrateError
    from migrate.resolve.explanation import Fate
    from migrate.resolve.find_object import Found, Views
    from migrate.resolve.reference_graph import Node
    from migrate.store.database import Database
    from migrate.views.explanation import Seen


def explain(
    id: Annotated[
        str, typer.Argument(help="An object or right of either tenant: id, sign-in name, appId or name.")
    ],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    side: Annotated[str, typer.Option("--side", help="Look in one tenant only: `source` or `target`.")] = "",
) -> None:
    """Tell who is whose counterpart, why, what stands in the way, and what hangs on it.

    Reads the database alone, beside a run as well, and changes nothing. Exit 2 when the text means several
    objects or none; 16 when it means none, and not everything was read.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, id, side))


def _run(screen: Screen, path: Path, text: str, side: str) -> int:
    from migrate.cli import clock
    from migrate.cli.context import Context
    from migrate.cli.resolving import resolve_only
    from migrate.errors import UsageError
    from migrate.resolve.explanation import explain as explained
    from migrate.resolve.find_object import Side, find
    from migrate.views.explanation import show_explanation

    if side not in ("", *Side):
        raise UsageError(f"there is no side {side!r}", where="--side", hint="`source` or `target`")
    context = Context.of(path, screen)
    with context.reading() as db:
        fresh = resolve_only(context, db)
        views = {Side.SOURCE: fresh.inputs.source, Side.TARGET: fresh.inputs.target}
        asked = {one: view for one, view in views.items() if side in ("", one)}
        found = find(text, asked, fresh.resolution)
        seen = _seen(fresh.inputs)
        if len(found) != 1:
            raise _no_single(text, found, asked, [one for one in seen if one.side in asked])
        fates, no_fate = _fates(context, db, fresh)
        told = explained(found[0], fresh.resolution, fresh.decisions, views, fates, no_fate)
    saved = fresh.saved.id if fresh.saved else None
    show_explanation(screen, told, seen, saved, clock.now())
    one = found[0]
    screen.line("summary", verb="explain", side=one.side.value, kind=one.kind, id=one.id, exit=0)
    return 0


def _no_single(text: str, found: list[Found], views: Views, seen: list[Seen]) -> MigrateError:
    """The error for a text that names nothing, or several things."""
    from migrate.errors import PartialCoverage, UsageError
    from migrate.resolve.find_object import suggestions
    from migrate.views.plain_text import visible

    def listed(candidates: list[Found]) -> str:
        shown = [f"{one.side.value} {one.kind} {one.id} {visible(one.name)}" for one in candidates[:12]]
        if len(candidates) > 12:
            shown.append(f"and {len(candidates) - 12} more")
        return "\n".join(shown)

    asked = visible(text)
    if found:
        return UsageError(
            f"{asked} means {len(found)} objects:\n{listed(found)}",
            where="ID",
            hint="name one by its id, with --side where both tenants have it",
            code="ambiguous_object",
        )
    close = suggestions(text, views)
    places = "; ".join(
        f"{one.side} {one.snapshot} of {one.sealed_at[:16]}Z ("
        + (f"not whole: {', '.join(one.unread)}" if one.unread else "whole")
        + ")"
        for one in seen
    )
    message = f"nothing is called {asked} in: {places}"
    if close:
        message += f"\nnames that hold it:\n{listed(close)}"
    if any(one.unread for one in seen):
        return PartialCoverage(
            message, where="ID", hint="it may exist where nothing was read: run `pim-migrate snapshot` again"
        )
    return UsageError(
        message,
        where="ID",
        hint="an id, a sign-in name, an appId or a whole display name; `pim-migrate snapshot` reads again",
        code="unknown_object",
    )


def _seen(inputs: Inputs) -> list[Seen]:
    from migrate.views.explanation import Seen

    return [
        Seen(side, info.id, info.tenant_id, info.sealed_at or "", tuple(sorted(view.unread)))
        for side, info, view in (
            ("source", inputs.source_info, inputs.source),
            ("target", inputs.target_info, inputs.target),
        )
    ]


def _fates(context: Context, db: Database, fresh: Fresh) -> tuple[dict[Node, Fate], Fate]:
    """What a plan of everything made now would do with each right. Where the guard cannot be known, nor can
    that."""
    from migrate.cli.planning import judged, prepare
    from migrate.errors import FileError, PartialCoverage
    from migrate.resolve.explanation import Fate
    from migrate.resolve.reference_graph import MOVED

    try:
        made = prepare(context, db, fresh)
    except (FileError, PartialCoverage) as error:
        return {}, Fate("unknown", f"no plan can be made: {error.message}")
    drafts, _, along = judged(context, made, fresh.inputs)
    planned, _ = along.brought_by(drafts)
    moved = {kind.name for kind in MOVED}
    fates = {
        (one.kind, str(one.source["id"]).lower()): Fate(one.action.value, one.reason, one.codes)
        for one in planned
        if one.kind in moved
    }
    what = (
        "what somebody gave directly"
        if fresh.inputs.source.moves_active
        else "eligibility that somebody gave directly"
    )
    return fates, Fate("not moved", f"only {what} is moved")
