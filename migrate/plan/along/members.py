"""Members of units and groups, and owners of groups, on which a moved right depends: an empty unit makes the
right useless, and a group without its people gives nobody anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from migrate.kinds import (
    administrative_unit,
    administrative_unit_member,
    group,
    group_assignment_schedule,
    group_member,
    group_owner,
    pim_group,
)
from migrate.kinds.kind import Kind, Row
from migrate.kinds.membership import type_of
from migrate.kinds.rights import is_plain_member
from migrate.kinds.schedule import end_of
from migrate.plan.along.moving import Moving
from migrate.plan.document import Action, Draft
from migrate.plan.made import is_new
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import PRINCIPAL_KINDS, TenantView

LISTS: Mapping[str, tuple[Kind, ...]] = {
    administrative_unit.KIND.name: (administrative_unit_member.KIND,),
    group.KIND.name: (group_member.KIND, group_owner.KIND),
}
_SAID = {
    administrative_unit_member.KIND.name: "member",
    group_member.KIND.name: "member",
    group_owner.KIND.name: "owner",
}

_SAID_WITH_ARTICLE = {"member": "a member", "owner": "an owner"}


@dataclass(frozen=True)
class Population:
    """Who is to be put into one parent, and what could not be said or done about others, in words."""

    drafts: tuple[Draft, ...]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Members:
    """``counterparts`` are the accepted ones of everybody who was asked about; ``protected`` has those whom
    nobody may touch.

    ``ours`` are the ids of what this engagement has made already: it is new, whoever saw it since."""

    source: TenantView
    target: TenantView
    counterparts: Mapping[Node, str]
    moving: Moving
    protected: frozenset[str]
    ours: frozenset[str] = frozenset()

    def of(self, node: Node, target_id: str) -> Population:
        """What brings the people of a source unit or group into its counterpart."""
        new = is_new(target_id) or target_id.lower() in self.ours
        if not (self.moving.members_of_new if new else self.moving.members_of_existing):
            return Population((), ())
        if why := _takes_nobody(node[0], self.target.row(node[0], target_id) or {}):
            return Population((), (f"{self.source.name_of(*node)}: {why}; none are moved",))
        drafts: list[Draft] = []
        told: list[str] = []
        for kind in LISTS[node[0]]:
            if kind is group_owner.KIND and not new:
                continue  # Whoever owns a group rules it: an existing one keeps its owners.
            self._one_list(kind, node, target_id, drafts, told)
        return Population(tuple(drafts), tuple(told))

    def _one_list(self, kind: Kind, node: Node, target_id: str, drafts: list[Draft], told: list[str]) -> None:
        name, word = self.source.name_of(*node), _SAID[kind.name]
        here = self.source.listed(kind.name, node[1])
        there = self.target.listed(kind.name, target_id)
        if here is None or there is None:
            side = "source" if here is None else "target"
            told.append(f"{name}: its {word}s were not read in the {side}; none are moved")
            return
        present = {str(row.get("id") or "").lower() for row in there}
        sessions = self._sessions(node) if kind is group_member.KIND else {}
        if sessions is None:
            told.append(f"{name}: which members are only activated was not read; none are moved")
            return
        found, others = _sorted(here, self.source)
        if others:
            noun = "object is" if others == 1 else "objects are"
            told.append(f"{name}: {others} {noun} neither person, group nor application, and not moved")
        holds_roles = node[0] == group.KIND.name and group.can_hold_roles(
            self.target.row(node[0], target_id) or {}
        )
        open_ones: list[str] = []
        for member, member_kind in found:
            if holds_roles and member_kind == group.KIND.name:
                inner = self.source.name_of(member_kind, member)
                told.append(f"{name}: group {inner} cannot be put into a role-assignable group")
                continue
            if why := sessions.get(member):
                told.append(f"{name}: {self.source.name_of(member_kind, member)} {why}")
                continue
            counterpart = self.counterparts.get((member_kind, member))
            if counterpart is None:
                open_ones.append(self.source.name_of(member_kind, member))
            elif {member, counterpart.lower()} & self.protected:
                told.append(f"C13: {name}: {self.source.name_of(member_kind, member)} is protected")
            elif counterpart.lower() not in present:
                # Two of the source may be one in the target.
                present.add(counterpart.lower())
                drafts.append(self._draft(kind, node, target_id, (member_kind, member), counterpart))
        if open_ones:
            more = f" and {len(open_ones) - 5} more" if len(open_ones) > 5 else ""
            count = f"1 {word} has" if len(open_ones) == 1 else f"{len(open_ones)} {word}s have"
            told.append(
                f"{name}: {count} no accepted counterpart and cannot move: {', '.join(open_ones[:5])}{more}"
            )

    def _sessions(self, node: Node) -> dict[str, str] | None:
        """Members of a group who are there only for a while, with why they are not moved; ``None`` where that
        is not known for a group that PIM manages."""
        if node[1] not in self.source.of_kind(pim_group.KIND.name):
            return {} if self.source.saw(pim_group.KIND.collection) else None
        if not self.source.saw(group_assignment_schedule.KIND.collection, node[1]):
            return None
        found: dict[str, str] = {}
        for row in self.source.of_kind(group_assignment_schedule.KIND.name).values():
            if str(row.get("groupId") or "").lower() != node[1]:
                continue
            if str(row.get("accessId") or "").lower() != "member":
                continue
            principal = str(row.get("principalId") or "").lower()
            if str(row.get("assignmentType") or "").lower() == "activated":
                found[principal] = "is a member only while the eligibility is activated"
            elif _ends(row):
                found[principal] = "is a member for a time; an active assignment, not a member"
            elif self.source.moves_active and not is_plain_member(group_assignment_schedule.KIND, row):
                found[principal] = "is a member through an active assignment, which moves as a right"
        return found

    def _draft(self, kind: Kind, node: Node, target_id: str, member: Node, counterpart: str) -> Draft:
        name, word = self.source.name_of(*node), _SAID[kind.name]
        needs = tuple(one for one in (target_id, counterpart) if is_new(one))
        return Draft(
            Action.CREATE,
            kind.name,
            f"{kind.name}:{target_id}|{counterpart}".lower(),
            f"is {_SAID_WITH_ARTICLE[word]} in the source",
            (),
            {"id": member[1], "parentId": node[1]},
            {"parentId": target_id, "objectId": counterpart.lower()},
            {
                "principal": self.source.name_of(*member),
                "target_principal": self._target_name(member, counterpart),
                "right": f"{word} of {name}",
                "scope": "administrative unit" if node[0] == administrative_unit.KIND.name else "group",
            },
            reverse="remove",
            needs=needs,
        )

    def _target_name(self, member: Node, counterpart: str) -> str:
        return self.target.name_of(member[0], counterpart)


def _takes_nobody(kind: str, row: Row) -> str:
    """Why nobody can be put into an object of the target; empty where somebody can."""
    types = {str(one).lower() for one in row.get("groupTypes") or ()}
    if "dynamicmembership" in types or str(row.get("membershipType") or "").lower() == "dynamic":
        return "in the target a rule decides who is a member"
    if kind == group.KIND.name and row.get("onPremisesSyncEnabled") is True:
        return "in the target its members come from on-premises"
    return ""


def _sorted(rows: tuple[Row, ...], source: TenantView) -> tuple[list[Node], int]:
    """Users, groups and applications by id and kind, and how many others there are: devices and contacts
    have no counterparts."""
    found: list[Node] = []
    for row in rows:
        member = str(row.get("id") or "").lower()
        kind = type_of(row) or source.kind_of(member) or ""
        if kind in PRINCIPAL_KINDS:
            found.append((member, kind))
    return sorted(found), len(rows) - len(found)


def _ends(row: Row) -> bool:
    """Whether a row ends; one that cannot be read counts as one that does."""
    try:
        return end_of(row) is not None
    except ValueError:
        return True
