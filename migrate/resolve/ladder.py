"""The evidence ladder as the engagement sets it: how strong each rule is and what it needs beside itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

HINTS = frozenset({"name", "mail_nickname"})
"""Rules that only suggest: whole companies share their values, so no strength makes them a reason."""

_INITIAL = ".onmicrosoft.com"


class Need(IntEnum):
    """What must hold beside a rule's own evidence before it is believed without a person, weakest first."""

    NOTHING = 0
    COMMON_WORD = 1
    """Both display names have a word in common: people marry, but seldom change both names."""
    SAME_NAME = 2
    """Both display names can be those of one person or thing, and no other object has the very name."""
    PERSON = 3
    """A person decides, always."""


NEEDS: Mapping[str, Need] = {
    "decision": Need.NOTHING,
    "template_id": Need.NOTHING,
    "permission_set": Need.NOTHING,
    "on_premises_immutable_id": Need.NOTHING,
    "on_premises_security_identifier": Need.NOTHING,
    "app_id": Need.NOTHING,
    "employee_id": Need.COMMON_WORD,
    "guest": Need.SAME_NAME,
    "user_principal_name": Need.SAME_NAME,
    "mail": Need.SAME_NAME,
    "proxy_address": Need.SAME_NAME,
    "membership_rule": Need.SAME_NAME,
    "member_overlap": Need.SAME_NAME,
    "mail_nickname": Need.PERSON,
    "name": Need.PERSON,
}
"""The least that each rule needs. An engagement may ask for more, never for less."""


@dataclass(frozen=True)
class Ladder:
    """Weights per rule (0 to 100; a rule that is missing is off) and the table of domain renames.

    ``needs`` holds what an engagement asks for beyond ``NEEDS``. ``source_domains`` are those that the source
    has verified and ``guest_domains`` those under which the target names its guests; both come from the
    snapshots (``between``).
    """

    weights: Mapping[str, float]
    domains: Mapping[str, str] = field(default_factory=dict)
    needs: Mapping[str, Need] = field(default_factory=dict)
    overlap_percent: int = 80
    """How many of all members that two groups or units have must be members of both."""
    overlap_members: int = 3
    """How many that must be at least."""
    source_domains: frozenset[str] = frozenset()
    guest_domains: frozenset[str] = frozenset()

    def on(self, rule: str) -> bool:
        return self.weights.get(rule, 0) > 0

    def confidence(self, rule: str) -> float:
        return min(self.weights.get(rule, 0.0), 100.0) / 100.0

    def need(self, rule: str) -> Need:
        least = NEEDS[rule]
        return max(least, self.needs.get(rule, least))

    def between(self, source_domains: Collection[str], target_domains: Collection[str]) -> Ladder:
        """The same ladder for two tenants with these verified domains."""
        initial = frozenset(one for one in target_domains if one.endswith(_INITIAL))
        return replace(self, source_domains=frozenset(source_domains), guest_domains=initial)

    def former(self, address: str) -> tuple[str, ...]:
        """The addresses of the source that would become this address of the target, itself included."""
        local, _, domain = address.rpartition("@")
        if not local:
            return ()
        old = (f"{local}@{one}" for one, new in sorted(self.domains.items()) if new == domain and one != new)
        return (address, *old)
