"""What the workbook counts of the objects that rights name, from the drafts of these rights."""

from __future__ import annotations

from typing import Any

from workbook_sample import SOURCE, ident

from migrate.plan.document import Action, Draft
from migrate.plan.found_codes import COVERAGE
from migrate.resolve.reference_graph import rights
from migrate.resolve.tenant_view import TenantView
from migrate.workbook.named_objects import NamedObjects

KIND = "roleEligibilitySchedule"
ANN, BEN = ("user", ident(1, 1)), ("user", ident(1, 2))
READER, WRITER = ("roleDefinition", ident(5, 1)), ("roleDefinition", ident(5, 2))


def _counted(*rows: dict[str, Any], waiting: tuple[tuple[str, str], ...] = ()) -> NamedObjects:
    """Of rows that a plan has judged: it blocks those of which the source does not tell enough, and keeps of
    a row the ids alone."""
    source = TenantView(
        SOURCE,
        {
            "user": {one[1]: {"id": one[1]} for one in (ANN, BEN)},
            "roleDefinition": {one[1]: {"id": one[1]} for one in (READER, WRITER)},
            KIND: {row["id"]: row for row in rows},
        },
    )
    named = NamedObjects(source, waiting)
    for kind, row in rights(source):
        codes = (COVERAGE,) if kind.gaps(row) else ()
        kept = {name: value for name, value in row.items() if name != "memberType"}
        named.add(Draft(Action.BLOCKED, KIND, row["id"], "", codes, kept))
    return named


def _right(number: int, holder: tuple[str, str], role: tuple[str, str], **more: str) -> dict[str, Any]:
    row = {"id": ident(7, number), "principalId": holder[1], "roleDefinitionId": role[1]}
    return row | {"directoryScopeId": "/", "memberType": "Direct"} | more


def test_a_right_is_counted_once_for_each_object_that_it_names() -> None:
    own = f"/{ANN[1]}"
    named = _counted(
        _right(1, ANN, READER), _right(2, ANN, WRITER, directoryScopeId=own), _right(3, BEN, READER)
    )
    assert named.rights_of == {ANN: 2, BEN: 1, READER: 2, WRITER: 1}
    assert named.uses_of(ANN) == {"principalId", "directoryScopeId"}
    assert named.uses_of(BEN) == {"principalId"}
    assert named.uses_of(("user", ident(1, 3))) == frozenset()


def test_a_right_waits_once_however_many_of_its_objects_do() -> None:
    rows = _right(1, ANN, READER), _right(2, ANN, WRITER), _right(3, BEN, WRITER)
    assert _counted(*rows, waiting=(ANN, READER)).undecided == 2


def test_no_policy_counts_a_right_of_which_the_source_does_not_tell_enough() -> None:
    named = _counted(
        _right(1, ANN, READER), _right(2, BEN, READER, memberType=""), _right(3, BEN, WRITER, memberType="")
    )
    assert named.rights_of[WRITER] == 1
    assert named.governed() == {("roleDefinition", READER[1], ""): 1}
    assert list(named.governed()) == [("roleDefinition", READER[1], "")]
