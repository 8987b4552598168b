"""What people have declared about a tenant: emergency accounts, owners, rules of a tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class EmergencyAccount:
    """``name`` is a user principal name or an id, in lower case; ``tested`` when somebody last signed in."""

    name: str
    tested: date | None = None


@dataclass(frozen=True)
class TierRules:
    """What activation of a right in a tier must ask for; what is None or false is not asked for."""

    activation_time: timedelta | None = None
    mfa: bool = False
    approval: bool = False
    justification: bool = False
    ticket: bool = False
    authentication_context: bool = False


@dataclass(frozen=True)
class Declared:
    """``owners`` by kind and id (or template id), both as in the file but in lower case."""

    emergency: tuple[EmergencyAccount, ...] = ()
    owners: Mapping[tuple[str, str], str] = field(default_factory=dict)
    tier_rules: Mapping[int, TierRules] = field(default_factory=dict)

    def owner_of(self, kind: str, object_id: str) -> str:
        """Who answers for an object; empty where nobody was named."""
        return self.owners.get((kind.lower(), object_id.lower()), "")
