"""How soon a wave of 5,000 writes goes on after a kill, in seconds from the start of the process.

A wave is planned and applied by the command line, against a lab in a process of its own, and killed when nine
tenths of it are done and some writes are in doubt. Then `apply` runs again: told is when the first new write
reached the lab. Beside it is the first `apply` of the plan, which found nothing done, and one more after the
end, which finds all done. Nothing is asserted: run it with `make bench`; the number of writes may be given.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab_process import Seed, ServedLab, served

from migrate.lab.seed.engagement import secrets, write_engagement
from migrate.lab.seed.small import small_pair
from migrate.replay.fold import fold
from migrate.store.database import DATABASE_NAME, open_state
from migrate.store.journal import Journal

WRITES, DONE_BEFORE = 5_000, 0.9
WINDOW = 3.0
"""Seconds: the replication window of the engagement."""
REQUESTS = "/roleManagement/directory/roleEligibilityScheduleRequests"
UNTHROTTLED = f"""
[throttle]
replication_window = {WINDOW}
directory = 1000000
pim = 1000000
"""


def person(number: int, tenant: str) -> dict[str, Any]:
    return {
        "id": f"{number:08d}-{tenant[:4]}-4000-8000-000000000000",
        "displayName": f"Person {number}",
        "userPrincipalName": f"person{number}@{tenant[:4]}.example",
        "employeeId": f"E{number}",
        "accountEnabled": True,
        "userType": "Member",
    }


def pair(people: int) -> tuple[Seed, Seed]:
    """The small pair with a crowd on both sides, each of whom holds one role in the source."""
    source, target = small_pair(datetime.now(UTC).replace(microsecond=0))
    like = next(row for row in source["roleEligibilitySchedules"] if row["directoryScopeId"] == "/")
    for seed in (source, target):
        seed["users"] = [*seed["users"], *(person(number, seed["tenantId"]) for number in range(people))]
    source["roleEligibilitySchedules"] = [
        *source["roleEligibilitySchedules"],
        *(
            {
                **like,
                "id": f"{number:08d}-0007-4000-8000-000000000000",
                "principalId": person(number, source["tenantId"])["id"],
            }
            for number in range(people)
        ),
    ]
    return source, target


@dataclass
class Engagement:
    """A folder from which the command line works, and the lab that it works against."""

    lab: ServedLab
    folder: Path
    environment: Mapping[str, str]
    target: str
    cpu: float = 0.0
    """Processor seconds of the command that ended last."""

    @classmethod
    def made(cls, lab: ServedLab, folder: Path, source: Seed, target: Seed) -> Engagement:
        path = write_engagement(
            folder,
            graph_url=f"{lab.url}/v1.0",
            authority=lab.url,
            ca_pem=lab.ca_file.read_bytes(),
            source_seed=source,
            target_seed=target,
            guard={"min_break_glass": 1, "max_writes": 1_000_000},
        )
        path.write_text(path.read_text(encoding="utf-8") + UNTHROTTLED, encoding="utf-8")
        # As on any machine: the first command leaves the compiled modules behind for the later ones.
        here = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        compiled = {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        return cls(lab, folder, {**here, **compiled, **secrets(source, target)}, str(target["tenantId"]))

    def __call__(self, command: str) -> float:
        """Runs a command to its end; the seconds that it took."""
        began, before = time.time(), os.times()
        process = self.start(command)
        _, said = process.communicate()
        after = os.times()
        self.cpu = sum(after[2:4]) - sum(before[2:4])
        if process.returncode not in (0, 3, 4):
            raise RuntimeError(f"{command}: {process.returncode}: {said.decode(errors='replace')[-2000:]}")
        return time.time() - began

    def start(self, command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "migrate", *command.split(), "--json"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    @property
    def apply(self) -> str:
        return f"apply all-1 --yes --target-tenant {self.target}"

    def writes(self) -> int:
        return int(self.lab.tell("metrics")["tenants"].get(self.target, {}).get("writes", 0))

    def requests(self) -> int:
        return int(self.lab.tell("metrics")["tenants"].get(self.target, {}).get("requests", 0))

    def first_write(self, since: int, began: float) -> float:
        """Seconds until the first write after so many requests."""
        for row in self.lab.tell("log", self.target, since=since):
            if row["method"] == "POST" and row["path"].endswith(REQUESTS):
                return datetime.fromisoformat(row["time"]).timestamp() - began
        raise RuntimeError("nothing was written")

    def in_doubt(self) -> int:
        (state,) = self.folder.rglob(DATABASE_NAME)
        with open_state(state, create=False) as db:
            states = fold(Journal(db, lambda: datetime.now(UTC)).entries())
        return sum(one.open for one in states.values())


def show(name: str, seconds: float, first: float, cpu: float | None = None) -> None:
    told = "" if cpu is None else f"{cpu:9.2f} s"
    sys.stdout.write(f"{name:44}{seconds:9.2f} s{seconds / first:9.2f}x{told}\n")
    sys.stdout.flush()


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else WRITES
    source, target = pair(people)
    with served(source, target, latency=0) as lab, tempfile.TemporaryDirectory() as folder:
        here = Engagement.made(lab, Path(folder), source, target)
        for command in ("snapshot", "resolve", "plan all"):
            here(command)
        asked, began = here.requests(), time.time()
        process = here.start(here.apply)
        while here.writes() < people * DONE_BEFORE and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.wait()
        first = here.first_write(asked, began)
        sys.stdout.write(f"{f'a wave of {people} writes':44}{'seconds':>11}{'first =':>10}{'CPU':>11}\n")
        show("first apply, until its first write", first, first)
        sys.stdout.write(f"killed: {here.writes()} written, {here.in_doubt()} in doubt\n")
        asked, began = here.requests(), time.time()
        whole = here(here.apply)
        show("again, until its first write", here.first_write(asked, began), first)
        show("again, to its end", whole, first, here.cpu)
        show("once more, all done", here(here.apply), first, here.cpu)
        if hasattr(os, "getloadavg"):
            sys.stdout.write(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")


if __name__ == "__main__":
    main()
