"""Delta queries of users, groups and administrative units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graph_client import GraphClient, code
from small_tenants import ALICE, BOB, CAROL, PLAIN_GROUP, TENANT, UNIT, object_id, user
from ticking import Ticking

from migrate.lab.serve import LabThread


def read(graph: GraphClient, link: str) -> tuple[list[dict[str, Any]], str]:
    """All pages of a round, and the link for the next."""
    rows: list[dict[str, Any]] = []
    while True:
        answer = graph.get(link)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        rows += body["value"]
        assert ("@odata.nextLink" in body) != ("@odata.deltaLink" in body)
        if "@odata.deltaLink" in body:
            return rows, str(body["@odata.deltaLink"])
        link = body["@odata.nextLink"]


def test_a_round_is_everything_then_what_changed(graph: GraphClient, lab: LabThread) -> None:
    """graph-facts §2.7: delta exists for users; documented: @removed with a reason."""
    rows, link = read(graph, "/users/delta?$select=displayName")
    assert {row["id"] for row in rows} == {object_id(number) for number in (101, 102, 103, 104)}
    assert read(graph, link)[0] == []
    lab.change(TENANT, op="update", kind="users", object={"id": ALICE, "displayName": "Alicia"})
    lab.change(TENANT, op="delete", kind="users", object={"id": BOB})
    lab.change(TENANT, op="create", kind="users", object={"id": object_id(150), "displayName": "New"})
    changed, later = read(graph, link)
    assert {row["id"]: row for row in changed} == {
        ALICE: {"id": ALICE, "displayName": "Alicia"},
        BOB: {"id": BOB, "@removed": {"reason": "changed"}},
        object_id(150): {"id": object_id(150), "displayName": "New"},
    }
    assert read(graph, later)[0] == []
    assert {row["id"] for row in read(graph, link)[0]} == {row["id"] for row in changed}


def test_pages_of_a_round(reloaded: Callable[..., GraphClient]) -> None:
    """Documented: a page has a nextLink or a deltaLink, never both; every row once."""
    graph = reloaded(users=[user(number, f"U{number}") for number in range(1000, 1250)])
    rows, _ = read(graph, "/users/delta")
    assert len(rows) == len({row["id"] for row in rows}) == 250


def test_members_of_groups(graph: GraphClient) -> None:
    """Documented: members@delta with the type and the id, @removed for who left."""
    rows, link = read(graph, "/groups/delta")
    plain = next(row for row in rows if row["id"] == PLAIN_GROUP)
    assert plain["members@delta"] == [
        {"@odata.type": "#microsoft.graph.user", "id": ALICE},
        {"@odata.type": "#microsoft.graph.user", "id": BOB},
    ]
    ref = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{CAROL}"}
    graph.post(f"/groups/{PLAIN_GROUP}/members/$ref", ref)
    graph.delete(f"/groups/{PLAIN_GROUP}/members/{ALICE}/$ref")
    changed, later = read(graph, link)
    assert changed[0]["members@delta"] == [
        {"@odata.type": "#microsoft.graph.user", "id": CAROL},
        {"@odata.type": "#microsoft.graph.user", "id": ALICE, "@removed": {"reason": "deleted"}},
    ]
    graph.post(f"/groups/{PLAIN_GROUP}/members/$ref", {"@odata.id": ref["@odata.id"].replace(CAROL, ALICE)})
    graph.delete(f"/groups/{PLAIN_GROUP}/members/{ALICE}/$ref")
    assert "members@delta" not in read(graph, later)[0][0]


def test_administrative_units(graph: GraphClient) -> None:
    """graph-facts §2.6: delta is supported."""
    rows, link = read(graph, "/directory/administrativeUnits/delta")
    assert [row["id"] for row in rows] == [UNIT]
    assert len(rows[0]["members@delta"]) == 2
    graph.delete(f"/directory/administrativeUnits/{UNIT}")
    assert read(graph, link)[0] == [{"id": UNIT, "@removed": {"reason": "deleted"}}]


def test_from_now_on(graph: GraphClient, lab: LabThread) -> None:
    """Documented: $deltatoken=latest gives a link and no rows."""
    rows, link = read(graph, "/users/delta?$deltatoken=latest")
    assert rows == []
    lab.change(TENANT, op="update", kind="users", object={"id": ALICE, "displayName": "Alicia"})
    assert [row["id"] for row in read(graph, link)[0]] == [ALICE]


def test_only_some_objects(graph: GraphClient) -> None:
    """Documented: a filter by id only, no expansion, no order."""
    rows, _ = read(graph, f"/users/delta?$filter=id eq '{ALICE}' or id eq '{BOB}'")
    assert {row["id"] for row in rows} == {ALICE, BOB}
    assert graph.get("/users/delta", filter="displayName eq 'Alice'").status_code == 400
    assert graph.get("/users/delta", expand="manager").status_code == 400


def test_an_old_link_is_refused(
    graph: GraphClient, ticking: Ticking, connect: Callable[..., GraphClient]
) -> None:
    """Documented: links of directory objects live for seven days."""
    _, link = read(graph, "/users/delta")
    ticking.move(days=7)
    answer = connect().get(link)
    assert (answer.status_code, code(answer)) == (400, "syncStateNotFound")


def test_a_lost_state_is_410_with_a_way_back(graph: GraphClient, lab: LabThread) -> None:
    """Documented: 410 and a Location with an empty token, which starts again."""
    _, link = read(graph, "/users/delta")
    lab.faults([{"match": {"path_prefix": "/users/delta"}, "do": "expire_page"}])
    answer = graph.get(link)
    assert (answer.status_code, code(answer)) == (410, "resyncRequired")
    again = answer.headers["Location"]
    assert again.endswith("/users/delta?$deltatoken=")
    assert len(read(graph, again)[0]) == 4


@pytest.mark.parametrize("path", ["/users/delta()", "/groups/microsoft.graph.delta()"])
def test_the_long_names(graph: GraphClient, path: str) -> None:
    """sdk-facts: request builders spell the function out."""
    assert read(graph, path)[0]
