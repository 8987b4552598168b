"""``pim-migrate diff A B``: what changed in a tenant, or what the two tenants do not have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.comparing import Side
    from migrate.cli.context import Context
    from migrate.kinds.kind import Kind
    from migrate.store.database import Database
    from migrate.views.diff import DiffView

_NAMES = "source-0001; source or target for the newest; source~1 for the one before it"


def diff(
    a: Annotated[str, typer.Argument(help=f"The one snapshot: {_NAMES}.")],
    b: Annotated[str, typer.Argument(help="The other snapshot, named in the same way.")],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 4 where something differs.")] = False,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this kind of object; may be repeated.")
    ] = None,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Compare two snapshots property by property, from the database alone.

    Snapshots of one tenant are compared by id. Those of two tenants are compared by what their objects say,
    with the source's ids read as the latest resolution's accepted mapping translates them.
    Exit 16 where something was not read whole: what is missing there is unknown, not absent.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, engagement, a, b, tuple(kind or ()), exit_code))


def _run(screen: Screen, path: Path, a: str, b: str, only: tuple[str, ...], exit_code: bool) -> int:
    from migrate.cli.comparing import sides_of
    from migrate.cli.context import Context
    from migrate.cli.snapshot_names import named_snapshot
    from migrate.store.snapshots import Snapshots
    from migrate.views.diff import DiffView

    wanted = _wanted(only)
    context = Context.of(path, screen)
    with context.reading() as db:
        snapshots = Snapshots(db)
        infos = named_snapshot(snapshots, a), named_snapshot(snapshots, b)
        for info in infos:
            snapshots.verify_seal(info.id)
        one, other = sides_of(db, *infos, _domains(context))
        view = DiffView(screen, one.info.id, other.info.id)
        unread = _compare(view, one, other, wanted)
        if one.across:
            _note_resolution(screen, db, {one.info.id, other.info.id})
    view.end()
    found = sum(
        counts[change] for counts in view.counts.values() for change in ("added", "removed", "changed")
    )
    unknown = sum(counts["unknown"] for counts in view.counts.values())
    code = 16 if unread else 4 if found and exit_code else 0
    if unread:
        names = ", ".join(unread)
        screen.note(f"not read completely, so that nothing follows from what is missing there: {names}")
    elif unknown:
        # The scope of a snapshot leaves them out by choice: that is no lack of it.
        screen.note(f"{unknown} rows marked ? were not asked for in the other snapshot: unknown, not gone")
    screen.line(
        "summary",
        verb="diff",
        a=one.info.id,
        b=other.info.id,
        counts={kind: dict(counts) for kind, counts in sorted(view.counts.items())},
        differences=found,
        unknown=unknown,
        unread=unread,
        exit=code,
    )
    return code


def _wanted(only: tuple[str, ...]) -> dict[str, list[Kind]]:
    """The kinds to compare by name: policies of roles and of groups share one."""
    from migrate.errors import UsageError
    from migrate.kinds.catalogue import ALL

    kinds: dict[str, list[Kind]] = {}
    for one in ALL:
        kinds.setdefault(one.name, []).append(one)
    strange = [name for name in only if name not in kinds]
    if strange:
        raise UsageError(
            f"there is no kind {strange[0]!r}",
            where="--kind",
            hint=f"known: {', '.join(sorted(kinds))}",
            code="unknown_kind",
        )
    return {name: found for name, found in sorted(kinds.items()) if not only or name in only}


def _compare(view: DiffView, one: Side, other: Side, wanted: dict[str, list[Kind]]) -> list[str]:
    """Shows every difference as it is found; the collections that were not read whole."""
    from migrate.cli.comparing import NOT_ACROSS, ordered
    from migrate.resolve.compare import differences

    unread: list[str] = []
    for name, kinds in wanted.items():
        if one.across and name in NOT_ACROSS:
            continue
        unread += [told for side in (one, other) for told in _unread(view, side, kinds)]
        with ordered(one, kinds) as rows_of_a, ordered(other, kinds) as rows_of_b:
            for found in differences(
                name,
                rows_of_a,
                rows_of_b,
                seen_by_a=one.proves_absent(name),
                seen_by_b=other.proves_absent(name),
            ):
                side = other if found.missing_in == "a" else one
                view.add(found, side.name_of(found), [side.known(each) for each in found.unmapped])
    return unread


def _unread(view: DiffView, side: Side, kinds: list[Kind]) -> list[str]:
    told: list[str] = []
    for kind in kinds:
        parents = side.absence.unread(kind)
        for parent in parents:
            reason = side.reasons.get((kind.collection, parent), "never read")
            view.unread(side.info.id, kind.name, kind.collection, parent, reason)
        if parents:
            told.append(f"{side.info.id}: {kind.collection}")
    return told


def _domains(context: Context) -> dict[str, str]:
    from migrate.config.match_rules import read_match_rules

    return dict(read_match_rules(context.engagement.mappings_folder / "match.toml").domains)


def _note_resolution(screen: Screen, db: Database, compared: set[str]) -> None:
    """Says so where the mapping was made from other snapshots than those that are compared."""
    from migrate.store.resolutions import Resolutions

    latest = Resolutions(db).list()[-1]
    if {latest.source_snapshot_id, latest.target_snapshot_id} != compared:
        screen.note(
            f"ids are translated by {latest.id}, which was made from {latest.source_snapshot_id} and"
            f" {latest.target_snapshot_id}"
        )
