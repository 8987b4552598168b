"""The folder that a rehearsal starts from."""

import csv
import tomllib
from pathlib import Path
from typing import Any

import pytest

from migrate.lab.seed import trouble
from migrate.lab.seed.draft import Seed
from migrate.lab.seed.engagement import COLUMNS, secrets, write_engagement
from migrate.lab.seed.small import small_pair
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM

GRAPH = "https://localhost:8443/v1.0"
AUTHORITY = "https://localhost:8443"


def _write(
    folder: Path, source: Seed, target: Seed, **more: Any
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    path = write_engagement(
        folder,
        graph_url=GRAPH,
        authority=AUTHORITY,
        ca_pem=b"-----BEGIN CERTIFICATE-----\n",
        source_seed=source,
        target_seed=target,
        **more,
    )
    assert path == folder / "engagement.toml"
    with (folder / "mappings" / "decisions.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return tomllib.loads(path.read_text(encoding="utf-8")), rows


def test_the_file_names_both_tenants_and_no_secret(pair: Any, tmp_path: Path) -> None:
    folder = tmp_path / "räum lich"
    read, _ = _write(folder, pair.source, pair.target)
    assert read["name"] == "contoso-to-fabrikam"
    assert read["source"]["tenant_id"] == CONTOSO.tenant_id
    assert read["target"] == {
        "tenant_id": FABRIKAM.tenant_id,
        "cloud": "global",
        "graph_url": GRAPH,
        "authority": AUTHORITY,
        "ca_bundle": "ca.pem",
        "credential": {
            "kind": "client_secret",
            "client_id": FABRIKAM.app_id,
            "secret_env": "TARGET_SECRET",
        },
    }
    assert (folder / "ca.pem").read_bytes().startswith(b"-----BEGIN")
    wanted = secrets(pair.source, pair.target)
    assert wanted == {"SOURCE_SECRET": CONTOSO.secret, "TARGET_SECRET": FABRIKAM.secret}
    for path in folder.rglob("*.*"):
        if path.is_file():
            assert not any(secret.encode() in path.read_bytes() for secret in wanted.values()), path


def test_the_guard_protects_accounts_that_exist(pair: Any, tmp_path: Path) -> None:
    read, _ = _write(tmp_path, pair.source, pair.target)
    names = {row["userPrincipalName"] for row in pair.target["users"]}
    assert set(read["guard"]["protected_principals"]) == {
        "breakglass1@fabrikam.onmicrosoft.com",
        "breakglass2@fabrikam.onmicrosoft.com",
    }
    assert set(read["guard"]["protected_principals"]) <= names
    assert read["guard"]["allow_irreversible"] == []


def test_a_guard_of_ones_own_replaces_it(pair: Any, tmp_path: Path) -> None:
    read, _ = _write(tmp_path, pair.source, pair.target, guard={"allow_irreversible": ["onboard-group"]})
    assert read["guard"] == {"allow_irreversible": ["onboard-group"]}


def test_domains_are_renamed(pair: Any, tmp_path: Path) -> None:
    _write(tmp_path, pair.source, pair.target)
    read = tomllib.loads((tmp_path / "mappings" / "match.toml").read_text(encoding="utf-8"))
    assert read == {"domains": {"contoso.com": "fabrikam.com"}}


def test_decisions_are_right_and_some_are_left_open(pair: Any, tmp_path: Path) -> None:
    _, rows = _write(tmp_path, pair.source, pair.target)
    assert set(rows[0]) == set(COLUMNS)
    chosen = {
        (row["kind"], row["source_id"]): row["target_id"] for row in rows if row["decision"] == "choose"
    }
    assert len(chosen) >= 16
    assert all(pair.truth[key].target_id == target for key, target in chosen.items())
    skipped = [row["source_id"] for row in rows if row["decision"] == "skip"]
    assert skipped == list(trouble.ids(CONTOSO, trouble.SKIPPED_GROUP.source))
    decided = {row["source_id"] for row in rows}
    for planted in (trouble.UNDECIDED_GROUP, trouble.UNIT_BY_ITS_PEOPLE, trouble.NOT_ONBOARDED_GROUP):
        assert not decided & set(trouble.ids(CONTOSO, planted.source))


def test_all_can_be_decided_on_request(pair: Any, tmp_path: Path) -> None:
    _, rows = _write(tmp_path, pair.source, pair.target, undecided=())
    decided = {row["source_id"] for row in rows}
    for planted in (trouble.UNDECIDED_GROUP, trouble.UNIT_BY_ITS_PEOPLE, trouble.NOT_ONBOARDED_GROUP):
        assert set(trouble.ids(CONTOSO, planted.source)) <= decided


def test_mistakes_name_a_deleted_account_and_a_group(pair: Any, tmp_path: Path) -> None:
    _, without = _write(tmp_path, pair.source, pair.target)
    _, rows = _write(tmp_path, pair.source, pair.target, mistakes=True)
    gone, group = rows[len(without) :]
    assert gone["target_id"] in pair.target["deletedIds"]
    assert group["kind"] == "user"
    assert group["target_id"] in {row["id"] for row in pair.target["groups"]}


@pytest.mark.parametrize("mistakes", [False, True])
def test_the_small_pair_has_its_two_decisions(now: Any, tmp_path: Path, mistakes: bool) -> None:
    source, target = small_pair(now)
    read, rows = _write(tmp_path, source, target, mistakes=mistakes)
    assert [row["kind"] for row in rows] == ["group", "administrativeUnit"]
    assert {row["decision"] for row in rows} == {"choose"}
    assert len(read["guard"]["protected_principals"]) == 2
