"""What the room loads: the SDKs only when somebody talks to Graph."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("azure", "msgraph", "kiota_abstractions", "kiota_http", "httpx", "aiohttp", "jwt")


def test_the_plain_modules_load_no_sdk() -> None:
    modules = [
        "answer",
        "endpoint",
        "outcome",
        "pace",
        "pacer",
        "pager",
        "reading",
        "refusal",
        "session",
        "signin",
    ]
    code = "; ".join(
        [
            "import sys",
            *(f"import migrate.graphapi.{module}" for module in modules),
            f"print([name for name in {HEAVY!r} if name in sys.modules])",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
