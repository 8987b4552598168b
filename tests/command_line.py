"""Runs pim-migrate as a script would: in this process where that is faithful and quick, else as its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hurry import Hurry

from migrate.cli import clock
from migrate.cli.main import run
from migrate.lab.seed.draft import Seed
from migrate.lab.seed.engagement import secrets, write_engagement
from migrate.lab.serve import LabThread

Json = dict[str, Any]
NOW = datetime.now(UTC).replace(microsecond=0)
"""The seeds are dated around the real day: the command and the lab both live on the real clock."""


@dataclass(frozen=True)
class Result:
    """What one command line left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Json]:
        """Its JSON lines; fails where a line is none."""
        # Not splitlines: that would also cut at the line breaks of Unicode.
        return [json.loads(line) for line in self.out.split("\n") if line]

    def of_type(self, kind: str) -> list[Json]:
        return [line for line in self.lines if line["type"] == kind]

    @property
    def error(self) -> Json:
        """The one error line."""
        (found,) = self.of_type("error")
        return found

    @property
    def summary(self) -> Json:
        """The last line, which must be the only summary."""
        (found,) = self.of_type("summary")
        assert self.lines[-1] == found
        return found


@dataclass
class CommandLine:
    """A shell in an engagement's folder; ``environment`` holds what was exported there."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, command: str, *, typed: str | None = None) -> Result:
        """Runs ``snapshot --json`` and the like in this process.

        ``typed`` is what a person types at a terminal; without it there is no terminal.
        """
        out, err = io.StringIO(), io.StringIO()
        keyboard = _Terminal(typed) if typed is not None else io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.chdir(self.folder)
            patch.setattr(sys, "stdin", keyboard)
            hurried = Hurry()
            patch.setattr(clock, "sleep", hurried.sleep)
            patch.setattr(clock, "monotonic", hurried.monotonic)
            for name, value in self.environment.items():
                patch.setenv(name, value)
            code = run(shlex.split(command))
        return Result(code, out.getvalue(), err.getvalue())

    @property
    def whole_environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONUTF8": "1", **self.environment}

    def apart(self, command: str, *, timeout: float = 120) -> Result:
        """Runs the same as a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "migrate", *shlex.split(command)],
            cwd=self.folder,
            env=self.whole_environment,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def change(self, old: str, new: str, *, file: str = "engagement.toml") -> None:
        """Edits a file of the engagement; fails where there is nothing to edit."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    def set_up(self, name: str, text: str) -> None:
        """Puts a file among the mappings."""
        path = self.folder / "mappings" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@dataclass
class Pair:
    """A running lab with its two tenants."""

    lab: LabThread
    source: Seed
    target: Seed

    @property
    def target_id(self) -> str:
        return str(self.target["tenantId"])

    @property
    def confirmed(self) -> str:
        """What a script adds to let a tenant be changed."""
        return f"--yes --target-tenant {self.target_id}"

    def engagement(self, folder: Path, **options: Any) -> CommandLine:
        """A fresh engagement for these tenants in the folder, and a shell there."""
        folder.mkdir(parents=True, exist_ok=True)
        write_engagement(
            folder,
            graph_url=f"{self.lab.url}/v1.0",
            authority=self.lab.url,
            ca_pem=self.lab.ca_pem.encode("ascii"),
            source_seed=self.source,
            target_seed=self.target,
            **options,
        )
        # A quick lab shows every write at once: nobody has to wait two minutes to know that one is absent.
        with (folder / "engagement.toml").open("a", encoding="utf-8") as file:
            file.write("\n[throttle]\nreplication_window = 1\n")
        return CommandLine(folder, secrets(self.source, self.target))

    def fresh(self) -> None:
        """Puts both tenants back to what was loaded first, without faults and without the throttle: tests
        have no time to be refused."""
        self.lab.load([self.source, self.target])
        self.lab.reset()
        self.lab.throttle(enabled=False)

    def dumps(self) -> tuple[Json, Json]:
        """Both tenants in canonical form."""
        return self.lab.dump(str(self.source["tenantId"])), self.lab.dump(self.target_id)


@contextlib.contextmanager
def running(source: Seed, target: Seed) -> Iterator[Pair]:
    """A lab with these two tenants, until the block ends."""
    with LabThread([source, target]) as lab:
        pair = Pair(lab, source, target)
        pair.fresh()
        yield pair
