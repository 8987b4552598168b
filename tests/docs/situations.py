"""The states that the runbooks begin in, brought about on the small lab."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from command_line import CommandLine, Pair

FIRST_WRITE = {"method": "POST", "path_prefix": "/roleManagement"}
_KILLED = """
import os, sys
from migrate.replay import crash_points
left = [3]
def die(point):
    if point == "after_send":
        left[0] -= 1
        if not left[0]:
            os._exit(137)
crash_points.on_reach = die
from migrate.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def fresh(pair: Pair, folder: Path) -> CommandLine:
    """A new engagement, nothing read yet."""
    pair.fresh()
    return pair.engagement(folder)


def planned(pair: Pair, folder: Path) -> CommandLine:
    """Read, resolved and planned in batches of two."""
    cli = fresh(pair, folder)
    for command in ("snapshot", "resolve", "plan all --batch-size 2"):
        assert cli(f"{command} --json").code == 0
    return cli


def resolved(pair: Pair, folder: Path) -> CommandLine:
    """Read and resolved, with the folder of the mappings."""
    cli = fresh(pair, folder)
    for command in ("snapshot", "resolve"):
        assert cli(f"{command} --json").code == 0
    (folder / "mappings").mkdir(exist_ok=True)
    return cli


def units_and_policies_too(pair: Pair, folder: Path) -> CommandLine:
    """Settings that need more than the application may do."""
    cli = fresh(pair, folder)
    app = pair.target["apps"][0]
    granted = [one for one in app["roles"] if one != "AdministrativeUnit.ReadWrite.All"]
    pair.lab.consent(pair.target_id, str(app["appId"]), granted)
    (folder / "mappings").mkdir(exist_ok=True)
    settings = '[create]\nadministrative_units = true\n[policies]\nmode = "copy"\n'
    (folder / "mappings" / "move.toml").write_text(settings, encoding="utf-8")
    return cli


def _with_one_wave(pair: Pair, folder: Path) -> CommandLine:
    cli = resolved(pair, folder)
    waves = "[waves.rest]\nbatch_size = 2\n[waves.rest.stop]\nfailures = 1\n"
    (folder / "mappings" / "waves.toml").write_text(waves, encoding="utf-8")
    return cli


def to_approve(pair: Pair, folder: Path) -> CommandLine:
    """A wave, and one approver with a key."""
    cli = _with_one_wave(pair, folder)
    made = cli("plans keygen kim@fabrikam.com --out kim.pem --no-password --json")
    line = f'\n[approvers]\n"kim@fabrikam.com" = "{made.of_type("key")[0]["public_key"]}"\n'
    path = folder / "engagement.toml"
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    return cli


def refused(pair: Pair, folder: Path) -> CommandLine:
    """A planned wave of which Graph will refuse one write, once."""
    cli = _with_one_wave(pair, folder)
    assert cli("plan rest --json").code == 0
    refusal = {"status": 400, "code": "RoleAssignmentRequestPolicyValidationFailed", "message": "MfaRule"}
    pair.lab.faults([{"match": FIRST_WRITE, "do": "status", "times": 1, **refusal}])
    return cli


def applied(pair: Pair, folder: Path) -> CommandLine:
    """The first wave stands."""
    cli = planned(pair, folder)
    assert cli(f"apply all-1 {pair.confirmed} --json").code == 0
    return cli


def killed(pair: Pair, folder: Path) -> CommandLine:
    """``apply`` was killed just after it had sent its third write."""
    cli = planned(pair, folder)
    arguments = ["apply", "all-1", *pair.confirmed.split(), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, *arguments],
        cwd=folder,
        env=cli.whole_environment,
        check=False,
        capture_output=True,
    )
    assert done.returncode == 137, done.stderr
    return cli


def _first_write(pair: Pair) -> dict[str, str]:
    """The write that the runbook names: those of a batch go side by side, so another may arrive first."""
    (first,) = [one for one in pair.target["users"] if one["userPrincipalName"] == "aoife.darcy@fabrikam.com"]
    return {**FIRST_WRITE, "body": first["id"]}


def late(pair: Pair, folder: Path) -> CommandLine:
    """Graph accepts one write, and its reads do not show it for ten minutes."""
    cli = planned(pair, folder)
    pair.lab.faults([{"match": _first_write(pair), "do": "hide_after_write", "seconds": 600}])
    return cli


def in_doubt(pair: Pair, folder: Path) -> CommandLine:
    """Graph accepts one write, and it does not appear."""
    cli = planned(pair, folder)
    pair.lab.faults([{"match": _first_write(pair), "do": "never_provision"}])
    return cli


SITUATIONS: dict[str, Callable[[Pair, Path], CommandLine]] = {
    "a fresh engagement": fresh,
    "a resolved engagement": resolved,
    "settings that take units and policies along": units_and_policies_too,
    "a wave that needs an approval": to_approve,
    "a wave that is refused": refused,
    "a plan": planned,
    "an applied wave": applied,
    "a killed apply": killed,
    "a write that appears late": late,
    "a write that will not appear": in_doubt,
}
