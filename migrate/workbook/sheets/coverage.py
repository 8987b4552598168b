"""How complete the two snapshots are, in words that nobody overlooks."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.resolve.tenant_view import TenantView
from migrate.workbook.declare import Paragraph, Tone
from migrate.workbook.index import NAMED, Index


def blocks(index: Index) -> Iterator[Paragraph]:
    """One line for each side that was not read completely; one calm line when both were."""
    complete = True
    for side, view, snapshot in index.report.sides():
        if not snapshot.unread:
            continue
        complete = False
        named = [collection(view, one) for one in sorted(snapshot.unread)]
        rest = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        yield Paragraph(
            f"! INCOMPLETE: the {side} tenant was not read completely: {', '.join(named[:NAMED])}{rest}."
            " What depends on it is not concluded, and its rights stay blocked. Run snapshot again.",
            Tone.BAD,
        )
    if complete:
        yield Paragraph("✓ Both tenants were read completely.", Tone.GOOD)


def collection(view: TenantView, unread: str) -> str:
    """A collection as it is recorded, with the name of the group for those that are listed per group."""
    name, _, group_id = unread.partition(":")
    return f"{name} of {view.name_of('group', group_id)} ({group_id})" if group_id else name
