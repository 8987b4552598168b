"""Options that every verb takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EngagementOption = Annotated[
    Path, typer.Option("--engagement", help="The engagement file.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON lines; never ask.")]
YesOption = Annotated[
    bool, typer.Option("--yes", help="Do not ask. Needs --target-tenant, so that nothing runs by accident.")
]
TargetTenantOption = Annotated[
    str, typer.Option("--target-tenant", help="The target's tenant id, repeated to confirm it.")
]
DEFAULT_ENGAGEMENT = Path("engagement.toml")
