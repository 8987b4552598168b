"""A rule of the target that is loosened before a write and restored afterwards, just as far as it has to be.

Both bodies are whole rules with their target: a partial target has broken policies (docs-contrib issue 2230).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from migrate.kinds.kind import Row
from migrate.kinds.policy_rule_names import MFA
from migrate.kinds.schedule import parse_duration
from migrate.plan.admin_rules import AdminRules

_TYPE = "#microsoft.graph.unifiedRoleManagementPolicy"
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Relaxation:
    """``before`` is the rule as the target has it, ``after`` the one to send first; both can be sent as they
    are. ``says`` tells the difference."""

    rule_id: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    says: str


def longer(rules: AdminRules, length: timedelta | None) -> Relaxation:
    """The expiration rule so that it allows just this length; ``None`` is a right that never ends."""
    before = _whole(rules.expiration, "ExpirationRule", ("isExpirationRequired", "maximumDuration"))
    after, said = dict(before), []
    if length is None and rules.must_end:
        after["isExpirationRequired"] = False
        said.append("no end is demanded")
    if length is not None or rules.allows_nothing:
        after["maximumDuration"] = _at_least(length or _HOUR)
        said.append(f"maximumDuration is {after['maximumDuration']} instead of {before['maximumDuration']}")
    return Relaxation(str(before["id"]), before, after, f"{before['id']}: {', '.join(said)}")


def without_mfa(rules: AdminRules) -> Relaxation:
    """The enablement rule without the second factor, which a token of an application can never show."""
    before = _whole(rules.enablement, "EnablementRule", ("enabledRules",))
    left = [one for one in before["enabledRules"] if str(one).lower() != MFA]
    after = {**before, "enabledRules": left}
    return Relaxation(str(before["id"]), before, after, f"{before['id']}: no MFA is demanded")


def for_all(relaxations: Iterable[Relaxation]) -> tuple[Relaxation, ...]:
    """One relaxation a rule, enough for every write under one policy, in the order of their first need."""
    found: dict[str, Relaxation] = {}
    for one in relaxations:
        known = found.get(one.rule_id)
        found[one.rule_id] = one if known is None else _wider(known, one)
    return tuple(found.values())


def _wider(one: Relaxation, other: Relaxation) -> Relaxation:
    if "enabledRules" in one.after or one.after == other.after:
        return one
    longest = one if _longest(one.after) >= _longest(other.after) else other
    after = dict(longest.after)
    after["isExpirationRequired"] = all(each.after["isExpirationRequired"] for each in (one, other))
    said = dict.fromkeys(part for each in (one, other) for part in _parts(each, after))
    return replace(one, after=after, says=f"{one.rule_id}: {', '.join(said)}")


def _parts(one: Relaxation, after: Row) -> list[str]:
    """What it says, without a duration that gave way to a longer one."""
    said = one.says.removeprefix(f"{one.rule_id}: ").split(", ")
    kept = f"maximumDuration is {after['maximumDuration']} "
    return [part for part in said if part.startswith(kept) or not part.startswith("maximumDuration")]


def _longest(rule: Row) -> timedelta:
    return parse_duration(rule.get("maximumDuration")) or timedelta()


def _at_least(length: timedelta) -> str:
    """Whole days, or whole hours where it is less than one: the forms that Graph is known to keep."""
    hours = -(-length // _HOUR)
    return f"PT{hours}H" if hours < 24 else f"P{-(-length // _DAY)}D"


def _whole(rule: Row, type_suffix: str, properties: tuple[str, ...]) -> dict[str, Any]:
    """The rule as it can be sent. A group that PIM does not manage yet shows no type and no target."""
    level = "Eligibility" if str(rule["id"]).endswith("_Eligibility") else "Assignment"
    target = rule.get("target") or {
        "caller": "Admin",
        "operations": ["all"],
        "level": level,
        "inheritableSettings": [],
        "enforcedSettings": [],
    }
    return {
        "@odata.type": rule.get("@odata.type") or f"{_TYPE}{type_suffix}",
        "id": rule["id"],
        **{name: rule.get(name) for name in properties},
        "target": target,
    }
