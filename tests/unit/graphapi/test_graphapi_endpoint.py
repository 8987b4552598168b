from __future__ import annotations

from pathlib import Path

import pytest

from migrate.errors import UsageError
from migrate.graphapi.endpoint import Credential, CredentialKind, Secret, endpoint_for

TENANT = "11111111-1111-1111-1111-111111111111"


@pytest.mark.parametrize(
    ("cloud", "graph", "authority"),
    [
        ("global", "graph.microsoft.com", "https://login.microsoftonline.com"),
        ("usgov", "graph.microsoft.us", "https://login.microsoftonline.us"),
        ("usgov-dod", "dod-graph.microsoft.us", "https://login.microsoftonline.us"),
        ("china", "microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
    ],
)
def test_each_cloud_has_its_own_hosts_and_scope(cloud: str, graph: str, authority: str) -> None:
    endpoint = endpoint_for(cloud, tenant_id=TENANT)
    assert endpoint.graph_url == f"https://{graph}/v1.0"
    assert endpoint.base("beta") == f"https://{graph}/beta"
    assert endpoint.scope == f"https://{graph}/.default"
    assert endpoint.authority == authority
    assert not endpoint.own_authority


@pytest.mark.parametrize(
    "given", ["https://localhost:8443", "https://localhost:8443/", "https://localhost:8443/v1.0/"]
)
def test_an_overriding_address_always_ends_in_the_version(given: str) -> None:
    endpoint = endpoint_for(
        "global",
        tenant_id=TENANT,
        graph_url=given,
        authority="https://localhost:8444/",
        ca_bundle=Path("ca.pem"),
    )
    assert endpoint.graph_url == "https://localhost:8443/v1.0"
    assert endpoint.host == "localhost:8443"
    assert endpoint.scope == "https://localhost:8443/.default"
    assert endpoint.authority == "https://localhost:8444"
    assert endpoint.own_authority


def test_the_clouds_own_authority_written_out_is_not_an_override() -> None:
    endpoint = endpoint_for("global", tenant_id=TENANT, authority="https://login.microsoftonline.com/")
    assert not endpoint.own_authority


@pytest.mark.parametrize(
    "url",
    ["http://localhost/v1.0", "localhost:8443", "https://", "https://u:p@host/v1.0", "https://h/v1.0?x=1"],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        endpoint_for("global", tenant_id=TENANT, graph_url=url)
    assert (caught.value.code, caught.value.where) == ("endpoint_invalid", "graph_url")


def test_an_unknown_cloud_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        endpoint_for("mars", tenant_id=TENANT)
    assert caught.value.code == "cloud_unknown"
    assert "usgov-dod" in caught.value.hint


def test_a_secret_shows_itself_nowhere() -> None:
    credential = Credential(CredentialKind.CLIENT_SECRET, "app", Secret("hunter2"))
    for text in (repr(credential), str(credential), f"{credential.secret}", repr(credential.secret)):
        assert "hunter2" not in text
    assert credential.secret is not None
    assert credential.secret.reveal() == "hunter2"
