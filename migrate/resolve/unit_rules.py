"""D04: who gets into a unit, and who may change its members."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from migrate.kinds.kind import Row
from migrate.resolve.findings import Drift, State
from migrate.resolve.settled import Settled

UNIT = "administrativeUnit"
_QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")


def find(settled: Settled) -> Iterator[Drift]:
    """One drift for each property in which a unit and its counterpart (or proposal) differ."""
    for node, mapping in sorted(settled.mappings.items()):
        scoped = settled.scoped(node)
        if node[0] != UNIT or not scoped or mapping.target_id is None or mapping.state is State.SKIPPED:
            continue
        ours, theirs = settled.source.row(*node), settled.target.row(UNIT, mapping.target_id)
        if ours is None or theirs is None:
            continue
        here, there = _shape(ours, settled.domains), _shape(theirs, {})
        for name, value in here.items():
            if value != there[name]:
                detail = {
                    "name": mapping.name,
                    "field": name,
                    "source": _told(ours, name, value),
                    "target": _told(theirs, name, there[name]),
                }
                yield Drift("D04", *node, mapping.target_id, detail, concerns=scoped)


def _shape(row: Row, domains: Mapping[str, str]) -> dict[str, object]:
    """What decides, with what Graph leaves out in the value that it means."""
    dynamic = str(row.get("membershipType") or "").lower() == "dynamic"
    return {
        "membershipType": "Dynamic" if dynamic else "Assigned",
        # A rule that is kept beside assigned members decides nothing.
        "membershipRule": normalised(str(row.get("membershipRule") or ""), domains) if dynamic else "",
        "isMemberManagementRestricted": row.get("isMemberManagementRestricted") is True,
    }


def _told(row: Row, name: str, value: object) -> object:
    """The rule as the administrator wrote it."""
    return row.get(name) if name == "membershipRule" and value else value


def normalised(rule: str, domains: Mapping[str, str]) -> str:
    """A membership rule in one spelling: space, the case of operators and properties, the quotation marks
    and renamed domains do not change what it says (``-eq`` compares text without case).

    A rule whose quotation marks do not come in pairs is no rule that anybody understands: it stays as it is.
    """
    if re.search("[\"']", _QUOTED.sub("", rule)):
        return rule.strip()
    parts: list[str] = []
    for part in _QUOTED.split(rule):
        if _QUOTED.fullmatch(part):
            mark = part[0] if '"' in part[1:-1] else '"'
            parts.append(f"{mark}{_renamed(part[1:-1].casefold(), domains)}{mark}")
            continue
        plain = re.sub(r"\s+", " ", part.casefold())
        # PowerShell-like operators may be written with or without their dash.
        plain = re.sub(r"(?<![\w.])-+(?=[a-z])", "", plain)
        parts.append(re.sub(r" ?([()\[\],]) ?", r"\1", plain))
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _renamed(text: str, domains: Mapping[str, str]) -> str:
    if not domains:
        return text
    new = {old.casefold(): renamed.casefold() for old, renamed in domains.items()}
    longest_first = sorted(new, key=lambda old: (-len(old), old))
    known = "|".join(re.escape(old) for old in longest_first)
    return re.sub(rf"(?<![\w.-])(?:{known})(?![\w.-])", lambda found: new[found[0]], text)
