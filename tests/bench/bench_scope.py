"""What the privileged scope costs beside the full one, in resource units, and how much memory a large tenant
takes beside a small one.

Each snapshot is the command itself, in a process of its own against a lab in another. Nothing is asserted.
"""

from __future__ import annotations

import json
import os
import re
import resource
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USERS, GROUPS, PRIVILEGED = 200_000, 1_000, 2_000
SOURCE = "11111111-1111-1111-1111-111111111111"
SMALL, LARGE = 5_000, 500_000
OBJECTS = re.compile(r"^/v1.0/(users|groups|servicePrincipals)(\?|/delta|$)|^/v1.0/directoryObjects/getByIds")
"""Requests for users, groups and service principals themselves, not for who is in them."""


@dataclass(frozen=True)
class Served:
    folder: Path
    control: str
    context: ssl.SSLContext
    environment: dict[str, str]

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.control}{path}", data, context=self.context) as answer:
            return json.loads(answer.read())

    def units(self, since: int) -> tuple[dict[str, int], int]:
        """Resource units for the objects of each tenant in the log from an entry on, and its length.

        Under the tenant's id what reading the objects took; under the id and ``+`` that with the counts, the
        delta links, and in the source the questions about rivals.
        """
        log = self.ask(f"/log?since={since}")["requests"]
        found: dict[str, int] = {}
        for line in log:
            if OBJECTS.match(line["path"]):
                beside = "$count" in line["query"] or "/delta" in line["path"]
                beside = beside or (line["tenant"] == SOURCE and "$filter" in line["query"])
                for name in (line["tenant"] + "+", *(() if beside else (line["tenant"],))):
                    found[name] = found.get(name, 0) + line["cost"]
        return found, since + len(log)

    def snapshot(self, *options: str) -> int:
        """Takes a snapshot in a process of its own; its largest memory in MB."""
        done = subprocess.run(
            [sys.executable, __file__, "--inner", str(self.folder), *options],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
        return int(done.stdout.splitlines()[-1])


@contextmanager
def served(folder: Path, users: int, groups: int, eligibilities: int) -> Iterator[Served]:
    command = ["lab", "serve", "--folder", str(folder), "--users", str(users), "--groups", str(groups)]
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "migrate", *command, "--eligibilities", str(eligibilities)],
        stdout=subprocess.PIPE,
        text=True,
    ) as lab:
        assert lab.stdout is not None
        said = ""
        for line in lab.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
        control = re.search(r"control plane:\s+(\S+)", said)
        assert control is not None, said
        exports = dict(re.findall(r"export (\w+)=(\S+)", said))
        context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        one = Served(folder, control[1], context, {**os.environ, **exports})
        with (folder / "engagement.toml").open("a", encoding="utf-8") as file:
            file.write("\n[throttle]\nconditional_access = 1000\nreports = 1000\npim = 1000\n")
        one.ask("/throttle", {"enabled": False})
        try:
            yield one
        finally:
            lab.kill()


def inner(folder: str, *options: str) -> None:
    from migrate.cli.main import run

    os.chdir(folder)
    code = run(["snapshot", *options])
    if code:
        raise SystemExit(code)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{peak // 1024}\n")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        served(Path(name), USERS, GROUPS, PRIVILEGED) as lab,
    ):
        tenants = [one["tenantId"] for one in lab.ask("/tenants")["tenants"]]
        found: dict[str, dict[str, int]] = {}
        since = lab.units(0)[1]
        for scope in ("full", "privileged"):
            lab.snapshot("--scope", scope)
            found[scope], since = lab.units(since)
        sys.stdout.write(f"{USERS} users, {PRIVILEGED} eligibilities: resource units for objects\n")
        for tenant, side in zip(tenants, ("source", "target"), strict=True):
            for name, what in ((tenant, "objects"), (tenant + "+", "and all beside")):
                full, privileged = found["full"].get(name, 0), found["privileged"].get(name, 0)
                told = f"full {full:6}  privileged {privileged:6}  {full / max(1, privileged):7.1f}x fewer"
                sys.stdout.write(f"{side:10}{what:16}{told}\n")
    peaks = {}
    for users in (SMALL, LARGE):
        with tempfile.TemporaryDirectory() as name, served(Path(name), users, 1_000, 200) as lab:
            peaks[users] = lab.snapshot("source", "--scope", "full")
    sys.stdout.write(
        f"memory: {SMALL} users {peaks[SMALL]} MB, {LARGE} users {peaks[LARGE]} MB,"
        f" {peaks[LARGE] - peaks[SMALL]:+} MB\n"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inner"]:
        inner(*sys.argv[2:])
    else:
        main()
