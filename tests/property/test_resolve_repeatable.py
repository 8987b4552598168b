"""The same input gives the same bytes, in any process: nothing hangs on the order of sets or on hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
SCRIPT = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from generated_tenants import generated
from asked_tenants import privileged
from tenant_pairs import LADDER
from migrate.resolve.resolution import resolve
digest = hashlib.sha256()
for seed in range(40):
    pair = generated(seed)
    digest.update(repr(resolve(pair.source, pair.target, LADDER)).encode())
    digest.update(repr(resolve(*privileged(pair.source, pair.target, LADDER), LADDER)).encode())
print(digest.hexdigest())
"""


def in_a_process(seed: str) -> str:
    places = [str(TESTS), str(TESTS / "property"), str(TESTS.parent)]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *places],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_two_processes_give_the_same_bytes() -> None:
    first, second = in_a_process("1"), in_a_process("2")
    assert len(first) == 64
    assert first == second
