"""The suite against a named tenant: its facts are read there, and nothing is ever written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from graph_client import GraphClient
from real_tenant import ENGAGEMENT, NEVER, SIDE, Reader, named
from small_tenants import APP, OTHER_TENANT, PLAIN_GROUP, SECRET, TENANT

from migrate.lab.serve import LabThread

SIDE_TOML = """
[{side}]
tenant_id = "{tenant}"
graph_url = "{url}/v1.0"
authority = "{url}"
ca_bundle = "ca.pem"
[{side}.credential]
kind = "client_secret"
client_id = "{app}"
secret_env = "CONFORMANCE_SECRET"
"""


def engagement(folder: Path, lab: LabThread) -> Path:
    (folder / "ca.pem").write_text(lab.ca_pem, encoding="ascii")
    sides = [
        SIDE_TOML.format(side=side, tenant=tenant, url=lab.url, app=APP)
        for side, tenant in (("source", OTHER_TENANT), ("target", TENANT))
    ]
    path = folder / "engagement.toml"
    path.write_text('name = "conformance"\n' + "".join(sides), encoding="utf-8")
    return path


def test_a_named_tenant_is_read_and_never_written(lab: LabThread, tmp_path: Path) -> None:
    """Every fact for any endpoint runs twice; one that writes says why it does not."""
    here = Path(__file__).parent
    environment = {
        **os.environ,
        ENGAGEMENT: str(engagement(tmp_path, lab)),
        SIDE: "target",
        "CONFORMANCE_SECRET": SECRET,
    }
    before = lab.dump(TENANT)
    chosen = [str(here / "test_any_endpoint_facts.py"), str(here / "test_role_facts.py")]
    command = [sys.executable, "-m", "pytest", "-rs", "-vv", "-n0", *chosen]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=here)
    assert run.returncode == 0, run.stdout + run.stderr
    assert SECRET not in run.stdout + run.stderr
    passed = re.findall(r"test_any_endpoint_facts\.py::(\w+)\[(lab|real)\] PASSED", run.stdout)
    by_endpoint = {each: {name for name, where in passed if where == each} for each in ("lab", "real")}
    assert by_endpoint["real"] == by_endpoint["lab"] != set()
    assert NEVER in run.stdout
    assert not re.search(r"test_role_facts\.py::\w+\[real\] PASSED", run.stdout)
    asked = lab.log(TENANT)
    assert len(asked) > 30
    assert not [entry for entry in asked if entry["effect"]]
    assert {entry["method"] for entry in asked} <= {"GET", "POST"}
    assert lab.dump(TENANT) == before


def test_a_reader_does_not_write(graph: GraphClient, lab: LabThread) -> None:
    reader = Reader(graph.http, graph.token)
    for attempt in (
        lambda: reader.delete(f"/groups/{PLAIN_GROUP}"),
        lambda: reader.patch(f"/groups/{PLAIN_GROUP}", {"description": "x"}),
        lambda: reader.post("/groups", {}),
        lambda: reader.post("/$batch", {"requests": [{"id": "1", "method": "DELETE", "url": "/groups/x"}]}),
    ):
        with pytest.raises(pytest.skip.Exception):
            attempt()
    assert lab.log(TENANT) == []
    assert reader.get("/organization").status_code == 200


def test_nothing_is_named_by_default() -> None:
    assert named({}) is False
    assert named({ENGAGEMENT: "engagement.toml"}) is True
