"""An explanation on one screen and as JSON."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

from migrate.resolve.decisions import Decision
from migrate.resolve.explanation import Candidate, Explanation, Fate, Finding, HangingRight, Proof
from migrate.resolve.find_object import Found, Side
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.object_facts import Referrer
from migrate.resolve.right_in_words import RightInWords
from migrate.views.explanation import Seen, as_json, lines_of

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SEEN = (
    Seen("source", "source-0001", "1" * 8, "2026-02-27T08:00:00.000000Z", ()),
    Seen("target", "target-0001", "2" * 8, "2026-03-01T07:59:30.000000Z", ("groups", "users", "a", "b")),
)
HOSTILE = "=cmd|' /C calc'!A0\x1b[2J\u202e" + "张" * 10_000
ID = "11111111-2222-3333-4444-555555555555"
FOUND = Found(Side.SOURCE, "user", ID, "anna@contoso.com")
COUNTERPART = Counterpart(
    "user", ID, "anna@contoso.com", ID, "as@fabrikam.com", State.PROPOSED, "mail", 0.65, ID, "two match"
)
WORDS = RightInWords("anna@contoso.com", "Exchange Administrator", "tenant", "2026-06-01T00:00:00Z")
SMALL = Explanation(
    FOUND,
    {"displayName": "Anna", "accountEnabled": True},
    COUNTERPART,
    (Candidate("user", ID, "as@fabrikam.com", "counterpart", (Proof("mail", "as@fabrikam.com", 0.65),)),),
    rights=(HangingRight("r", "roleEligibilitySchedule", WORDS, Fate("blocked", "open", ("C02",))),),
)


def lines(told: Explanation, resolution: str | None = "resolution-0001") -> list[str]:
    return lines_of(told, SEEN, resolution, NOW)


def everywhere(text: str, times: int) -> Explanation:
    """An explanation that is as full as one can be, with a stranger's text wherever one may stand."""
    proofs = tuple(Proof("mail", text, 0.5) for _ in range(times))
    words = RightInWords(text, text, text, "no end")
    return Explanation(
        replace(FOUND, name=text),
        {f"property{number}": text for number in range(times)},
        replace(COUNTERPART, name=text, target_name=text, reason=text),
        tuple(Candidate("user", ID, text, "runner-up", proofs) for _ in range(times)),
        tuple(Decision("user", ID, ID, "choose", text, text, text) for _ in range(times)),
        tuple(Finding("C02", "several candidates", text, text, ID) for _ in range(times)),
        tuple(Finding("D05", "other permissions", text, text, "x") for _ in range(times)),
        tuple(HangingRight("r", "k", words, Fate("blocked", text, ("C02",))) for _ in range(times)),
        tuple(("principalId", replace(FOUND, name=text), COUNTERPART) for _ in range(times)),
        tuple(Referrer("approver in", "roleManagementPolicy", "p", text) for _ in range(times)),
        ("groupMembers", "groupOwners"),
    )


def test_the_screen_says_what_matters() -> None:
    shown = lines(SMALL)
    assert shown[0] == "user of the source: anna@contoso.com"
    assert f"proposed: as@fabrikam.com {ID}" in shown
    assert "  by mail (0.65): two match" in shown
    assert "what hangs on it: 1 blocked" in shown
    blocked = "  blocked C02: anna@contoso.com: Exchange Administrator at tenant, until 2026-06-01"
    assert blocked in shown
    assert shown[-3] == "source as of 2026-02-27T08:00Z (2 days old, source-0001): whole"
    assert shown[-2].endswith("(just now, target-0001): not whole: groups, users, a, …")
    assert shown[-1] == "told from resolution-0001"
    assert lines(SMALL, None)[-1] == "resolved for this answer only: nothing was saved"


def test_however_much_there_is_it_is_one_screen() -> None:
    for text in ("x" * 300, HOSTILE, "word " * 200):
        shown = lines(everywhere(text, 300))
        assert len(shown) <= 40
        assert max(_columns(line) for line in shown) <= 100
        assert any(line.strip().startswith("+ ") and line.endswith(" more") for line in shown)


def test_nothing_of_a_stranger_steers_the_terminal() -> None:
    for line in lines(everywhere(HOSTILE, 2)):
        assert not any(unicodedata.category(one) in ("Cc", "Cf") for one in line), line


def test_json_holds_everything_whole() -> None:
    told = json.loads(json.dumps(as_json(everywhere(HOSTILE, 8), SEEN, None, NOW)))
    assert told["name"] == HOSTILE
    assert len(told["rights"]) == len(told["candidates"]) == len(told["conflicts"]) == 8
    assert told["rights"][0]["action"] == "blocked"
    assert told["snapshots"][0]["age_seconds"] == 172_800
    assert told["snapshots"][1]["unread"] == ["groups", "users", "a", "b"]
    assert told["resolution"] is None


def test_a_target_object_has_claims() -> None:
    told = replace(SMALL, found=replace(FOUND, side=Side.TARGET), counterpart=None)
    assert "claims" in as_json(told, SEEN, None, NOW)
    assert "claimed by (source):" in lines(told)
    nobody = replace(told, candidates=(), rights=())
    assert "no source object that a right names claims it" in lines(nobody)


def test_a_source_object_without_rights_says_that_nothing_was_sought() -> None:
    told = Explanation(FOUND, {}, None)
    assert "no right names it, so that no counterpart was sought" in lines(told)


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in ("W", "F") else 1 for one in line)
