"""The plan as a document: batches, ids, and a seal that no hand can get past."""

from __future__ import annotations

import json
from typing import Any

import pytest
from plan_sample import ANNA, OPS, drafts
from tenant_pairs import EXCHANGE, NOW, group_right, ident, right

from migrate.errors import FileError
from migrate.plan.assemble import assemble
from migrate.plan.document import FORMAT, Action, Draft, Plan, from_text, to_text
from migrate.plan.guard import Guard


def made(found: list[Draft], batch_size: int = 2) -> Plan:
    return assemble(
        found,
        plan_id="all-1",
        wave="all",
        number=1,
        engagement="test",
        made_at=NOW,
        source={"tenant_id": "s"},
        target={"tenant_id": "t"},
        resolution={"id": "resolution-0001"},
        batch_size=batch_size,
        warnings=("something",),
    )


@pytest.fixture
def plan() -> Plan:
    found = drafts(
        [right("role", ANNA["id"], end="2026-04-01T00:00:00Z")],
        [
            group_right("g", ANNA["id"], OPS["id"], access, end="2026-09-01T00:00:00Z")
            for access in ("member", "owner")
        ],
        managed=False,
        policies=[],
        guard=Guard(allow_irreversible=frozenset({"onboard-group"})),
    )
    return made(found + drafts([right("x", ident("gone"))]))


def test_writes_are_counted_into_batches_and_others_are_in_none(plan: Plan) -> None:
    assert [(item.id, item.action, item.batch, item.reverse) for item in plan.items] == [
        ("all-1.00001", Action.CREATE, 1, "adminRemove"),
        ("all-1.00002", Action.CREATE, 1, "adminRemove"),
        ("all-1.00003", Action.CREATE, 2, "adminRemove"),
        ("all-1.00004", Action.BLOCKED, 0, None),
    ]
    assert plan.counts() == {"create": 3, "keep": 0, "skip": 0, "blocked": 1, "update": 0, "replace": 0}
    assert len(plan.writes()) == 3 and plan.kept() == ()
    assert [item.symbol for item in plan.items] == ["+", "+", "+", "!"]


def test_residue_is_announced_once(plan: Plan) -> None:
    assert len(plan.residue()) == 1


def test_a_plan_is_read_back_as_it_was(plan: Plan) -> None:
    text = to_text(plan)
    assert to_text(from_text(text, "plan.json")) == text
    assert from_text(text, "plan.json").hash == plan.hash
    assert made([]).sealed() == made([])


def test_the_same_wave_has_the_same_hash_and_another_has_not(plan: Plan) -> None:
    assert made(drafts()).hash == made(drafts()).hash
    assert made(drafts()).hash != plan.hash


def changed(text: str, **values: Any) -> str:
    return json.dumps({**json.loads(text), **values})


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"wave": "other"}, "plan_changed"),
        ({"hash": ""}, "plan_changed"),
        ({"hash": None}, "plan_changed"),
        ({"items": []}, "plan_changed"),
        ({"engagement": "\ud800"}, "plan_unreadable"),
        ({"more": 1}, "plan_unreadable"),
        ({"items": [5]}, "plan_unreadable"),
        ({"items": None}, "plan_unreadable"),
        ({"items": [{"action": "delete"}]}, "plan_unreadable"),
        ({"format": FORMAT + 1}, "plan_newer"),
        ({"format": True}, "plan_changed"),
    ],
)
def test_a_plan_that_was_changed_is_refused(plan: Plan, values: dict[str, Any], code: str) -> None:
    with pytest.raises(FileError) as refused:
        from_text(changed(to_text(plan), **values), "plan.json")
    assert (refused.value.code, refused.value.where) == (code, "plan.json")


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"format": 1}'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(FileError) as refused:
        from_text(text, "plan.json")
    assert refused.value.code in ("plan_unreadable", "plan_newer")


def test_a_write_moved_to_somebody_else_is_refused(plan: Plan) -> None:
    text = to_text(plan).replace(EXCHANGE, "62e90394-69f5-4237-9190-012177145e10")
    with pytest.raises(FileError):
        from_text(text, "plan.json")
