"""Decisions go out in a workbook and come back: the installed verbs, the file, the database."""

from __future__ import annotations

from pathlib import Path

from command_line import CommandLine
from workbook_edits import Sheet

from migrate.config.decisions import read_decisions
from migrate.store.database import open_state
from migrate.store.decision_imports import DecisionImports


def _proposals(sheet: Sheet) -> list[str]:
    """The keys of people with a proposal that nobody has answered, a single one each."""
    return [
        key
        for key in sheet.rows()
        if key.startswith("user|")
        and sheet.cell(key, "State").value == "? proposed"
        and sheet.cell(key, "Target id").value
    ]


def test_a_decision_goes_the_whole_way(exporter: CommandLine) -> None:
    decisions = exporter.folder / "mappings" / "decisions.csv"
    before = read_decisions(decisions)
    sheet = Sheet(exporter.folder / "book.xlsx")
    first, second, *_ = _proposals(sheet)
    cell = sheet.put(first, decision="accept", reason="=asked her", who="AB")
    sheet.put(second, decision="choose", target=sheet.cell(first, "Target").value, who="AB")
    sheet.save(exporter.folder / "back.xlsx")
    text = decisions.read_bytes()

    dry = exporter("report import back.xlsx --dry-run --json")
    assert dry.code == 0 and decisions.read_bytes() == text
    assert (dry.summary["added"], dry.summary["kept"], dry.summary["dry_run"]) == (2, len(before), True)
    done = exporter("report import back.xlsx --json")
    assert done.code == 0
    (told,) = [one for one in done.of_type("decision") if one["source_id"] == first.split("|")[1]]
    assert (told["change"], told["decision"], told["who"]) == ("added", "accept", "AB")
    assert told["cells"] == [f"back.xlsx: Principals!{cell}"]

    after = {(one.kind, one.source_id): one for one in read_decisions(decisions)}
    assert len(after) == len(before) + 2
    made = after["user", first.split("|")[1]]
    assert (made.decision, made.target_id, made.reason) == ("accept", told["target_id"], "=asked her")
    assert made.when
    assert all((one.kind, one.source_id) in after for one in before)
    with open_state(exporter.folder / "state" / "contoso-to-fabrikam" / "engagement.db", create=False) as db:
        (sealed,) = DecisionImports(db).list()
    assert (sealed.file_name, sealed.who, len(sealed.rows)) == ("back.xlsx", "AB", 2)

    assert exporter("resolve --json").code == 4
    assert exporter("report export again.xlsx --json").code == 0
    again = Sheet(exporter.folder / "again.xlsx")
    assert again.cell(first, "Decision reason").value == "=asked her"
    assert again.cell(first, "State").value == "✓ accepted" or again.cell(first, "Open points").value == "C03"
    log = list(again.on_top("Decisions log").iter_rows(values_only=True))
    assert sum("back.xlsx" in row and "added" in row for row in log) == 2
    # The old workbook says what it said: that is decided now, so that nothing changes.
    repeated = exporter("report import back.xlsx --json")
    assert repeated.code == 0 and repeated.summary["added"] == repeated.summary["changed"] == 0


def test_bad_cells_are_all_named_and_nothing_is_written(exporter: CommandLine) -> None:
    decisions = exporter.folder / "mappings" / "decisions.csv"
    text = decisions.read_bytes()
    sheet = Sheet(exporter.folder / "book.xlsx")
    first, second, *_ = _proposals(sheet)
    sheet.put(first, decision="accept")
    sheet.put(second, decision="choose", target="nobody", who="AB")
    sheet.save()
    result = exporter("report import book.xlsx --json")
    assert result.code == 2 and result.error["code"] == "workbook_answers_invalid"
    assert {one["code"] for one in result.of_type("problem")} == {"missing_initials", "bad_target"}
    assert all(one["cell"] and one["right"] for one in result.of_type("problem"))
    spoken = exporter("report import book.xlsx")
    assert "book.xlsx: Principals!M" in spoken.err and "book.xlsx: Principals!O" in spoken.err
    assert decisions.read_bytes() == text


def test_the_order_of_a_file_that_a_person_arranged_is_kept(exporter: CommandLine) -> None:
    decisions = exporter.folder / "mappings" / "decisions.csv"
    header, *lines = decisions.read_text(encoding="utf-8").splitlines()
    decisions.write_text("\n".join([header, *lines[::-1]]) + "\n", encoding="utf-8")
    sheet = Sheet(exporter.folder / "book.xlsx")
    sheet.put(_proposals(sheet)[0], decision="skip", who="AB")
    sheet.save()
    assert exporter("report import book.xlsx --json").code == 0
    now = decisions.read_text(encoding="utf-8").splitlines()
    assert now[: len(lines) + 1] == [header, *lines[::-1]]
    assert len(now) == len(lines) + 2


def test_a_redacted_report_names_nobody_in_any_format_and_is_not_read_back(exporter: CommandLine) -> None:
    result = exporter("report export open.xlsx --html open.html --csv twin --json")
    assert result.code == 0
    assert {Path(one["path"]).name for one in result.of_type("file")} >= {
        "open.xlsx",
        "open.html",
        "principals.csv",
    }
    hidden = exporter("report export hidden.xlsx --html hidden.html --redact --json")
    assert hidden.code == 0 and hidden.summary["redacted"] is True
    names = ("contoso", "fabrikam", "dana")
    shown = (exporter.folder / "open.html").read_text(encoding="utf-8").lower()
    assert all(name in shown for name in names)
    texts = [(exporter.folder / "hidden.html").read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in (exporter.folder / "hidden.csv").iterdir()]
    for sheet in Sheet(exporter.folder / "hidden.xlsx").book.worksheets:
        texts += [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert not [text for text in texts for name in names if name in text.lower()]
    assert exporter("report import hidden.xlsx --json").error["code"] == "workbook_redacted"
    again = exporter("report export later.xlsx --redact --json")
    assert again.code == 0
    for name in ("principals.csv", "conflicts.csv"):
        first, second = (exporter.folder / folder / name for folder in ("hidden.csv", "later.csv"))
        assert first.read_bytes() == second.read_bytes()


def test_the_csv_twin_is_the_same_each_time(exporter: CommandLine) -> None:
    assert exporter("report export one.xlsx --json").code == 0
    assert exporter("report export two.xlsx --csv elsewhere/two --json").code == 0
    one, two = exporter.folder / "one.csv", exporter.folder / "elsewhere" / "two"
    assert sorted(path.name for path in one.iterdir()) == sorted(path.name for path in two.iterdir())
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
