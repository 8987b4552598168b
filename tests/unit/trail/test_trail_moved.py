from __future__ import annotations

import csv
import io
import json

from trail_journal import TrailJournal, item

from migrate.trail.forms import MovedForm
from migrate.trail.moved import APPLICATION, NOBODY, csv_text, moved, text_of

GROUP = {"principalId": "who-2", "groupId": "group-1", "accessId": "member"}


def test_what_stands_is_listed_and_what_was_taken_back_is_not(written: TrailJournal) -> None:
    written.plan(item(1), item(2, target=GROUP), item(3), item(4), item(5, kind="group", target={"x": "y"}))
    written.run()
    written.write("done", number=1, image={"id": "schedule-1"})
    written.write("granted", number=2)
    written.write("exists", number=3)
    written.write("done", number=4)
    written.write("done", "remove", number=4)
    written.write("refused", "remove", number=1)
    written.write("done", number=5, image={"id": "made-1"})
    rows = moved(written.events())
    assert [(row.id, row.kind, row.write) for row in rows] == [
        ("role-1", "roleEligibilitySchedule", "all-1.00001"),
        ("group-1", "roleEligibilitySchedule", "all-1.00002"),
        ("made-1", "group", "all-1.00005"),
        ("app-1", APPLICATION, ""),
    ]
    assert rows[0].principal_id == "who-1"


def test_the_list_of_nothing_is_empty(written: TrailJournal) -> None:
    written.run()
    assert moved(written.events()) == []


def test_the_watchlist_is_a_csv_that_no_spreadsheet_runs(written: TrailJournal) -> None:
    written.plan(item(names={"right": "=cmd|' /C calc'!A0", "target_principal": 'a"b,c\nd\u202e'}))
    written.write("done")
    head, row = csv.reader(io.StringIO(csv_text(moved(written.events())), newline=""))
    assert head == ["id", "kind", "name", "principal_id", "principal", "scope", "wave", "write"]
    assert row[2] == "'=cmd|' /C calc'!A0"
    assert row[4] == 'a"b,c<U+000A>d<U+202E>'


def test_the_pipeline_names_who_is_left_out(written: TrailJournal) -> None:
    written.plan(item())
    written.write("done")
    found = json.loads(text_of(moved(written.events()), MovedForm.SIGMA))
    assert found["vars"]["moved_ids"] == ["role-1"]
    assert found["vars"]["moved_principals"] == ["who-1"]
    assert found["vars"]["migration_application"] == [NOBODY]
