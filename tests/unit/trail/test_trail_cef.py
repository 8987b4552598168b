from __future__ import annotations

import pytest
from cef_reader import read
from trail_journal import IMAGE, ORIGIN, TrailJournal, item

from migrate.trail import cef

HOSTILE = [
    "a|b\\|c",
    "x=1 cs1=forged act=approved",
    "line\nCEF:0|evil|evil|1|1|1|10|act=approved",
    "\r\n\t\x1b[31mred",
    "back\\slash\\",
    "\u202efdp.exe\u2028\u200b",
    "=cmd|' /C calc'!A0",
    "n" * 10_000,
]


def told(written: TrailJournal) -> tuple[list[str], dict[str, str]]:
    return read(cef.line(written.only(), ORIGIN))


def test_the_header_and_the_fields(written: TrailJournal) -> None:
    written.plan(item())
    written.run()
    written.write("done", image=IMAGE, message="there, as asked")
    header, fields = told(written)
    assert header == [
        "CEF:0",
        "pim-migrate",
        "pim-migrate",
        "9.9.9",
        "write:assign:done",
        "roleEligibilitySchedule assigned",
        "3",
    ]
    assert (fields["rt"], fields["pimTime"]) == ("1780315203000", "2026-06-01T12:00:03.000000Z")
    assert (fields["suid"], fields["suser"], fields["pimAppId"]) == ("sp-1", "kim@desk", "app-1")
    assert (fields["duid"], fields["duser"]) == ("who-1", "a@new")
    assert (fields["cs1Label"], fields["cs1"]) == ("right", "Helpdesk")
    assert (fields["cs3"], fields["cn1Label"], fields["cn1"]) == ("all", "batch", "1")
    assert fields["msg"] == "assigned Helpdesk for a@new at EMEA: there, as asked"
    assert (fields["outcome"], fields["pimVerified"]) == ("success", "true")
    assert '"id": "schedule-1"' in fields["pimAfter"]
    assert "pimBefore" not in fields


def test_the_approval(written: TrailJournal) -> None:
    given = {"approver": "kim=|@new", "key_id": "k1", "at": "2026-06-01T11:00:00Z"}
    written.say("approved", {"approvals": [given]}, number=None)
    header, fields = told(written)
    assert header[5] == "plan approved"
    assert fields["cs6"] == "kim=|@new (k1) at 2026-06-01T11:00:00Z"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_one_value(written: TrailJournal, name: str) -> None:
    written.plan(item(kind=name, names={"right": name, "target_principal": name}))
    written.write("done", message=name)
    line = cef.line(written.only(), ORIGIN)
    assert line.isprintable()
    header, fields = read(line)
    assert len(header) == 7
    assert fields["act"] == "assigned"
    shown = cef.visible(name, keep="\r\n")
    assert fields["duser"] == (shown if len(shown) <= 1023 else shown[:1022] + "…")
    assert len(fields["msg"]) <= 1023


def test_what_happened_is_graded(written: TrailJournal) -> None:
    written.write("widened")
    assert told(written)[0][6] == "10"
