"""Several answered workbooks against where things stand now: what changes, or everything that hinders it.

Each row is judged by three things: what the workbook showed, what it says now, and what has been decided and
found since. A row that says what it showed says nothing. One that says something else must rest on what is
still so, and must not speak against what somebody else decided meanwhile, in another workbook or by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from migrate.errors import FileError
from migrate.resolve.decisions import Decision
from migrate.resolve.findings import Counterpart
from migrate.workbook import machine
from migrate.workbook.answers import Wanted, understood
from migrate.workbook.remarks import Place, Remark
from migrate.workbook.returned import Answer, Returned
from migrate.workbook.targets import Targets


@dataclass(frozen=True)
class Known:
    """How things stand with one row: ``where`` tells the line of its ``decision``, ``can_be_made`` whether a
    plan could make the object in the target."""

    mapping: Counterpart
    basis: str
    decision: Decision | None = None
    where: str = ""
    can_be_made: bool = False


@dataclass(frozen=True)
class Origin:
    """The engagement to which a workbook must belong, and the snapshots that are the newest."""

    engagement: str
    source_tenant_id: str
    target_tenant_id: str
    source_snapshot_id: str
    target_snapshot_id: str


@dataclass(frozen=True)
class Change:
    """What becomes of one decision: ``added``, ``changed``, ``withdrawn`` or ``kept``, and by which cells."""

    change: str
    mapping: Counterpart
    before: Decision | None
    after: Decision | None
    places: tuple[Place, ...] = ()


@dataclass
class Merged:
    """Sorted; where there are problems there are no changes: all or nothing."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class _Said:
    wanted: Wanted
    answer: Answer

    @property
    def place(self) -> Place:
        return self.answer.entered["decision"].place

    def told(self) -> str:
        target = f" {self.wanted.target_id}" if self.wanted.target_id else ""
        by = self.wanted.who or self.answer.shown.get("who", "") or "nobody"
        return f"{self.place} says {self.wanted.decision or 'nothing any more'}{target} (by {by})"


def belongs(returned: Returned, origin: Origin) -> None:
    """Refuses a workbook of another engagement, or one in which names were replaced.

    Raises FileError ``workbook_other_engagement`` or ``workbook_redacted``.
    """
    facts = returned.facts
    if facts.get("redacted") != "no":
        raise FileError(
            "the workbook was exported with --redact: it is for reading, and its names stand for nobody",
            where=str(returned.path),
            hint="decide in a workbook that was exported without --redact",
            code="workbook_redacted",
        )
    ours = (
        machine.comparable(origin.engagement),
        origin.source_tenant_id.lower(),
        origin.target_tenant_id.lower(),
    )
    theirs = tuple(facts.get(one, "") for one in ("engagement", "source_tenant_id", "target_tenant_id"))
    if theirs != ours:
        raise FileError(
            f"the workbook belongs to engagement {theirs[0][:80]} (source tenant {theirs[1][:40]}, target"
            f" tenant {theirs[2][:40]}), not to {ours[0]}",
            where=str(returned.path),
            hint="give --engagement the file of that engagement, or import the workbook of this one",
            code="workbook_other_engagement",
        )


def merge(
    workbooks: Sequence[Returned], known: Mapping[str, Known], targets: Targets, origin: Origin, today: str
) -> Merged:
    """What the workbooks change together. ``known`` is by row key, ``today`` the day that is written down."""
    merged = Merged()
    said: dict[str, list[_Said]] = defaultdict(list)
    for returned in workbooks:
        merged.problems += returned.problems
        merged.warnings += [*_older(returned, origin), *returned.warnings]
        for answer in returned.answers:
            if not answer.changed():
                continue
            now = known.get(answer.key)
            if now is None:
                merged.problems.append(_gone(answer))
                continue
            wanted, problems = understood(answer, now.mapping, targets, can_be_made=now.can_be_made)
            merged.problems += problems
            if wanted is not None:
                said[answer.key].append(_Said(wanted, answer))
    for key, now in sorted(known.items()):
        if key not in said:
            if now.decision is not None:
                merged.changes.append(Change("kept", now.mapping, now.decision, now.decision))
            continue
        hindered = list(_hindered(said[key], now))
        merged.problems += hindered
        if not hindered:
            merged.changes.append(_change(said[key], now, today))
    merged.problems.sort(key=lambda one: one.place)
    if merged.problems:
        merged.changes.clear()
    return merged


