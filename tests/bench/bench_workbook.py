"""What a workbook of 100,000 rights costs, out and in: seconds and the peak of memory, each in a process of
its own. Figures are printed, never asserted: run it with `make bench`.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from migrate.kinds import policy_defaults
from migrate.plan.document import Action, Draft
from migrate.resolve.findings import Counterpart, State
from migrate.resolve.resolution import Resolution
from migrate.resolve.tenant_view import TenantView
from migrate.workbook.report import Report, SnapshotFacts

SIZES = (10_000, 100_000)
SOURCE, TARGET = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
MADE_AT = datetime(2026, 1, 15, 13, tzinfo=UTC)
ROLES = 60
ACTIVE = 5
"""One row of so many is an active assignment, the others are eligibility that moves."""


def ident(side: int, number: int) -> str:
    return f"{side}{number:07}-0000-4000-8000-{number:012}"


def report(rights: int) -> Report:
    """As many rights as asked for, held by a tenth as many people, under a policy for each role."""
    people = max(rights // 10, 1)
    roles = {
        ident(5, number): {"id": ident(5, number), "displayName": f"Role {number}", "isBuiltIn": True}
        for number in range(ROLES)
    }

    def users(side: int, domain: str) -> dict[str, dict[str, Any]]:
        return {
            ident(side, number): {
                "id": ident(side, number),
                "userPrincipalName": f"person{number}@{domain}",
                "displayName": f"Person {number}",
                "department": f"Department {number % 40}",
            }
            for number in range(people)
        }

    rows = {
        ident(7, number): {
            "id": ident(7, number),
            "principalId": ident(1, number % people),
            "roleDefinitionId": ident(5, number % ROLES),
            "directoryScopeId": "/",
            "memberType": "Direct",
            "scheduleInfo": {
                "startDateTime": "2025-11-01T08:00:00Z",
                "expiration": {"type": "afterDateTime", "endDateTime": "2026-06-30T22:00:00Z"},
            },
        }
        for number in range(rights)
    }
    active = {one: row for number, (one, row) in enumerate(rows.items()) if number % ACTIVE == 0}
    for one, row in active.items():
        del rows[one]
        row["assignmentType"] = "Assigned"
    mappings = tuple(
        Counterpart(
            "user",
            ident(1, number),
            f"person{number}@contoso.example",
            ident(2, number),
            f"person{number}@fabrikam.example",
            State.PROPOSED if number % 10 == 0 else State.ACCEPTED,
            "employee_id",
            0.95,
            None,
            "employee_id matches and nothing else does",
        )
        for number in range(people)
    )
    drafts = [
        Draft(
            Action.CREATE if number % 3 else Action.BLOCKED,
            "roleEligibilitySchedule",
            f"key:{row['id']}",
            f"the target has no such right yet ({number})",
            source=row,
            target={
                "principalId": ident(2, number % people),
                "roleDefinitionId": row["roleDefinitionId"],
                "directoryScopeId": "/",
            },
            names={
                "principal": f"person{number % people}@contoso.example",
                "target_principal": f"person{number % people}@fabrikam.example",
                "right": f"Role {number % ROLES}",
                "scope": "tenant",
            },
        )
        for number, row in enumerate(rows.values())
    ]
    return Report(
        engagement="bench",
        made_at=MADE_AT,
        tool_version="0",
        source=TenantView(
            SOURCE,
            {
                "user": users(1, "contoso.example"),
                "roleDefinition": roles,
                "roleEligibilitySchedule": rows,
                "roleAssignmentSchedule": active,
                "roleManagementPolicy": policies(SOURCE),
            },
        ),
        target=TenantView(
            TARGET,
            {
                "user": users(2, "fabrikam.example"),
                "roleDefinition": roles,
                "roleManagementPolicy": policies(TARGET),
            },
        ),
        source_snapshot=SnapshotFacts("source-0001", SOURCE, "2026-01-12T08:00:00Z", "ab"),
        target_snapshot=SnapshotFacts("target-0001", TARGET, "2026-01-12T08:00:00Z", "cd"),
        resolution=Resolution(mappings, (), ()),
        drafts=drafts,
    )


def policies(tenant_id: str) -> dict[str, dict[str, Any]]:
    """One for each role, with the 17 rules as Microsoft ships them."""
    rules = [{"id": name, **rule} for name, rule in policy_defaults.OF_ROLES.items()]
    return {
        f"directoryrole_{tenant_id}_{number}": {
            "id": f"DirectoryRole_{tenant_id}_{number}",
            "scopeId": "/",
            "scopeType": "DirectoryRole",
            "roleDefinitionId": ident(5, number),
            "policy": {"rules": rules},
        }
        for number in range(ROLES)
    }


def out(path: Path, rights: int) -> tuple[float, float, float]:
    """Seconds of the export, and megabytes before and at its peak."""
    from migrate.workbook.export import export

    made = report(rights)
    before, start = peak(), time.perf_counter()
    export(path, made)
    return time.perf_counter() - start, before, peak()


def back(path: Path, rights: int) -> tuple[float, float, float]:
    """Seconds to read the workbook, every cell compared, and megabytes before and at the peak."""
    from migrate.workbook.returned import read
    from migrate.workbook.sheets import TABLES

    before, start = peak(), time.perf_counter()
    returned = read(path, TABLES)
    assert len(returned.keys) == max(rights // 10, 1) and not returned.problems and not returned.warnings
    return time.perf_counter() - start, before, peak()


def peak() -> float:
    """The most memory that this process has had, in megabytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def apart(work: Callable[[Path, int], tuple[float, float, float]], path: Path, rights: int) -> None:
    """Runs the work in a fresh process, so that what was used before does not count, and tells of it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_send, args=(there, work, path, rights))
    process.start()
    seconds, before, most = here.recv()
    process.join()
    sys.stdout.write(
        f"{work.__name__:>4} {rights:>8,} rights: {seconds:6.1f} s, {before:5.0f} MB held before,"
        f" {most:5.0f} MB at the peak, {path.stat().st_size / 1e6:5.1f} MB file\n"
    )
    sys.stdout.flush()


def _send(
    pipe: Connection, work: Callable[[Path, int], tuple[float, float, float]], path: Path, rights: int
) -> None:
    pipe.send(work(path, rights))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for rights in SIZES:
            path = Path(folder) / f"{rights}.xlsx"
            apart(out, path, rights)
            apart(back, path, rights)


if __name__ == "__main__":
    main()
