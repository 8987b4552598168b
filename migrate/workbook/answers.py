"""One answered row: what the person wants, or everything that is wrong with the way it is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.resolve.findings import Counterpart
from migrate.workbook.remarks import Remark
from migrate.workbook.returned import Answer, Entered
from migrate.workbook.sheets.deciding import DECISIONS
from migrate.workbook.targets import NoTarget, Targets

_UNKNOWN_KINDS = ("directoryObject", "application")
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_HINT = "name"
_SUGGESTION = "similar_name"
"""Shown to a person who looks for somebody, and proposed by no rule."""


@dataclass(frozen=True)
class Wanted:
    """What a row asks for; ``decision`` is empty where a decision is taken back."""

    decision: str
    target_id: str | None = None
    reason: str = ""
    who: str = ""

    def same(self, decision: str, target_id: str | None) -> bool:
        return (self.decision, self.target_id) == (decision, target_id)


def proposal_of(mapping: Counterpart) -> str | None:
    """What the rules propose, whatever was decided since."""
    if mapping.target_id and mapping.rule != "decision":
        return mapping.target_id
    proposing = [one for one in mapping.evidence if one.rule != _SUGGESTION]
    found = [one.target_id for one in proposing if one.rule != _HINT]
    found = found or [one.target_id for one in proposing]
    return found[0] if found else None


def understood(
    answer: Answer, mapping: Counterpart, targets: Targets, *, can_be_made: bool = False
) -> tuple[Wanted | None, list[Remark]]:
    """What the row wants, or ``None`` and what is wrong with its cells. Something that ``can_be_made`` is
    accepted without a proposal as well: a plan makes it then."""
    unreadable = dict(_unreadable(answer))
    problems = list(unreadable.values())
    said = {name: one.text.replace("\r\n", "\n").strip() for name, one in answer.entered.items()}
    decision = said["decision"].casefold()
    cell = answer.entered["decision"]
    if not decision and "decision" not in unreadable:
        wanted, half_said = _taken_back(answer)
        return (None, [*problems, *half_said]) if problems else (wanted, half_said)
    if decision not in DECISIONS and "decision" not in unreadable:
        what = f'"{said["decision"][:40]}" is no decision'
        problems.append(Remark("bad_decision", cell.place, what, f"one of {', '.join(DECISIONS)}"))
    if not said["who"] and "who" not in unreadable:
        right = "the initials of whoever decides"
        problems.append(Remark("missing_initials", answer.entered["who"].place, "nobody signed this", right))
    target_id: str | None = None
    if decision in DECISIONS and not unreadable.keys() & {"decision", "target"}:
        try:
            target_id = _target(answer, decision, mapping, targets, can_be_made)
        except _Refused as refused:
            problems.append(refused.remark)
    if problems:
        return None, problems
    return Wanted(decision, target_id, said["reason"], said["who"]), []


class _Refused(Exception):
    def __init__(self, code: str, entered: Entered, what: str, right: str) -> None:
        super().__init__(what)
        self.remark = Remark(code, entered.place, what, right)


def _unreadable(answer: Answer) -> Iterator[tuple[str, Remark]]:
    for name, one in answer.entered.items():
        if one.wrong == "formula":
            what = "a formula stands there, and formulas are not computed here"
            yield name, Remark("formula", one.place, what, f"the {name} as plain text")
        elif one.wrong:
            what = f"an error stands there ({one.text[:20]})"
            yield name, Remark("error_value", one.place, what, f"the {name} as plain text")
        elif found := _UNWRITABLE.search(one.text):
            what = f"it holds U+{ord(found[0]):04X}, which no text file can hold"
            yield name, Remark("bad_character", one.place, what, "the same without that character")


def _taken_back(answer: Answer) -> tuple[Wanted | None, list[Remark]]:
    """An empty decision takes back what the row showed; where it showed none, something is half said."""
    if answer.shown.get("decision"):
        return Wanted(""), []
    left = next((one for one in answer.entered.values() if one.text.strip()), answer.entered["decision"])
    what = "something is filled in, but no decision"
    return None, [Remark("no_decision", left.place, what, f"one of {', '.join(DECISIONS)} under Decision")]


def _target(
    answer: Answer, decision: str, mapping: Counterpart, targets: Targets, can_be_made: bool
) -> str | None:
    cell = answer.entered["target"]
    text = cell.text.strip()
    # What was left standing there from an earlier decision says nothing about this one.
    left_over = text.casefold() == answer.shown.get("target", "").strip().casefold()
    if decision in ("skip", "block"):
        if text and not left_over:
            what = f"{decision} takes no target"
            raise _Refused("needless_target", cell, what, "choose under Decision, or this cell empty")
        return None
    if mapping.kind in _UNKNOWN_KINDS:
        what = "the source has no such object any more, so that nothing can stand for it"
        raise _Refused("bad_decision", answer.entered["decision"], what, "skip or block")
    proposal = proposal_of(mapping)
    candidates = list(dict.fromkeys([*([proposal] if proposal else []), *_candidates(mapping)]))
    if decision == "accept":
        if proposal is None and can_be_made:
            if text and not left_over:
                what = "nothing is proposed, so that accept has it made: that takes no target"
                raise _Refused("needless_target", cell, what, "choose under Decision, or this cell empty")
            return None
        if proposal is None:
            what = "nothing is proposed that could be accepted"
            raise _Refused("nothing_proposed", answer.entered["decision"], what, "choose, skip or block")
        if text and not left_over and _found(targets, mapping, cell, candidates) != proposal:
            what = f"accept takes the proposal ({proposal}), this is another"
            raise _Refused("other_than_proposed", cell, what, "choose under Decision, or this cell empty")
        return proposal
    if not text:
        right = "the id, the sign-in name or the display name of the right one in the target"
        raise _Refused("missing_target", cell, "choose does not say which", right)
    return _found(targets, mapping, cell, candidates)


def _candidates(mapping: Counterpart) -> Iterator[str]:
    if mapping.runner_up:
        yield mapping.runner_up
    for one in mapping.evidence:
        yield one.target_id


def _found(targets: Targets, mapping: Counterpart, cell: Entered, candidates: list[str]) -> str:
    try:
        return targets.find(mapping.kind, cell.text, candidates)
    except NoTarget as error:
        raise _Refused("bad_target", cell, error.what, error.right) from error
