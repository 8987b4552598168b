"""What an audit found: worst first and grouped by check for people, every finding for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from migrate.audit.answers import Open, Result
from migrate.audit.compare import Comparison
from migrate.audit.finding import Severity, Subject
from migrate.audit.posture import Posture
from migrate.audit.run import Audit, State, Verdict
from migrate.audit.waiver import Waiver
from migrate.views.plain_text import visible
from migrate.views.screen import Screen

_EACH = 4
"""So many objects of one check a person is shown; scripts get all."""


@dataclass(frozen=True)
class Audited:
    """One tenant's audit, with what it was made from."""

    side: str
    snapshot: str
    posture: Posture
    audit: Audit


def show_audit(screen: Screen, audited: Audited) -> None:
    for one in audited.audit.results:
        screen.line("finding", **finding_line(audited.side, one))
    for each in audited.audit.open:
        screen.line("unjudged", **_open_line(audited.side, each))
    for verdict in audited.audit.verdicts:
        screen.line("control", **_verdict_line(audited.side, verdict))
    screen.say(f"{audited.side}: {audited.snapshot}, tiers: {audited.posture.table.model}")
    for severity, found in groupby(audited.audit.counting, key=lambda one: one.severity):
        screen.table(
            f"{audited.side}: {severity.value}", ["check", "object", "owner", "what"], _rows(list(found))
        )
    screen.table(
        f"{audited.side}: not judged",
        ["severity", "check", "controls", "what was not read"],
        _open_rows(audited.audit.open),
    )
    screen.table(
        f"{audited.side}: waived",
        ["until", "check", "object", "owner", "reason"],
        waived_rows(audited.audit.results, _EACH),
    )
    _show_verdicts(screen, audited)


def _rows(found: Sequence[Result]) -> list[list[str]]:
    rows: list[list[str]] = []
    for check_id, group in groupby(found, key=lambda one: one.check.id):
        results = list(group)
        for one in results[:_EACH]:
            lapsed = f" (the waiver ended on {one.lapsed.until})" if one.lapsed else ""
            rows.append([check_id, one.finding.subject.name, one.owner, one.finding.message + lapsed])
        if len(results) > _EACH:
            rows.append([check_id, f"and {len(results) - _EACH} more", "", ""])
        rows.append(["", "", "", f"remedy: {results[0].check.remedy} [{_controls(results[0])}]"])
    return rows


def waived_rows(results: Sequence[Result], named: int) -> list[list[str]]:
    """One row a waiver, with the first ``named`` of the objects that it covers; the soonest end first."""
    covered: dict[tuple[str, Waiver], list[str]] = {}
    for one in results:
        if one.waiver is not None:
            names = covered.setdefault((one.check.id, one.waiver), [])
            if one.finding.subject.name not in names:
                names.append(one.finding.subject.name)
    rows = []
    for (check_id, waiver), names in sorted(covered.items(), key=lambda each: (each[0][1].until, each[0][0])):
        told = ", ".join(names[:named]) + (f" and {len(names) - named} more" if len(names) > named else "")
        rows.append([waiver.until.isoformat(), check_id, told, waiver.owner, waiver.reason])
    return rows


def _controls(one: Result | Open) -> str:
    shown = [each.label for each in one.controls[:3]]
    return ", ".join([*shown, *(["…"] if len(one.controls) > 3 else [])])


def _open_rows(found: Sequence[Open]) -> list[list[str]]:
    counts: dict[tuple[str, str, str, str], int] = {}
    for one in found:
        check = one.check.id if one.check else "(a person)"
        key = (one.severity.value, check, _controls(one), one.unknown.reason)
        counts[key] = counts.get(key, 0) + 1
    return [
        [severity, check, controls, reason + (f" ({count} objects)" if count > 1 else "")]
        for (severity, check, controls, reason), count in counts.items()
    ]


def _show_verdicts(screen: Screen, audited: Audited) -> None:
    rows = []
    for name, group in groupby(audited.audit.verdicts, key=lambda one: one.control.baseline):
        verdicts = list(group)
        counts = [sum(one.state is state for one in verdicts) for state in State]
        failing = [one.control.id for one in verdicts if one.state is State.FAIL]
        rows.append([name, *counts, ", ".join(failing)])
    screen.table(
        f"{audited.side}: controls",
        ["baseline", *(state.value for state in State), "which fail"],
        rows,
    )
    versions = {one.control.baseline: one.control.version for one in audited.audit.verdicts}
    screen.say("; ".join(f"{name}: {version}" for name, version in versions.items()))


