"""An audit as one web page with a picture per tier. It has no script, loads nothing, and its content policy
allows only the style that it carries; names of strangers are text and nothing but text."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from migrate.audit.answers import Result
from migrate.audit.finding import Severity
from migrate.audit.posture import Posture
from migrate.resolve.privilege import Access
from migrate.views.audit import Audited, waived_rows
from migrate.views.plain_text import visible
from migrate.workbook.place import whole_file

_LONGEST = 600
_NAMED = 20
"""So many objects are named in a cell; the rest is counted."""
_WIDTH, _LINE, _LABEL = 320, 20, 110


def write_audit_page(path: Path, audited: Sequence[Audited], engagement: str, now: datetime) -> None:
    """Writes the page; a file of this name is replaced at the end, in one step.

    Raises UsageError ``workbook_folder_missing`` or ``workbook_unwritable``.
    """
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for piece in audit_page(audited, engagement, now):
            file.write(piece)


def audit_page(audited: Sequence[Audited], engagement: str, now: datetime) -> Iterator[str]:
    style = files("migrate.views").joinpath("audit_page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Audit: {_text(engagement)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<h1>Audit of privilege: {_text(engagement)}</h1>\n<p>judged {now:%Y-%m-%d %H:%M} UTC</p>\n"
    )
    for one in audited:
        yield from _tenant(one)
    yield "</body>\n</html>\n"


def _tenant(audited: Audited) -> Iterator[str]:
    posture = audited.posture
    yield f"<h2>{_text(audited.side)}: {_text(posture.tenant.name)}, {_text(audited.snapshot)}</h2>\n"
    yield f'<p>tiers: {_text(posture.table.model)}</p>\n<div class="tiers">\n'
    people = _people(posture)
    for tier in sorted({*posture.table.names, *people}):
        name = posture.table.names.get(tier, "")
        picture = _picture(tier, people, audited)
        yield f"<figure><figcaption>tier {tier}: {_text(name)}</figcaption>{picture}</figure>\n"
    yield "</div>\n"
    for severity, found in groupby(audited.audit.counting, key=lambda one: one.severity):
        yield f'<h3 class="{severity.value}">{severity.value}</h3>\n'
        yield _table(["check", "object", "what", "owner", "remedy", "controls"], [_row(one) for one in found])
    if audited.audit.open:
        yield '<h3 class="unknown">not judged</h3>\n'
        yield _table(
            ["severity", "check", "what was not read", "object", "controls"],
            [
                [
                    one.severity.value,
                    one.check.id if one.check else "a person has to look",
                    one.unknown.reason,
                    one.unknown.subject.name if one.unknown.subject else "",
                    ", ".join(each.label for each in one.controls),
                ]
                for one in audited.audit.open
            ],
        )
    if waived := waived_rows(audited.audit.results, _NAMED):
        yield "<h3>waived</h3>\n"
        yield _table(["until", "check", "object", "owner", "reason"], waived)
    yield "<h3>controls</h3>\n"
    yield _table(
        ["baseline", "version", "control", "title", "verdict"],
        [
            [one.control.baseline, one.control.version, one.control.id, one.control.title, one.state.value]
            for one in audited.audit.verdicts
        ],
    )


def _row(one: Result) -> list[str]:
    finding = one.finding
    # What the message names already need not be told twice.
    others = [said for each in finding.evidence if (said := each.name or each.id) not in finding.message]
    names = ", ".join(others[:_NAMED])
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    told = f"{finding.message} ({names}{more})" if names else finding.message
    if one.lapsed:
        told += f" (the waiver of {one.lapsed.owner} ended on {one.lapsed.until})"
    return [
        one.check.id,
        f"{finding.subject.name} [{finding.subject.kind} {finding.subject.id}]",
        told,
        one.owner,
        one.check.remedy,
        ", ".join(each.label for each in one.controls),
    ]


def _people(posture: Posture) -> dict[int, tuple[int, int]]:
    """By tier how many hold it standing, and how many may activate it; each on the highest tier alone."""
    best: dict[str, tuple[int, int]] = {}
    for reach in posture.reaches:
        if reach.access in (Access.STANDING, Access.ELIGIBLE):
            found = (reach.tier.number, reach.access.rank)
            best[reach.principal_id] = min(found, best.get(reach.principal_id, found))
    counts: dict[int, tuple[int, int]] = {}
    for tier, rank in best.values():
        standing, eligible = counts.get(tier, (0, 0))
        counts[tier] = (standing + (rank == 0), eligible + (rank > 0))
    return counts


def _picture(tier: int, people: dict[int, tuple[int, int]], audited: Audited) -> str:
    standing, eligible = people.get(tier, (0, 0))
    found = [one for one in audited.audit.counting if one.tier == tier]
    bars = [("standing", standing, "standing"), ("may activate", eligible, "eligible")]
    bars += [
        (f"{one.value} findings", sum(each.severity is one for each in found), one.value) for one in Severity
    ]
    most = max(*(count for _, count, _ in bars), 1)
    height = _LINE * len(bars) + 4
    said = "; ".join(f"{label} {count}" for label, count, _ in bars)
    parts = [f'<svg role="img" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">']
    parts.append(f"<title>tier {tier}: {_text(said)}</title>")
    for number, (label, count, mark) in enumerate(bars):
        y = number * _LINE
        width = round((_WIDTH - _LABEL - 40) * count / most, 1)
        parts.append(f'<text x="0" y="{y + 14}">{_text(label)}</text>')
        parts.append(f'<rect class="{mark}" x="{_LABEL}" y="{y + 3}" width="{width}" height="{_LINE - 6}"/>')
        parts.append(f'<text x="{_LABEL + width + 5}" y="{y + 14}">{count}</text>')
    return "".join([*parts, "</svg>"])


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{_text(one)}</th>" for one in headers)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n"


def _text(text: str) -> str:
    return html.escape(visible(text, _LONGEST), quote=True)
