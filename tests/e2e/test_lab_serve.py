"""``pim-migrate lab serve`` as a person starts it: an address, an engagement that works, ways to break it."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SERVE = [sys.executable, "-m", "migrate", "lab", "serve"]


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*SERVE, "--folder", str(folder), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def get(address: str, ca: Path) -> Any:
    context = ssl.create_default_context(cafile=str(ca))
    with urllib.request.urlopen(address, context=context) as answer:
        return json.loads(answer.read())


def test_a_large_pair_is_up_and_says_where(tmp_path: Path) -> None:
    with serving(tmp_path, "--json", "--users", "700", "--seed", "5", "--groups", "60") as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["type"] == "lab"
        assert (tmp_path / "engagement.toml").read_text(encoding="utf-8").count(told["url"]) == 4
        tenants = get(f"{told['control_url']}/tenants", tmp_path / "ca.pem")["tenants"]
        assert [(each["users"], each["groups"]) for each in tenants] == [(700, 60), (700, 60)]
        assert set(told["variables"]) == {"SOURCE_SECRET", "TARGET_SECRET"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_it_tells_people_what_to_do_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    with serving(tmp_path) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    said = "".join(lines)
    assert "pim-migrate doctor --engagement" in said
    assert "export SOURCE_SECRET=" in said
    for call in ("/faults -d", "/throttle -d", "/clock -d", "/metrics", "/dump?tenant="):
        assert call in said


@pytest.mark.parametrize(
    ("options", "code"),
    [(("--from", "source"), 2), (("--from", "source", "--users", "700"), 2), (("--users", "20"), 2)],
)
def test_what_cannot_be_served(tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    """No engagement to read a snapshot from, two ways at once, too few people for every case."""
    run = subprocess.run(
        [*SERVE, "--json", "--folder", str(tmp_path), "--engagement", str(tmp_path / "no.toml"), *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stderr
    assert json.loads(run.stdout.splitlines()[-1])["type"] == "error"
