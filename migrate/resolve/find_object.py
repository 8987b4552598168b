"""Which objects of either tenant somebody means by an id, a sign-in name, an appId or a display name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from migrate.kinds import role_definition
from migrate.kinds.catalogue import MAPPED, RIGHTS
from migrate.kinds.group_assignment_schedule import KIND as GROUP_ASSIGNMENT
from migrate.kinds.group_eligibility_schedule import KIND as GROUP_ELIGIBILITY
from migrate.kinds.kind import Kind, Row
from migrate.resolve.findings import Counterpart
from migrate.resolve.reference_graph import Node
from migrate.resolve.resolution import Resolution
from migrate.resolve.right_in_words import words_of
from migrate.resolve.tenant_view import TenantView

RIGHT_KINDS: tuple[Kind, ...] = (*RIGHTS, GROUP_ELIGIBILITY, GROUP_ASSIGNMENT)
"""Every schedule that a person may ask about, those that are not moved included."""
_SUGGESTIONS = 8
_SIGN_IN_NAMES = ("userPrincipalName", "appId", "templateId")
_NAMES = ("displayName", "mail", "mailNickname")


class Side(StrEnum):
    SOURCE = "source"
    TARGET = "target"


@dataclass(frozen=True)
class Found:
    """One object that may be meant, with the name that tells it from the others."""

    side: Side
    kind: str
    id: str
    name: str

    @property
    def node(self) -> Node:
        return self.kind, self.id


Views = Mapping[Side, TenantView]


def find(text: str, views: Views, resolution: Resolution) -> list[Found]:
    """Every object that the text names, case aside; several only where it really may mean several.

    An id is stronger than a sign-in name or an appId, and that is stronger than a display name. Where one
    object of the source and nothing but its own counterpart have the text, the source's is meant: it shows
    the other.
    """
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return []
    for step in (_by_id, _by_sign_in_name, _by_name):
        if found := sorted(set(step(wanted, views, resolution)), key=_order):
            return _without_counterpart(found, views, resolution)
    return []


def suggestions(text: str, views: Views) -> list[Found]:
    """A few objects whose names hold the text, for somebody who mistyped."""
    wanted = " ".join(text.split()).casefold()
    close = (
        found
        for found, row in _objects(views)
        if len(wanted) > 2
        and any(
            wanted in str(row.get(name) or "").casefold() for name in ("displayName", "userPrincipalName")
        )
    )
    return sorted(close, key=_order)[:_SUGGESTIONS]


def _order(found: Found) -> tuple[str, str, str]:
    return found.side, found.kind, found.id


def _objects(views: Views) -> Iterator[tuple[Found, Row]]:
    for side, view in views.items():
        for kind in MAPPED:
            for object_id, row in view.of_kind(kind).items():
                yield Found(side, kind, object_id, view.name_of(kind, object_id)), row


def _by_id(wanted: str, views: Views, resolution: Resolution) -> Iterator[Found]:
    for side, view in views.items():
        for kind in MAPPED:
            object_id = view.role_id(wanted) if kind == "roleDefinition" else wanted
            if view.row(kind, object_id) is not None:
                yield Found(side, kind, object_id, view.name_of(kind, object_id))
        for right in RIGHT_KINDS:
            row = view.row(right.name, wanted)
            if row is not None:
                yield Found(side, right.name, wanted, words_of(right, row, view).text)
    source = views.get(Side.SOURCE)
    for mapping in resolution.mappings:
        # An object that a right names and the source does not have: nothing but the mapping knows it.
        if source and mapping.source_id == wanted and source.row(mapping.kind, wanted) is None:
            yield Found(Side.SOURCE, mapping.kind, wanted, mapping.name)


def _by_sign_in_name(wanted: str, views: Views, _resolution: Resolution) -> Iterator[Found]:
    return (found for found, row in _objects(views) if _says(row, _SIGN_IN_NAMES, wanted))


def _by_name(wanted: str, views: Views, _resolution: Resolution) -> Iterator[Found]:
    return (found for found, row in _objects(views) if _says(row, _NAMES, wanted))


def _says(row: Row, properties: tuple[str, ...], wanted: str) -> bool:
    return any(" ".join(str(row.get(name) or "").split()).casefold() == wanted for name in properties)


def _without_counterpart(found: list[Found], views: Views, resolution: Resolution) -> list[Found]:
    ours = [one for one in found if one.side is Side.SOURCE]
    theirs = [one for one in found if one.side is Side.TARGET]
    if len(ours) == 1 and all(_is_same(ours[0], one, views, resolution) for one in theirs):
        return ours
    return found


def _is_same(ours: Found, theirs: Found, views: Views, resolution: Resolution) -> bool:
    if ours.kind != theirs.kind:
        return False
    if mapping := mapping_of(resolution, ours.node):
        return mapping.target_id == theirs.id
    # A built-in role is the same everywhere; one that no right names has no mapping that would say so.
    here = views[Side.SOURCE].row(*ours.node) or {}
    there = views[Side.TARGET].row(*theirs.node) or {}
    return (
        role_definition.is_built_in(here)
        and role_definition.is_built_in(there)
        and role_definition.template_id(here) == role_definition.template_id(there)
    )


def mapping_of(resolution: Resolution, node: Node) -> Counterpart | None:
    return next((one for one in resolution.mappings if (one.kind, one.source_id) == node), None)
