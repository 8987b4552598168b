"""What stands beside a wave: told as foreign where nobody of ours put it there since the plan was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from replay_fakes import ROLE_ID, UNIT, WHO, Bench, group_item, role_item, row_of

from migrate.errors import Unreachable
from migrate.kinds.request import Request
from migrate.plan.document import Item
from migrate.replay.apply import apply
from migrate.replay.fold import fold
from migrate.replay.foreign import Before, foreign
from migrate.replay.live import LiveTarget

Make = Callable[..., Bench]
WHOLE = (("roleEligibilitySchedule", ""), ("groupEligibilitySchedule", "group-1"))
NOTHING = Before.of({}, WHOLE)


async def _found(here: Bench, before: Before = NOTHING, ours: Any = ()) -> tuple[list[str], set[str]]:
    live = here.again().live
    standing = await live.standing(here.items)
    lines, untold = await foreign(live, here.items, ours, fold(here.journal.entries()), standing, before)
    assert {line.state for line in lines} <= {"foreign"}
    return [line.key for line in lines], untold


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"principalId": "who-9"}, f"who-9|{ROLE_ID}|/"),
        ({"roleDefinitionId": "role-9"}, f"{WHO}|role-9|/"),
        ({"directoryScopeId": UNIT}, f"{WHO}|{ROLE_ID}|{UNIT}".lower()),
    ],
)
async def test_another_holder_role_or_scope(bench: Make, more: dict[str, Any], key: str) -> None:
    here = bench(role_item())
    await apply(here.run, here.items)
    assert await _found(here) == ([], set()), "our own is not foreign"
    theirs = row_of(role_item(), "somebody-s", **more)
    here.target.rows.append(theirs)
    assert await _found(here) == ([key], set())
    kind = "roleEligibilitySchedule"
    same_key = {**theirs, "id": "made-again"}
    other_alias = {**theirs, "roleDefinitionId": "alias"}
    for known in (theirs, same_key, other_alias):
        assert await _found(here, Before.of({kind: [known]}, WHOLE)) == ([], set())
    assert await _found(here, ours={(kind, key)}) == ([], set())


async def test_what_the_wave_does_not_touch_is_nobody_s_business(bench: Make) -> None:
    here = bench(role_item())
    here.target.rows = [
        row_of(role_item(), "a", principalId="who-9", roleDefinitionId="role-9"),
        row_of(role_item(), "b", principalId="who-9", memberType="Inherited"),
    ]
    assert await _found(here) == ([], set())


async def test_a_group_of_the_wave(bench: Make) -> None:
    here = bench(group_item())
    here.target.rows = [row_of(group_item(), "a", principalId="who-9")]
    assert await _found(here) == (["who-9|group-1|member"], set())
    assert await _found(here, Before.of({}, ())) == ([], {"group-1"}), "the snapshot had not read it"
    onboarded = bench(group_item(residue=("becomes managed",)))
    onboarded.target.rows = here.target.rows
    assert (await _found(onboarded, Before.of({}, ())))[0] == ["who-9|group-1|member"]


async def test_a_wide_right_that_graph_made_of_ours_is_not_foreign(bench: Make) -> None:
    here = bench(role_item(scope=UNIT))
    here.target.script = [lambda request: here.target.accept(request, row=True)]
    await apply(here.run, here.items)
    here.target.rows[0]["directoryScopeId"] = "/"
    assert await _found(here) == ([], set())


def _of_group(name: str) -> Item:
    item = group_item()
    return replace(item, id=name, key=f"{WHO}|{name}|member", target={**item.target, "groupId": name})


async def test_groups_are_listed_together_and_each_to_its_end(bench: Make) -> None:
    items = [_of_group(f"group-{number}") for number in range(3)]
    here = bench(*items)
    rows = {item.id: row_of(item, f"request-{item.id}") for item in items}

    async def read(request: Request, *, listing: bool = False) -> dict[str, Any]:
        if request.path == "https://graph/next":
            return {"value": [rows["group-1"]]}
        name = str(request.query["$filter"]).split("'")[1]
        if name == "group-2":
            raise Unreachable("down")
        return (
            {"value": [], "@odata.nextLink": "https://graph/next"}
            if name == "group-1"
            else {"value": [rows[name]]}
        )

    here.target.read = read  # type: ignore[method-assign]
    standing = await here.run.live.standing(items)
    assert [len(batch) for batch in here.target.batches] == [3]
    assert [standing.row(item) is not None for item in items] == [True, True, False]
    assert [standing.why_unread(item) for item in items] == [None, None, "down"]


async def test_a_batch_that_cannot_be_sent_leaves_every_group_unread(bench: Make) -> None:
    here = bench(group_item(), _of_group("group-2"))

    async def read_many(_requests: Any) -> Any:
        raise Unreachable("no token")

    here.target.read_many = read_many  # type: ignore[method-assign]
    live = LiveTarget(here.run.session, here.items)
    standing = await live.standing(here.items)
    assert {standing.why_unread(item) for item in here.items} == {"no token"}