def _older(returned: Returned, origin: Origin) -> Iterator[Remark]:
    facts = returned.facts
    theirs = (facts.get("source_snapshot_id", ""), facts.get("target_snapshot_id", ""))
    if theirs != (origin.source_snapshot_id, origin.target_snapshot_id):
        what = (
            f"made from {theirs[0][:40]} and {theirs[1][:40]}; the newest are {origin.source_snapshot_id} and"
            f" {origin.target_snapshot_id}: merged row by row where nothing that matters has changed"
        )
        yield Remark("older_snapshots", Place(returned.path, machine.SHEET, ""), what)


def _gone(answer: Answer) -> Remark:
    what = f"no right of the source names {answer.key[:120]} any more"
    return Remark("row_gone", answer.entered["decision"].place, what, "the row as it was exported")


def _hindered(said: Sequence[_Said], now: Known) -> Iterator[Remark]:
    first = said[0]
    others = [one for one in said[1:] if not one.wanted.same(first.wanted.decision, first.wanted.target_id)]
    if others:
        told = "; ".join(one.told() for one in (first, *others))
        what = f"{now.mapping.name[:120]} is decided in two ways: {told}"
        yield Remark("disagreement", first.place, what, "the same in both workbooks")
        return
    for one in said:
        if _agreed(one.wanted, now.decision):
            continue
        if not _as_shown(one.answer, now.decision):
            yield _decided_since(one, now)
        elif one.answer.basis != now.basis:
            what = (
                f"what this decision about {now.mapping.name[:120]} rests on has changed since the workbook"
                f" was made: now {now.mapping.state.value}, {now.mapping.target_name or 'no target'}"
            )
            right = "the row as it was exported; decide it in a workbook that is exported now"
            yield Remark("row_changed", one.place, what, right)


def _decided_since(one: _Said, now: Known) -> Remark:
    if now.decision is None:
        by_now = "mappings/decisions.csv holds no decision about it any more"
    else:
        target = f" {now.decision.target_id}" if now.decision.target_id else ""
        by_now = f"{now.where} says {now.decision.decision}{target} (by {now.decision.who or 'nobody'})"
    what = f"{now.mapping.name[:120]} was decided otherwise since the export: {one.told()}; {by_now}"
    return Remark("decided_since", one.place, what, "the same in both, or the row as it was exported")


def _agreed(wanted: Wanted, decision: Decision | None) -> bool:
    if decision is None:
        return not wanted.decision
    return wanted.same(decision.decision, (decision.target_id or "").lower() or None)


def _as_shown(answer: Answer, decision: Decision | None) -> bool:
    """Whether the file of decisions still says what the workbook showed."""
    now = ("", "") if decision is None else (decision.decision, (decision.target_id or "").lower())
    return (answer.shown.get("decision", ""), answer.shown.get("target", "").lower()) == now


def _change(said: Sequence[_Said], now: Known, today: str) -> Change:
    places = tuple(one.place for one in said)
    wanted, before, mapping = said[0].wanted, now.decision, now.mapping
    if not wanted.decision:
        return Change("withdrawn" if before else "kept", mapping, before, None, places)
    whos = list(dict.fromkeys(one.wanted.who for one in said))
    reasons = list(dict.fromkeys(one.wanted.reason for one in said if one.wanted.reason))
    kind, source_id = (before.kind, before.source_id) if before else (mapping.kind, mapping.source_id)
    after = Decision(
        kind, source_id, wanted.target_id, wanted.decision, "; ".join(reasons), ", ".join(whos), today
    )
    if before is None:
        return Change("added", mapping, None, after, places)
    if _agreed(wanted, before) and not _as_shown(said[0].answer, before):
        # Somebody else had decided the same already: theirs stands, with its reason and its day.
        return Change("kept", mapping, before, before, places)
    return Change("changed", mapping, before, after, places)
