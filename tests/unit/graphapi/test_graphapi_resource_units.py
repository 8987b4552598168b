from __future__ import annotations

import pytest

from migrate.graphapi.resource_units import units_of
from migrate.kinds.request import Lane, Request, get


@pytest.mark.parametrize(
    ("request_", "units"),
    [
        (get("/users"), 2),
        (get("/users", select="id"), 1),
        (get("/users", expand="manager"), 3),
        (get("/users/u-1"), 1),
        (get("/groups/g-1/members"), 3),
        (get("/groups/g-1/members", select="id", top="10"), 1),
        (get("/groups/g-1/transitiveMembers", expand="x"), 6),
        (get("/subscribedSkus"), 3),
        (get("/organization", select="id"), 1),
        (get("https://graph.test/v1.0/groups/g-1/members?$select=id&$skiptoken=x"), 2),
        (get("https://graph.test/v1.0/users?$skiptoken=x"), 2),
        (Request("POST", "/directoryObjects/getByIds", body={}, reads=True), 3),
        (Request("PATCH", "/users/u-1", body={}), 1),
        (get("/roleManagement/directory/roleDefinitions", lane=Lane.PIM, expand="x"), 1),
    ],
)
def test_a_request_costs_what_graph_publishes(request_: Request, units: int) -> None:
    assert units_of(request_) == units
