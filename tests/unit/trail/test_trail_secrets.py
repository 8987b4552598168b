from __future__ import annotations

from typing import Any

import pytest
from trail_journal import ORIGIN, TrailJournal, item

from migrate.trail.formats import LINES
from migrate.trail.secrets import REMOVED, without_secrets

TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiJ4eHh4In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIabcdef\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    "name",
    ["password", "clientSecret", "client_secret", "secretText", "access_token", "accessToken",
     "Authorization", "privateKey", "passwordProfile", "client_assertion", "Cookie", "credentials"],
)  # fmt: skip
def test_what_is_named_like_a_secret_is_taken_out(name: str) -> None:
    assert without_secrets({"a": [{name: "hunter2"}]}) == {"a": [{name: REMOVED}]}


@pytest.mark.parametrize(
    "value",
    [
        {"isPasswordRequired": True, "passwordExpired": False, "keyId": "k", "key_id": "k", "token": None},
        {"isToken": True, "secretary": "x", "roleDefinitionId": "x", "requireSecret": False},
        ["a bearer of news", "eyJ", "", 3, None],
    ],
)
def test_what_only_sounds_so_stays(value: Any) -> None:
    assert without_secrets(value) == value


@pytest.mark.parametrize("text", [TOKEN, f"Bearer {TOKEN}", "bearer abcdefghijklmnop1234", KEY, KEY[:50]])
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    assert without_secrets(f"it said {text}") == f"it said {REMOVED}"


def test_no_secret_leaves_in_any_format(written: TrailJournal) -> None:
    """Wherever in the journal and the plan somebody might have put one."""
    hidden = {"clientSecret": "hunter2", "note": TOKEN}
    places = {"source": hidden, "target": hidden, "names": {"right": TOKEN, "password": "hunter2"}}
    written.plan(item(**places, base=hidden, reason=f"Bearer {TOKEN}", key=KEY))
    written.run(caller={"object_id": TOKEN, "access_token": "hunter2"}, operator=TOKEN)
    written.say("approved", {"approvals": [{"approver": TOKEN, "signature": "hunter2"}]}, number=None)
    written.begin(before=hidden)
    written.say("doubt", {"reason": TOKEN})
    written.end("done", image=hidden, message=KEY, code="x")
    written.end("done", "remove", message=TOKEN)
    written.say("stopped", {"reason": TOKEN}, number=None)
    written.say("resumed", {"after": TOKEN}, number=None)
    events = written.events()
    assert len(events) == 6
    for line in LINES.values():
        for event in events:
            told = line(event, ORIGIN)
            assert not any(secret in told for secret in (TOKEN, "hunter2", "MIIabcdef")), told
