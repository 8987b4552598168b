from __future__ import annotations

from pathlib import Path

import pytest

SOURCE = "11111111-1111-1111-1111-111111111111"
TARGET = "22222222-2222-2222-2222-222222222222"

GOOD = f"""\
name = "contoso-to-fabrikam"

[source]
tenant_id = "{SOURCE}"
cloud = "global"
[source.credential]
kind = "client_secret"
client_id = "33333333-3333-3333-3333-333333333333"
secret_env = "SOURCE_SECRET"

[target]
tenant_id = "{TARGET}"
[target.credential]
kind = "azure_cli"
"""


class EngagementFile:
    """Writes variations of a sound ``engagement.toml``."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "engagement.toml"

    def write(self, *changes: tuple[str, str], more: str = "") -> Path:
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.path.write_text(text + more, encoding="utf-8")
        return self.path

    def line(self, part: str) -> int:
        """The line on which the part stands first."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if part in line)


@pytest.fixture
def engagement_file(tmp_path: Path) -> EngagementFile:
    return EngagementFile(tmp_path)
