"""``pim-migrate init``: writes the files that an engagement begins with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen


def init(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write; the folder of --engagement by default.")
    ] = None,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Write a commented engagement.toml and mappings/. Overwrites nothing."""
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, folder if folder is not None else engagement.parent))


def _run(screen: Screen, folder: Path) -> int:
    from migrate.config.starter import write_starter

    written = write_starter(folder)
    for path in written:
        screen.line("file", path=str(path))
        screen.say(f"wrote {path}")
    screen.say("\nnext: fill in engagement.toml, set the secrets it names, then: pim-migrate doctor")
    screen.line("summary", verb="init", files=len(written), exit=0)
    return 0
