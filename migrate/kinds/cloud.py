"""Microsoft's clouds. Tokens of one cloud mean nothing in another, so its two hosts always change together.

Source: Microsoft's page on national cloud deployments (graph-facts §5). GCC tenants are in ``global``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cloud:
    """The hosts of one cloud: Microsoft Graph, and the authority that signs in."""

    graph: str
    authority: str


CLOUDS: dict[str, Cloud] = {
    "global": Cloud("https://graph.microsoft.com", "https://login.microsoftonline.com"),
    "usgov": Cloud("https://graph.microsoft.us", "https://login.microsoftonline.us"),
    "usgov-dod": Cloud("https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
    "china": Cloud("https://microsoftgraph.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
}
