"""What the items of a plan are about, in words: by kind, one at a time, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migrate.kinds import (
    access_review,
    administrative_unit,
    administrative_unit_member,
    authentication_context,
    conditional_access_policy,
    group,
    group_assignment_schedule,
    group_eligibility_schedule,
    group_member,
    group_owner,
    role_assignment_schedule,
    role_definition,
    role_eligibility_schedule,
    role_management_policy,
)
from migrate.plan import rule_words
from migrate.plan.document import Item

OBJECTS, MEMBERS, RULES, GUARDS, RIGHTS = "objects", "members", "rules", "guards of privilege", "rights"
SECTIONS = (OBJECTS, MEMBERS, RULES, RIGHTS, GUARDS)
"""In the order in which a plan writes them."""


@dataclass(frozen=True)
class _Kind:
    section: str
    one: str
    many: str


_KINDS: Mapping[str, _Kind] = {
    administrative_unit.KIND.name: _Kind(OBJECTS, "administrative unit", "administrative units"),
    group.KIND.name: _Kind(OBJECTS, "group", "groups"),
    role_definition.KIND.name: _Kind(OBJECTS, "custom role", "custom roles"),
    authentication_context.KIND.name: _Kind(OBJECTS, "authentication context", "authentication contexts"),
    administrative_unit_member.KIND.name: _Kind(MEMBERS, "member of a unit", "members of units"),
    group_member.KIND.name: _Kind(MEMBERS, "member of a group", "members of groups"),
    group_owner.KIND.name: _Kind(MEMBERS, "owner of a group", "owners of groups"),
    role_management_policy.RULE: _Kind(RULES, "rule of a policy", "rules of policies"),
    role_eligibility_schedule.KIND.name: _Kind(RIGHTS, "eligibility for a role", "eligibilities for roles"),
    group_eligibility_schedule.KIND.name: _Kind(RIGHTS, "eligibility in a group", "eligibilities in groups"),
    role_assignment_schedule.KIND.name: _Kind(
        RIGHTS, "active assignment to a role", "active assignments to roles"
    ),
    group_assignment_schedule.KIND.name: _Kind(
        RIGHTS, "active assignment in a group", "active assignments in groups"
    ),
    access_review.KIND.name: _Kind(GUARDS, "access review", "access reviews"),
    conditional_access_policy.KIND.name: _Kind(
        GUARDS, "conditional access policy", "conditional access policies"
    ),
}
_ORDER = tuple(_KINDS)
_BACK = {
    "adminRemove": "removed",
    "adminUpdate": "gets its old end",
    "adminAssign": "given again",
    "delete": "deleted",
    "remove": "taken out",
    "restore": "as it was before",
}


def section_of(item: Item) -> str:
    """Under which of ``SECTIONS`` an item stands; a kind of a newer version counts as a right."""
    known = _KINDS.get(item.kind)
    return known.section if known else RIGHTS


def kind_words(kind: str, count: int) -> str:
    """Such as ``members of units``, or ``member of a unit`` for one."""
    known = _KINDS.get(kind)
    if known is None:
        return kind
    return known.one if count == 1 else known.many


def in_order(kinds: Iterable[str]) -> list[str]:
    """Kinds in the order in which a plan writes them."""
    return sorted(set(kinds), key=lambda kind: (_ORDER.index(kind) if kind in _KINDS else len(_ORDER), kind))


def counted(items: Iterable[Item]) -> str:
    """How many of each kind, such as ``1 custom role, 4 members of units``; empty for none."""
    counts = Counter(item.kind for item in items)
    return ", ".join(f"{counts[kind]} {kind_words(kind, counts[kind])}" for kind in in_order(counts))


def what(item: Item) -> str:
    """What is made, changed or given, without whom it is for and where."""
    named = item.names.get("right") or item.key
    return f"{kind_words(item.kind, 1)} {named}" if section_of(item) in (OBJECTS, GUARDS) else named


def where(item: Item) -> str:
    """At which scope a right holds, or which rule of its policy is changed; empty where that says nothing."""
    section, scope = section_of(item), item.names.get("scope", "")
    if section == RULES:
        return rule_words.title(scope) + (", for the length of the run" if item.temporary else "")
    return "" if section != RIGHTS or scope == "group" else scope


def told(item: Item) -> str:
    """One item in one line, with the source's names."""
    who, scope = item.names.get("principal", ""), where(item)
    if section_of(item) == RULES:
        return f"{what(item)} ({scope})"
    at = f" at {scope}" if scope not in ("", "tenant") else ""
    return f"{what(item)}{f' for {who}' if who else ''}{at}"


def way_back(item: Item) -> str:
    """What a rollback makes of a write, in words."""
    if item.temporary:
        return "as it was before, at the end of the run"
    return _BACK.get(item.reverse or "", "stays: nothing takes it back")
