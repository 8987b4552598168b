"""How to grant what is missing, ready to be copied."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from migrate.views.screen import Screen


@dataclass(frozen=True)
class Consent:
    """What one tenant would have to grant; ``optional`` when no verb needs it. ``portal`` names what the
    commands do not grant, and is empty where they grant all."""

    tenant: str
    optional: bool
    permissions: tuple[str, ...]
    commands: tuple[str, ...]
    powershell: tuple[str, ...]
    portal: str


def show_consent(screen: Screen, consent: Consent) -> None:
    screen.line("consent", **asdict(consent))
    what = "what no verb needs, but tells more" if consent.optional else "what is missing"
    screen.say(f"\nto grant {what} in {consent.tenant}: {', '.join(consent.permissions)}")
    if consent.commands:
        screen.say("  with Azure CLI:")
    for command in consent.commands:
        screen.say(f"    {command}")
    if consent.powershell:
        screen.say("  or with Microsoft Graph PowerShell:")
    for command in consent.powershell:
        screen.say(f"    {command}")
    if consent.portal:
        screen.say(f"  by hand: {consent.portal}")
