"""Each verb works with what doctor says that it needs, and with no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import CommandLine, Pair

from migrate.cli.doctor_writes import needs_of
from migrate.config.move import read_move
from migrate.lab.seed.world import READER_PERMISSIONS

EVERYTHING = """
[create]
administrative_units = true
groups = true
custom_roles = true
[members]
of_existing = true
[policies]
mode = "copy"
[rights]
existing = "update"
"""


@pytest.mark.parametrize("move", ["", EVERYTHING], ids=["rights alone", "everything along"])
def test_a_wave_needs_no_more_than_doctor_says(cli: CommandLine, small_lab: Pair, move: str) -> None:
    settings = cli.folder / "mappings" / "move.toml"
    if move:
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(move, encoding="utf-8")
    least = {need.permissions[0] for need in needs_of(read_move(settings)) if not need.optional}
    app = small_lab.target["apps"][0]
    small_lab.lab.consent(small_lab.target_id, app["appId"], sorted(READER_PERMISSIONS | least))
    before = small_lab.dumps()
    for command in ("doctor", "snapshot", "resolve", "plan all"):
        assert cli(f"{command} --json").code in (0, 4), command
    applied = cli(f"apply all-1 {small_lab.confirmed} --json")
    assert applied.code == 0, applied.out
    assert cli("verify all --json").code == 0
    assert cli(f"rollback all {small_lab.confirmed} --json").code == 0
    assert small_lab.dumps() == before


def test_what_a_setting_asks_for_is_missed_where_it_is_not_consented(
    cli: CommandLine, small_lab: Pair, tmp_path: Path
) -> None:
    least = {need.permissions[0] for need in needs_of(read_move(tmp_path / "none.toml")) if not need.optional}
    app = small_lab.target["apps"][0]
    small_lab.lab.consent(small_lab.target_id, app["appId"], sorted(READER_PERMISSIONS | least))
    settings = cli.folder / "mappings" / "move.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(EVERYTHING, encoding="utf-8")
    result = cli("doctor --json")
    assert result.code == 12
    lacking = {line["verb"]: line["what"] for line in result.of_type("verb")}
    assert any("RoleManagementPolicy.ReadWrite.Directory" in what for what in lacking["apply"]), lacking