def show_outcome(screen: Screen, audited: Sequence[Audited], threshold: Severity | None) -> None:
    """The last words for people: how many there are of what, and what that means for a pipeline."""
    for each in audited:
        counting = each.audit.counting
        found = [f"{sum(one.severity is severity for one in counting)} {severity}" for severity in Severity]
        waived = len(each.audit.results) - len(counting)
        screen.say(
            f"{each.side}: {', '.join(found)}; {waived} waived, {len(each.audit.open)} could not be judged"
        )
    if threshold is None:
        return
    failing = sum(one.severity.at_least(threshold) for each in audited for one in each.audit.counting)
    unknown = sum(one.severity.at_least(threshold) for each in audited for one in each.audit.open)
    what = threshold.value if threshold is Severity.CRITICAL else f"{threshold.value} or worse"
    screen.say(f"--fail-on {threshold.value}: {failing} findings and {unknown} unknown are {what}")


def _subject(one: Subject) -> dict[str, str]:
    return {"kind": one.kind, "id": one.id, "name": one.name}


def finding_line(side: str, one: Result) -> dict[str, Any]:
    return {
        "tenant": side,
        "severity": one.severity.value,
        "check": one.check.id,
        "object": _subject(one.finding.subject),
        "message": one.finding.message,
        "evidence": [_subject(each) for each in one.finding.evidence],
        "owner": one.owner,
        "remedy": one.check.remedy,
        "tier": one.tier,
        "controls": [
            {"baseline": each.baseline, "version": each.version, "id": each.id} for each in one.controls
        ],
        "waiver": _waiver(one.waiver),
        "lapsed": _waiver(one.lapsed),
    }


def _waiver(one: Waiver | None) -> dict[str, str] | None:
    return None if one is None else {"owner": one.owner, "reason": one.reason, "until": one.until.isoformat()}


def _open_line(side: str, one: Open) -> dict[str, Any]:
    return {
        "tenant": side,
        "severity": one.severity.value,
        "check": one.check.id if one.check else None,
        "reason": one.unknown.reason,
        "object": _subject(one.unknown.subject) if one.unknown.subject else None,
        "controls": [
            {"baseline": each.baseline, "version": each.version, "id": each.id} for each in one.controls
        ],
    }


def _verdict_line(side: str, one: Verdict) -> dict[str, Any]:
    return {
        "tenant": side,
        "baseline": one.control.baseline,
        "version": one.control.version,
        "id": one.control.id,
        "title": one.control.title,
        "severity": one.control.severity.value,
        "state": one.state.value,
        "findings": one.findings,
        "waived": one.waived,
        "unjudged": one.unknowns,
    }


def show_comparison(screen: Screen, before: str, after: Audited, found: Comparison) -> None:
    parts = (
        ("new", found.new),
        ("gone", found.gone),
        ("out_of_sight", found.lost_sight),
    )
    for change, results in parts:
        for one in results:
            screen.line("change", change=change, **finding_line(after.side, one))
    for turn in found.turns:
        screen.line(
            "turn",
            tenant=after.side,
            baseline=turn.after.control.baseline,
            id=turn.after.control.id,
            before=turn.before.state.value,
            after=turn.after.state.value,
            bettered=turn.bettered,
        )
    screen.say(
        f"{before} -> {after.snapshot}: {len(found.gone)} findings went, {len(found.new)} came,"
        f" {len(found.stayed)} stayed, {len(found.lost_sight)} can no longer be judged"
    )
    for title, results in (
        ("became worse", found.new),
        ("became better", found.gone),
        ("no longer judged", found.lost_sight),
    ):
        screen.table(
            title,
            ["severity", "check", "object", "what"],
            [
                [one.severity.value, one.check.id, one.finding.subject.name, one.finding.message]
                for one in results
            ],
        )
    screen.table(
        "controls that changed",
        ["control", "before", "after"],
        [
            [visible(one.after.control.label), one.before.state.value, one.after.state.value]
            for one in found.turns
        ],
    )
