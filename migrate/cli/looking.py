"""Whom the snapshot of one tenant must look for on behalf of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from migrate.cli.context import Context

if TYPE_CHECKING:
    from migrate.crawl.run import Run
    from migrate.crawl.wanted import Wanted
    from migrate.kinds.look_up import LookUp
    from migrate.resolve.evidence import Ladder
    from migrate.store.database import Database
    from migrate.store.snapshots import Snapshots


def ladder_of(context: Context) -> Ladder:
    """The match rules of the engagement as the resolver takes them."""
    from migrate.config.match_rules import read_match_rules
    from migrate.resolve.evidence import Ladder

    rules = read_match_rules(context.engagement.mappings_folder / "match.toml")
    weights = {name: float(rule.weight) for name, rule in rules.rules.items() if rule.enabled}
    return Ladder(weights, dict(rules.domains))


def wanted_in_target(context: Context, db: Database, source_id: str, ladder: Ladder) -> Wanted:
    """What the target is asked for, so that every object that privilege touches in the source can find its
    counterpart, and so that what people decided on can be looked at."""
    from migrate.config.decisions import read_decisions
    from migrate.crawl.wanted import Wanted
    from migrate.resolve.lookups import forward
    from migrate.store.snapshots import Snapshots
    from migrate.store.touched import Touched

    touched = Touched(db, source_id)
    principals = set(touched.principals())
    look_ups: set[LookUp] = set()
    for kind, row in _principals(Snapshots(db), source_id):
        if str(row["id"]).lower() in principals:
            look_ups |= forward(kind, row, ladder)
    decisions = read_decisions(context.engagement.mappings_folder / "decisions.csv")
    units = touched.units()
    return Wanted(
        frozenset(look_ups),
        frozenset(one.target_id.lower() for one in decisions if one.target_id),
        frozenset(units[one].casefold() for one in touched.scoped_units() if one in units),
    )


def rivals_in_source(target: Run, wanted: Wanted, ladder: Ladder) -> frozenset[LookUp]:
    """What the source is asked for, so that nobody else there has the same claim to a candidate unseen."""
    from migrate.resolve.lookups import backward

    found: set[LookUp] = set()
    keys = {kind: wanted.keys_of(kind) for kind in ("user", "group", "servicePrincipal")}
    for kind, row in _principals(target.snapshots, target.snapshot_id):
        if _answers(row, keys[kind]):
            found |= backward(kind, row, ladder)
    return frozenset(found)


def _answers(row: dict[str, object], keys: dict[str, set[str]]) -> bool:
    for name, values in keys.items():
        value = row.get(name)
        several: Iterable[object] = value if isinstance(value, list) else (value,)
        if any(isinstance(one, str) and one.casefold() in values for one in several):
            return True
    return False


def _principals(snapshots: Snapshots, snapshot_id: str) -> Iterator[tuple[str, dict[str, object]]]:
    for kind in ("user", "group", "servicePrincipal"):
        for row in snapshots.rows(snapshot_id, kind):
            yield kind, row
