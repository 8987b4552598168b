"""Whom the snapshot of one tenant must look for on behalf of the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.cli.context import Context
from migrate.kinds import principals
from migrate.kinds.look_up import values_of

if TYPE_CHECKING:
    from migrate.crawl.run import Run
    from migrate.crawl.wanted import Wanted
    from migrate.kinds.look_up import LookUp
    from migrate.resolve.evidence import Ladder
    from migrate.store.database import Database
    from migrate.store.snapshots import Snapshots

PRINCIPAL_KINDS = tuple(principals.KINDS)


def ladder_between(context: Context, db: Database, source_id: str, target_id: str | None) -> Ladder:
    """The match rules of the engagement with the domains that the two tenants have verified."""
    from migrate.cli.resolving import ladder_of
    from migrate.config.match_rules import read_match_rules

    rules = read_match_rules(context.engagement.mappings_folder / "match.toml")
    return ladder_of(rules).between(_domains(db, source_id), _domains(db, target_id))


def _domains(db: Database, snapshot_id: str | None) -> frozenset[str]:
    from migrate.kinds import organization
    from migrate.store.snapshots import Snapshots

    found: frozenset[str] = frozenset()
    if snapshot_id is not None:
        for row in Snapshots(db).rows(snapshot_id, organization.KIND.name):
            found |= organization.verified_domains(row)
    return found


def protected(context: Context) -> Wanted:
    """The principals that the engagement protects: whether they are there must be known in both tenants."""
    from migrate.crawl.wanted import Wanted
    from migrate.kinds.ids import is_guid
    from migrate.kinds.look_up import LookUp

    names = {one.strip() for one in context.engagement.guard.protected_principals}
    ids = {one.lower() for one in names if is_guid(one)}
    by_name = (LookUp("user", "userPrincipalName", one) for one in names if not is_guid(one))
    return Wanted(frozenset(by_name), frozenset(ids))


def wanted_in_target(
    context: Context, db: Database, source_id: str, ladder: Ladder, kinds: Sequence[str] = PRINCIPAL_KINDS
) -> Wanted:
    """What the target is asked for, so that every object that privilege touches in the source can find its
    counterpart, and so that what people decided on can be looked at."""
    from migrate.config.decisions import read_decisions
    from migrate.crawl.wanted import Wanted
    from migrate.resolve.lookups import forward
    from migrate.store.snapshots import Snapshots
    from migrate.store.touched import Touched

    touched = Touched(db, source_id)
    privileged = set(touched.principals())
    look_ups: set[LookUp] = set()
    for kind, row in _principals(Snapshots(db), source_id, kinds):
        if str(row["id"]).lower() in privileged:
            look_ups |= forward(kind, row, ladder)
    decisions = read_decisions(context.engagement.mappings_folder / "decisions.csv")
    units = touched.units()
    return Wanted(
        frozenset(look_ups),
        frozenset(one.target_id.lower() for one in decisions if one.target_id),
        frozenset(units[one].casefold() for one in touched.scoped_units() if one in units),
    )


def rivals_in_source(source: Run, target: Run, ladder: Ladder, budget: Mapping[str, int]) -> Rivals:
    """What the source is asked for, so that nobody else there has the same claim to a candidate unseen.

    Asked is only about candidates for whom one kind of evidence speaks: two independent ones, or an anchor,
    are believed without (``resolve.decisions.strong``). ``budget`` is how many requests may be made by kind.
    """
    from migrate.kinds.look_up import MOST_ALTERNATIVES
    from migrate.resolve.lookups import backward, forward

    touched = set(source.touched.principals())
    askers: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for kind, row in _principals(source.snapshots, source.snapshot_id, tuple(budget)):
        if str(row["id"]).lower() in touched:
            for one in forward(kind, row, ladder):
                askers[kind, *one.key].append(str(row["id"]))
    asked: dict[str, set[LookUp]] = {kind: set() for kind in budget}
    left_out = 0
    for kind, row in _principals(target.snapshots, target.snapshot_id, tuple(budget)):
        by_source: dict[str, set[str]] = defaultdict(set)
        for name, value in values_of(row):
            for asker in askers.get((kind, name, value), ()):
                by_source[asker].add(_FAMILIES.get(name, name))
        if not any(_rests_on_one(kind, families) for families in by_source.values()):
            continue
        more = asked[kind] | backward(kind, row, ladder)
        if len(more) > budget[kind] * MOST_ALTERNATIVES:
            left_out += 1
        else:
            asked[kind] = more
    return Rivals(frozenset(one for questions in asked.values() for one in questions), left_out)


@dataclass(frozen=True)
class Rivals:
    """The questions, and how many candidates were left out because asking would have cost too much."""

    look_ups: frozenset[LookUp]
    left_out: int


_ANCHORS = frozenset({"onPremisesImmutableId", "onPremisesSecurityIdentifier", "appId"})
_FAMILIES = {"proxyAddresses": "mail"}
_HINTS = frozenset({"displayName", "mailNickname"})


def _rests_on_one(kind: str, properties: set[str]) -> bool:
    """Whether what speaks for a candidate might speak for somebody else as well. Groups of which only names
    speak may yet be told by their members."""
    if properties & _ANCHORS:
        return False
    reasons = properties - _HINTS
    return len(reasons) == 1 or (kind == "group" and not reasons)


def of_rivals(source: Run, rivals: Rivals, ladder: Ladder) -> frozenset[LookUp]:
    """What the target is asked for about those who came back: what else they match decides whether they are
    rivals."""
    from migrate.resolve.lookups import forward

    keys: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for one in rivals.look_ups:
        keys[one.kind].add(one.key)
    found: set[LookUp] = set()
    for kind, row in _principals(source.snapshots, source.snapshot_id, tuple(sorted(keys))):
        if any(value in keys[kind] for value in values_of(row)):
            found |= forward(kind, row, ladder)
    return frozenset(found)


def _principals(
    snapshots: Snapshots, snapshot_id: str, kinds: Sequence[str]
) -> Iterator[tuple[str, dict[str, object]]]:
    for kind in kinds:
        for row in snapshots.rows(snapshot_id, kind):
            yield kind, row
