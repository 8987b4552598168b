"""What only shows on a socket: cut and truncated answers, the control plane over HTTP, a lab in a loop."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from graph_client import GraphClient, tls
from small_tenants import ALICE, APP, BOB, GLOBAL_READER, PLAIN_GROUP, SECRET, TENANT, other_seed, seed

from migrate.lab.serve import Lab, LabThread


@pytest.fixture
def control(lab: LabThread) -> Callable[..., httpx.Response]:
    def ask(method: str, path: str, **options: object) -> httpx.Response:
        with httpx.Client(verify=tls(lab.ca_pem), base_url=lab.control_url) as http:
            return http.request(method, path, **options)  # type: ignore[arg-type]

    return ask


@pytest.mark.parametrize("after", [False, True])
def test_a_cut_connection(graph: GraphClient, lab: LabThread, after: bool) -> None:
    match = {"method": "DELETE", "path_prefix": "/groups"}
    lab.faults([{"match": match, "do": "cut", "after": after}])
    with pytest.raises(httpx.TransportError):
        graph.delete(f"/groups/{PLAIN_GROUP}")
    assert graph.get(f"/groups/{PLAIN_GROUP}").status_code == (404 if after else 200)


def test_half_a_body(graph: GraphClient, lab: LabThread) -> None:
    lab.faults([{"match": {"path_prefix": "/users"}, "do": "truncate"}])
    with pytest.raises(httpx.TransportError):
        graph.get("/users")
    assert len(graph.value("/users")) == 4


def test_a_slow_answer(graph: GraphClient, lab: LabThread) -> None:
    lab.faults([{"match": {"path_prefix": "/users"}, "do": "delay", "seconds": 0.3}])
    with pytest.raises(httpx.ReadTimeout):
        graph.request("GET", "/users", timeout=0.05)
    assert graph.get("/users").status_code == 200


def test_the_control_plane_over_http(
    graph: GraphClient, lab: LabThread, control: Callable[..., httpx.Response]
) -> None:
    before = control("GET", f"/dump?tenant={TENANT}").json()
    assert before == lab.dump(TENANT)
    fault = {"match": {"path_prefix": "/users"}, "do": "status", "status": 503}
    assert control("POST", "/faults", json=[fault, fault]).status_code == 200
    assert graph.get("/users").status_code == 503
    assert control("DELETE", "/faults").status_code == 200
    assert graph.get("/users").status_code == 200
    change = {
        "tenant": TENANT,
        "op": "create",
        "kind": "roleEligibilitySchedules",
        "object": {"principalId": BOB, "roleDefinitionId": GLOBAL_READER, "directoryScopeId": "/"},
    }
    assert control("POST", "/change", json=change).json()["id"]
    assert control("GET", f"/dump?tenant={TENANT}").json() != before
    assert len(control("GET", f"/log?tenant={TENANT}").json()["requests"]) == 2
    assert control("GET", "/metrics").json()["tenants"][TENANT]["requests"] == 2
    assert control("POST", "/clock", json={"advance_seconds": 60}).json() == {"now": "2026-03-01T12:01:00Z"}
    assert control("POST", "/clock", json={"advance_seconds": -60}).status_code == 200
    assert control("POST", "/throttle", json={"scale": 1.0}).status_code == 200
    assert control("POST", "/consent", json={"tenant": TENANT, "appId": APP, "roles": []}).status_code == 200
    assert control("POST", "/load", json=[{**seed(), "displayName": "Loaded"}]).status_code == 200
    assert control("GET", f"/dump?tenant={TENANT}").json()["displayName"] == "Loaded"
    assert control("POST", "/reset").status_code == 200
    assert control("GET", "/users").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/dump?tenant=nobody", None, 404),
        ("GET", "/dump", None, 400),
        ("POST", "/faults", {"do": "explode"}, 400),
        ("POST", "/faults", 7, 400),
        ("POST", "/clock", {}, 400),
        ("POST", "/change", {"tenant": TENANT, "op": "explode"}, 400),
        ("POST", "/throttle", {"nonsense": 1}, 400),
        ("POST", "/load", {"tenants": [{}]}, 400),
    ],
)
def test_mistakes_at_the_control_plane(
    control: Callable[..., httpx.Response], method: str, path: str, body: object, status: int
) -> None:
    answer = control(method, path, **({} if body is None else {"json": body}))
    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_reset_keeps_no_trace(graph: GraphClient, lab: LabThread) -> None:
    before = lab.dump(TENANT)
    lab.change(TENANT, op="delete", kind="users", object={"id": ALICE})
    assert graph.get(f"/users/{ALICE}").status_code == 404
    lab.reset()
    assert lab.dump(TENANT) == before


async def test_a_lab_in_the_callers_loop() -> None:
    async with Lab([seed(), other_seed()]) as lab:
        async with httpx.AsyncClient(verify=tls(lab.ca_pem), base_url=lab.url) as http:
            form = {
                "grant_type": "client_credentials",
                "client_id": APP,
                "client_secret": SECRET,
                "scope": f"{lab.url}/.default",
            }
            token = (await http.post(f"/{TENANT}/oauth2/v2.0/token", data=form)).json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            assert (await http.get("/v1.0/users", headers=headers)).status_code == 200
        assert lab.control_url != lab.url
    async with httpx.AsyncClient(verify=tls(lab.ca_pem), base_url=lab.url) as http:
        with pytest.raises(httpx.TransportError):
            await http.get("/v1.0/users")
