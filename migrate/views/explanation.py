"""One object explained: on one screen for people, whole on one JSON line for scripts."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from migrate.kinds.schedule import parse_time
from migrate.resolve.explanation import Candidate, Explanation, Finding, HangingRight
from migrate.resolve.find_object import Found, Side
from migrate.resolve.findings import Counterpart
from migrate.resolve.object_facts import Referrer
from migrate.views.one_screen import COLUMNS, LINES, Section, fit
from migrate.views.plain_text import visible
from migrate.views.screen import Screen

_NAME = 48
One = TypeVar("One")


@dataclass(frozen=True)
class Seen:
    """One side's snapshot: which, when, and which collections are not whole."""

    side: str
    snapshot: str
    tenant_id: str
    sealed_at: str
    unread: tuple[str, ...]

    def age_seconds(self, now: datetime) -> int | None:
        sealed = parse_time(self.sealed_at)
        return int((now - sealed).total_seconds()) if sealed else None


def show_explanation(
    screen: Screen, told: Explanation, seen: Sequence[Seen], resolution: str | None, now: datetime
) -> None:
    """``resolution`` is the saved one that this is told from; ``None`` when none fits."""
    screen.line("explanation", **as_json(told, seen, resolution, now))
    for line in lines_of(told, seen, resolution, now):
        screen.say(line)


def as_json(told: Explanation, seen: Sequence[Seen], resolution: str | None, now: datetime) -> dict[str, Any]:
    found, counterpart = told.found, told.counterpart
    return {
        "side": found.side.value,
        "kind": found.kind,
        "id": found.id,
        "name": found.name,
        "facts": dict(told.facts),
        "state": counterpart.state.value if counterpart else None,
        "target_id": counterpart.target_id if counterpart else None,
        "target_name": counterpart.target_name if counterpart else None,
        "rule": counterpart.rule if counterpart else None,
        "confidence": counterpart.confidence if counterpart else None,
        "runner_up": counterpart.runner_up if counterpart else None,
        "reason": counterpart.reason if counterpart else None,
        "candidates" if found.side is Side.SOURCE else "claims": [asdict(one) for one in told.candidates],
        "decisions": [asdict(one) for one in told.decisions],
        "conflicts": [asdict(one) for one in told.conflicts],
        "drift": [asdict(one) for one in told.drift],
        "rights": [
            {
                "id": one.id,
                "kind": one.kind,
                **asdict(one.words),
                "action": one.fate.action if one.fate else None,
                "reason": one.fate.reason if one.fate else None,
                "codes": list(one.fate.codes) if one.fate else [],
            }
            for one in told.rights
        ],
        "named": [
            {
                "property": named_by,
                "kind": one.kind,
                "id": one.id,
                "name": one.name,
                "state": mapping.state.value if mapping else None,
                "target_id": mapping.target_id if mapping else None,
                "target_name": mapping.target_name if mapping else None,
                "reason": mapping.reason if mapping else None,
            }
            for named_by, one, mapping in told.named
        ],
        "referrers": [asdict(one) for one in told.referrers],
        "unlisted": list(told.unlisted),
        "snapshots": [
            asdict(one) | {"unread": list(one.unread), "age_seconds": one.age_seconds(now)} for one in seen
        ],
        "resolution": resolution,
    }


def lines_of(told: Explanation, seen: Sequence[Seen], resolution: str | None, now: datetime) -> list[str]:
    """At most 40 lines of at most 100 columns."""
    claimed = told.found.side is Side.TARGET
    unread = [[f"whether it stands in {' or '.join(told.unlisted)}: not all of them were read"]]
    sections = [
        _section("claimed by (source):" if claimed else "candidates (target):", told.candidates, _candidate),
        _section("names:", told.named, _named),
        _section("conflicts:", told.conflicts, lambda one: _finding(one, told)),
        _section("drift:", told.drift, lambda one: _finding(one, told)),
        _section(_rights_title(told), told.rights, _right),
        _section("is named by:", told.referrers, _referrer),
        Section("not known:", unread if told.unlisted else []),
    ]
    foot = [_snapshot(one, now) for one in seen]
    foot.append(
        f"told from {resolution}" if resolution else "resolved for this answer only: nothing was saved"
    )
    return fit(_head(told), sections, foot)


def _section(title: str, found: Sequence[One], lines: Callable[[One], list[str]]) -> Section:
    most = found[:LINES]
    return Section(title, [lines(one) for one in most], len(found) - len(most))


def _referrer(one: Referrer) -> list[str]:
    return [f"{one.how} {visible(one.name, _NAME)}"]


