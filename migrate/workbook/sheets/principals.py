"""Principals: every person, group and application that a right names, and its counterpart in the target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from migrate.workbook.declare import Column, Show, TableSheet, Tone
from migrate.workbook.index import PRINCIPALS, Index
from migrate.workbook.sheets import deciding

_USES = {"principalId": "holds rights", "groupId": "is held by others", "directoryScopeId": "is a scope"}


@dataclass(frozen=True)
class Line(deciding.Line):
    uses: str


def rows(index: Index) -> Iterator[Line]:
    for one in deciding.lines(index, PRINCIPALS):
        uses = index.named.uses_of((one.mapping.kind, one.mapping.source_id))
        yield Line(**vars(one), uses=", ".join(text for name, text in _USES.items() if name in uses))


SHEET: TableSheet[Line] = TableSheet(
    name=PRINCIPALS,
    table="PrincipalsTable",
    tab=Tone.GOOD,
    about="Every person, group and application that a right names, and its counterpart. Decide here.",
    rows=rows,
    fixed=2,
    empty="Nobody to map: the source has no rights that could move.",
    key=deciding.key_of,
    basis=deciding.basis_of,
    columns=(
        deciding.kind(),
        *deciding.source(
            "The object in the source tenant: sign-in name of a person, otherwise the display name."
        ),
        deciding.source_details(),
        deciding.state(),
        *deciding.target(),
        deciding.target_details(),
        deciding.rule(),
        deciding.confidence(),
        deciding.reason(),
        *deciding.entries(),
        deciding.open_points(),
        deciding.rights_count(),
        Column(
            "Named as",
            17,
            Show.TEXT,
            lambda one: one.uses,
            "Whether it holds rights, is a group that others may be in, or is the scope of rights.",
        ),
        *deciding.runner_up(),
    ),
)
