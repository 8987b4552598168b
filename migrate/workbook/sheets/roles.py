"""Roles: every directory role that a right gives, its counterpart, and what the two do not have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from migrate.kinds import role_definition
from migrate.resolve.findings import Drift
from migrate.workbook.declare import Column, Show, TableSheet, Tone
from migrate.workbook.index import ROLES, Index
from migrate.workbook.sheets import deciding


@dataclass(frozen=True)
class Line(deciding.Line):
    """A role with its tier, whether it is built in, and the permissions that only one side has."""

    type: str
    tier: str
    permissions: str
    only_in_source: Sequence[str]
    only_in_target: Sequence[str]
    not_offered: Sequence[str]


def rows(index: Index) -> Iterator[Line]:
    source, target = index.report.source, index.report.target
    not_offered = {one.source_id: _not_offered(one) for one in index.drift if one.code == "D05"}
    for one in deciding.lines(index, ROLES):
        mapping = one.mapping
        ours = source.row(mapping.kind, mapping.source_id)
        theirs = target.row(mapping.kind, mapping.target_id) if mapping.target_id else None
        here = role_definition.actions(ours) if ours else frozenset()
        there = role_definition.actions(theirs) if theirs else frozenset()
        compared = ours is not None and theirs is not None
        same = deciding.SAME if here == there else deciding.DIFFERS
        yield Line(
            **vars(one),
            type="" if ours is None else "built-in" if role_definition.is_built_in(ours) else "custom",
            tier=index.tiers.of_role(mapping.source_id),
            permissions=same if compared else deciding.UNKNOWN,
            only_in_source=sorted(here - there) if compared else (),
            only_in_target=sorted(there - here) if compared else (),
            not_offered=not_offered.get(mapping.source_id, ()),
        )


def _not_offered(drift: Drift) -> Sequence[str]:
    found = drift.detail.get("not_offered_in_target")
    return found if isinstance(found, list | tuple) else ()


def _counted(actions: Sequence[str]) -> str:
    """How many, then each on a line of its own; every one of them, since somebody has to judge them."""
    return "\n".join([f"{len(actions)}:", *actions]) if actions else ""


SHEET: TableSheet[Line] = TableSheet(
    name=ROLES,
    table="RolesTable",
    tab=Tone.GOOD,
    about="Every directory role that a right gives, its counterpart, and what they allow. Decide here.",
    rows=rows,
    fixed=1,
    empty="No roles: the source has no rights that could move.",
    key=deciding.key_of,
    basis=deciding.basis_of,
    columns=(
        *deciding.source("The directory role in the source tenant."),
        Column(
            "Type",
            10,
            Show.TEXT,
            lambda one: one.type,
            "built-in: Microsoft's, the same in every tenant. custom: made by this tenant.",
        ),
        Column(
            "Tier",
            23,
            Show.TEXT,
            lambda one: one.tier,
            "How powerful it is in the whole tenant, 0 being the most, by mappings/tiers.toml; ? where"
            " nothing classifies it.",
        ),
        deciding.state(),
        *deciding.target(),
        Column(
            "Permissions",
            16,
            Show.TAG,
            lambda one: one.permissions,
            "Whether the role and its counterpart (or proposal) allow the same.",
            tones=deciding.differs_tones(),
        ),
        Column(
            "Only in source",
            36,
            Show.TEXT,
            lambda one: _counted(one.only_in_source),
            "What people can do here and could not do any more there.",
        ),
        Column(
            "Only in target",
            36,
            Show.TEXT,
            lambda one: _counted(one.only_in_target),
            "What people cannot do here and could do there.",
        ),
        Column(
            "Not offered by the target",
            30,
            Show.TEXT,
            lambda one: _counted(one.not_offered),
            "Permissions that the target does not know at all: no role there could allow them.",
        ),
        deciding.reason(),
        *deciding.entries(),
        deciding.open_points(),
        deciding.rights_count(),
        deciding.target_details(on_paper=False),
        deciding.rule(on_paper=False),
        *deciding.runner_up(),
    ),
)