def _head(told: Explanation) -> list[str]:
    found, counterpart = told.found, told.counterpart
    lines = [f"{found.kind} of the {found.side.value}: {visible(found.name, 70)}", f"  id {found.id}"]
    facts = "; ".join(f"{name} {_fact(value)}" for name, value in list(told.facts.items())[:20])
    lines += _wrapped(facts or "not in the snapshot: deleted, or never read", 2)
    if counterpart is not None:
        there = f"{visible(counterpart.target_name, _NAME)} {counterpart.target_id}"
        rule = f"by {counterpart.rule} ({counterpart.confidence:.2f}): " if counterpart.rule else "because "
        lines.append(f"{counterpart.state.value}: {there if counterpart.target_id else 'no counterpart'}")
        lines += _wrapped(f"{rule}{counterpart.reason}", 2)
    elif found.side is Side.SOURCE and not told.named:
        lines.append("no right names it, so that no counterpart was sought")
    elif not told.candidates and not told.named:
        lines.append("no source object that a right names claims it")
    for one in told.decisions[:1]:
        what = f"{one.decision} {one.target_id or ''}".strip()
        by = f" by {visible(one.who, 30)}" if one.who else ""
        when = f" on {visible(one.when, 20)}" if one.when else ""
        lines.append(f"decision: {what}{by}{when}: {visible(one.reason, 60) or 'no reason given'}")
    return lines


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return visible(", ".join(str(one) for one in value), _NAME)
    return visible(value, _NAME)


def _candidate(one: Candidate) -> list[str]:
    said = ", ".join([one.state.value if one.state else "", one.standing]).strip(", ")
    proofs = "; ".join(
        f"{each.rule} {each.confidence:.2f} {visible(each.value, 36)}" for each in one.evidence
    )
    return [
        f"{visible(one.name, 44)} {one.id}" + (f" [{said}]" if said else ""),
        *_wrapped(proofs or "no evidence: a decision says so", 2),
    ]


def _named(each: tuple[str, Found, Counterpart | None]) -> list[str]:
    named_by, one, mapping = each
    there = f" -> {visible(mapping.target_name, 34)}" if mapping and mapping.target_id else ""
    state = f" [{mapping.state.value}]" if mapping else ""
    return [f"{named_by}: {visible(one.name, 34)}{there}{state}"]


def _finding(one: Finding, told: Explanation) -> list[str]:
    about = "" if one.about == told.found.id else f" ({one.about})"
    return [f"{one.code} {one.meaning}{about}: {one.detail}", *_wrapped(f"remedy: {one.remedy}", 2)]


def _rights_title(told: Explanation) -> str:
    if told.named:
        return "what a plan would do with it:" if told.found.side is Side.SOURCE else "until when:"
    if told.found.side is Side.TARGET:
        return f"rights that name it in the target: {len(told.rights)}"
    counts: dict[str, int] = {}
    for one in told.rights:
        if one.fate:
            counts[one.fate.action] = counts.get(one.fate.action, 0) + 1
    told_counts = ", ".join(f"{count} {action}" for action, count in sorted(counts.items()))
    return f"what hangs on it: {told_counts}"


def _right(one: HangingRight) -> list[str]:
    words = one.words
    where = "" if words.scope == "group" else f" at {visible(words.scope, 24)}"
    line = f"{visible(words.principal, 34)}: {visible(words.right, 32)}{where}, {_until(words.until)}"
    if one.fate is None:
        return [line]
    codes = f" {' '.join(one.fate.codes)}" if one.fate.codes else ""
    if one.fate.action == "blocked" or one.fate.action == "unknown":
        return [f"{one.fate.action}{codes}: {line}", *_wrapped(one.fate.reason, 2)]
    return [f"{one.fate.action}{codes}: {line}"]


def _until(until: str) -> str:
    return f"until {until[:10]}" if until[:1].isdigit() else f"{until}"


def _snapshot(one: Seen, now: datetime) -> str:
    whole = (
        f"not whole: {', '.join(one.unread[:3])}{', …' if len(one.unread) > 3 else ''}"
        if one.unread
        else "whole"
    )
    return f"{one.side} as of {one.sealed_at[:16]}Z ({_age(one.age_seconds(now))}, {one.snapshot}): {whole}"


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "age unknown"
    for unit, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name} old"
    return "just now" if seconds < 60 else "1 minute old"


def _wrapped(text: str, most: int) -> list[str]:
    lines = textwrap.wrap(
        visible(text, 1000), COLUMNS - 4, break_long_words=True, max_lines=most, placeholder=" …"
    )
    return [f"  {line}" for line in lines]
