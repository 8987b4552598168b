from __future__ import annotations

import json
from dataclasses import fields

from trail_journal import IMAGE, ORIGIN, TrailJournal, item

from migrate.trail import jsonl
from migrate.trail.event import Event, What, Who, Why
from migrate.trail.formats import LINES
from migrate.trail.forms import Format


def test_a_line_holds_everything(written: TrailJournal) -> None:
    written.plan(item())
    written.run()
    written.write("done", image=IMAGE)
    event = written.only()
    told = json.loads(jsonl.line(event, ORIGIN))
    assert (told["type"], told["version"], told["time"]) == ("audit", 1, event.at)
    assert (told["engagement"], told["tenant_id"]) == ("acme", "tenant-1")
    renamed = {"at": "time", "subject": "event"}
    assert {renamed.get(each.name, each.name) for each in fields(Event)} <= told.keys()
    for part, kind in (("who", Who), ("what", What), ("why", Why)):
        assert {each.name for each in fields(kind)} == told[part].keys()
    assert told["after"]["endDateTime"] == "2027-01-01T00:00:00Z"


def test_a_line_is_one_line_of_ascii(written: TrailJournal) -> None:
    written.plan(item(names={"right": "a\nb\u2028\u202e\x1b[31m", "scope": "Zürich"}))
    written.write("done")
    line = jsonl.line(written.only(), ORIGIN)
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["what"]["names"]["scope"] == "Zürich"


def test_each_format_has_its_line() -> None:
    assert LINES.keys() == set(Format)
