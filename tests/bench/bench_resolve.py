"""What resolving costs: `pim-migrate resolve` over two whole tenants, from the database to the saved result.

The engagement is written through the store, without any network; the command runs in a process of its own,
whose seconds and peak memory are told. Nothing is asserted: run it with `make bench`, or with other sizes as
`python tests/bench/bench_resolve.py USERS…`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from migrate.kinds import user
from migrate.kinds.catalogue import ALL
from migrate.kinds.kind import Kind
from migrate.lab.seed.large import large_pair
from migrate.store.database import open_state
from migrate.store.identity import bind
from migrate.store.snapshot_rows import CoverageRow, ObjectRow, ReferenceRow, Tenant
from migrate.store.snapshots import Snapshots

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SIZES = (20_000, 200_000)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}
PAGE = 5_000
LISTED = {
    "user": "users",
    "group": "groups",
    "servicePrincipal": "servicePrincipals",
    "administrativeUnit": "administrativeUnits",
    "roleDefinition": "roleDefinitions",
}
SCHEDULES = {
    "roleEligibilitySchedule": "roleEligibilitySchedules",
    "groupEligibilitySchedule": "groupEligibilitySchedules",
}
MEMBERS = {"groupMember": "groupMembers", "administrativeUnitMember": "administrativeUnitMembers"}


class Figures(NamedTuple):
    """What one run of the command took."""

    users: int
    seconds: float
    cpu: float
    peak_mb: float
    lines: int


def main(sizes: Iterable[int]) -> None:
    found: list[Figures] = []
    for users in sizes:
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            write_engagement(Path(folder), users)
            size = sum(one.stat().st_size for one in Path(folder).rglob("*.db")) / 1e6
            print(f"{users:,} users: database of {size:.0f} MB in {time.perf_counter() - began:.0f} s")
            for _ in range(2):
                found.append(resolved(Path(folder), users))
                one = found[-1]
                print(
                    f"{one.users:>9,} users  {one.seconds:6.1f} s  {one.cpu:6.1f} s CPU"
                    f"  peak {one.peak_mb:5.0f} MB  {one.lines:,} lines",
                    flush=True,
                )
    if len(found) > 2:
        first, last = found[0], found[-2]
        grown = last.users / first.users
        print(f"{grown:.0f} times the size took {last.seconds / first.seconds:.1f} times as long")


def resolved(folder: Path, users: int) -> Figures:
    """Runs the command; the second time the result is there already and is not saved again."""
    out = folder / "out.jsonl"
    began = time.perf_counter()
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "migrate", "resolve", "--json", "--engagement", "engagement.toml"],
            cwd=folder,
            stdout=file,
        )
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 4):
        raise SystemExit(out.read_text(encoding="utf-8")[-2000:])
    with out.open("rb") as file:
        lines = sum(1 for _ in file)
    peak = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    took = time.perf_counter() - began
    return Figures(users, took, usage.ru_utime + usage.ru_stime, peak, lines)


def write_engagement(folder: Path, users: int, *, eligibilities: int | None = None) -> None:
    """An engagement of two whole snapshots: a quarter as many groups, and unless it is said otherwise a tenth
    as many eligibilities."""
    rights = users // 10 if eligibilities is None else eligibilities
    pair = large_pair(1, users=users, groups=users // 4, eligibilities=rights, now=NOW)
    tenants = (pair.source["tenantId"], pair.target["tenantId"])
    text = 'name = "bench"\n'
    for side, tenant_id in zip(("source", "target"), tenants, strict=True):
        text += (
            f'[{side}]\ntenant_id = "{tenant_id}"\ncloud = "global"\n[{side}.credential]\n'
            f'kind = "client_secret"\nclient_id = "{tenant_id}"\nsecret_env = "NO_SECRET"\n'
        )
    (folder / "engagement.toml").write_text(text, encoding="utf-8")
    mappings = folder / "mappings"
    mappings.mkdir()
    (mappings / "match.toml").write_text('[domains]\n"contoso.com" = "fabrikam.com"\n', encoding="utf-8")
    with open_state(folder / "state" / "bench" / "engagement.db", create=True) as db:
        bind(db, name="bench", source_tenant_id=tenants[0], target_tenant_id=tenants[1], at=NOW)
        snapshots = Snapshots(db)
        _write(snapshots, "source", pair.source)
        _write(snapshots, "target", pair.target)


def _write(snapshots: Snapshots, tenant: Tenant, seed: Mapping[str, Any]) -> None:
    snapshot = snapshots.begin(tenant, str(seed["tenantId"]), NOW)
    for name, listed in LISTED.items():
        rows = seed[listed]
        if name == "user":
            chosen = user.PROPERTIES.split(",")
            rows = ({one: row.get(one) for one in chosen} for row in rows)
        _add(snapshots, snapshot, KINDS[name], rows)
    for name, listed in SCHEDULES.items():
        _add(snapshots, snapshot, KINDS[name], map(_schedule, seed[listed]))
    domains = [{"name": row["id"]} for row in seed["domains"]]
    organization = {"id": seed["tenantId"], "displayName": seed["displayName"], "verifiedDomains": domains}
    _add(snapshots, snapshot, KINDS["organization"], [organization])
    _add(snapshots, snapshot, KINDS["pimGroup"], [{"id": one} for one in seed["onboardedGroups"]])
    for name, listed in MEMBERS.items():
        kind = KINDS[name]
        for parent, members in seed[listed].items():
            rows = [{"id": one, "@odata.type": "#microsoft.graph.user"} for one in members]
            _add(snapshots, snapshot, kind, rows, parent)
    for alias, listed in seed["roleAliases"].items():
        snapshots.add_alias(snapshot, str(alias), str(listed))
    snapshots.seal(snapshot, NOW)


def _add(
    snapshots: Snapshots, snapshot: str, kind: Kind, rows: Iterable[Mapping[str, Any]], parent: str = ""
) -> None:
    count = 0
    for page in _pages(rows):
        count += len(page)
        snapshots.add_rows(
            snapshot,
            kind.name,
            [
                ObjectRow(kind.id_of(row), row, kind.name_of(row), kind.natural_key(row), parent)
                for row in page
            ],
            [
                ReferenceRow(kind.name, kind.id_of(row), one.property, one.to_kind, one.to_id)
                for row in page
                for one in kind.references(row)
            ],
        )
    snapshots.record_coverage(
        snapshot, CoverageRow(kind.collection, kind.name, True, "list", parent, rows=count)
    )


def _pages(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    rest = iter(rows)
    while page := list(islice(rest, PAGE)):
        yield page


def _schedule(row: Mapping[str, Any]) -> dict[str, Any]:
    end = row["endDateTime"]
    expiration = {"type": "afterDateTime" if end else "noExpiration", "endDateTime": end, "duration": None}
    named = [row["principalId"], row.get("groupId"), row.get("accessId")]
    named += [row.get("roleDefinitionId"), row.get("directoryScopeId")]
    return {
        "memberType": "Direct" if "roleDefinitionId" in row else "direct",
        **row,
        "id": "_".join(str(one) for one in named if one),
        "scheduleInfo": {"startDateTime": row["startDateTime"], "expiration": expiration},
    }


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or SIZES)
