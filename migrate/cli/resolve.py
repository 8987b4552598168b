"""``pim-migrate resolve``: which target object is whose counterpart, and what stands in the way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.plan.tier_gate import TierGate


def resolve(
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
    graph: Annotated[
        Path | None,
        typer.Option("--graph", help="Also write the reference graph: FILE.graphml or FILE.html."),
    ] = None,
    effective: Annotated[
        bool,
        typer.Option(
            "--effective", help="Show who reaches which tier and who would gain one, not who is who."
        ),
    ] = False,
) -> None:
    """Map every object that a right of the source names, and find conflicts and drift.

    Exit 4 when something is open: a conflict, drift, or a proposal that nobody has accepted; 16 when the
    snapshots are not whole, so that something may be open that was not seen.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, graph, effective))


def _run(screen: Screen, path: Path, graph: Path | None, effective: bool) -> int:
    from migrate.cli.context import Context
    from migrate.cli.graph_file import check_graph_file, write_graph
    from migrate.cli.planning import draft
    from migrate.cli.resolving import resolve_and_save
    from migrate.resolve.findings import State
    from migrate.views.resolution import show_resolution

    if graph is not None:
        check_graph_file(graph)
    context = Context.of(path, screen)
    with context.writing("resolve") as db:
        resolved = resolve_and_save(context, db)
        gate: TierGate | None = draft(context, db, resolved).gate if effective else None
        resolution = resolved.resolution
        if gate is None or screen.as_json:
            show_resolution(screen, resolved.info.id, resolved.info.hash, resolution)
        if graph is not None:
            write_graph(context, resolved, graph)
    undecided = sum(one.state in (State.PROPOSED, State.BLOCKED) for one in resolution.mappings)
    code = 4 if resolution.conflicts or resolution.drift or undecided else 0
    if gate is not None:
        from migrate.views.effective import show_effective

        show_effective(screen, gate)
        code = 4 if any(one.blocks for one in gate.gains) else code
    inputs = resolved.inputs
    unread = sorted(
        f"{side}: {name}"
        for side, view in (("source", inputs.source), ("target", inputs.target))
        for name in view.unread
    )
    if unread:
        code = 16
        screen.note(
            f"not read completely, so that nothing follows from what is missing there: {', '.join(unread)}"
        )
    screen.line(
        "summary",
        verb="resolve",
        resolution=resolved.info.id,
        hash=resolved.info.hash,
        accepted=sum(one.state is State.ACCEPTED for one in resolution.mappings),
        create=sum(one.state is State.CREATE for one in resolution.mappings),
        open=undecided,
        conflicts=len(resolution.conflicts),
        drift=len(resolution.drift),
        unread=unread,
        exit=code,
    )
    return code
