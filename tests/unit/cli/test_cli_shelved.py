"""What the workbook is made of, kept on a shelf, is just what a plan is made of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from lab_crawl import NOW, snapshot

from migrate.cli import clock
from migrate.cli.context import Context
from migrate.cli.planning import draft
from migrate.cli.resolving import resolve_and_save, taken_up_or_resolved
from migrate.cli.shelved import shelve
from migrate.cli.snapshot_inputs import latest_inputs
from migrate.config.decisions import Decision, read_in_order, write_decisions
from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.engagement import write_engagement
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM
from migrate.plan.broader_role import BROADER_ROLE
from migrate.plan.document import Action
from migrate.plan.tier_gate import TIER_ESCALATION
from migrate.resolve.streamed_rows import StreamedRows
from migrate.store.shelf import Shelf
from migrate.views.progress import ProgressLine
from migrate.views.screen import Screen
from migrate.workbook.held_rights import in_order, read_only

REPORTS_READER = "4a5d8f65-41da-4de4-8968-e035b65339cf"


def test_shelved_rights_are_those_of_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    source, target = contoso(NOW), fabrikam(NOW)
    path = write_engagement(
        tmp_path,
        graph_url="https://localhost:1/v1.0",
        authority="https://localhost:1",
        ca_pem=b"",
        source_seed=source,
        target_seed=target,
    )
    context = Context.of(path, Screen(as_json=True))
    with context.writing("report", create=True) as db, Shelf() as shelf:
        asyncio.run(snapshot(db, [source], CONTOSO.tenant_id, "source"))
        asyncio.run(snapshot(db, [target], FABRIKAM.tenant_id, "target"))
        # Whoever holds this role of the source's own would get a built-in one for it, which allows more.
        roles = latest_inputs(db).source.of_kind("roleDefinition")
        (own,) = (one for one, row in roles.items() if row["displayName"] == "Application Support Operator")
        said = ("a test", "A. Tester", "2026-03-01")
        decided = [
            Decision("roleDefinition", own, REPORTS_READER, "choose", *said),
            Decision("roleDefinition", REPORTS_READER, None, "skip", *said),
        ]
        path = context.engagement.mappings_folder / "decisions.csv"
        write_decisions(path, [*read_in_order(path), *decided])
        resolve_and_save(context, db)
        # What is taken up leaves the rights in the database, as a report of very many does.
        resolved, why_anew = taken_up_or_resolved(context, db)
        view = resolved.inputs.source
        assert not why_anew and isinstance(view.of_kind("roleEligibilitySchedule"), StreamedRows)
        drafted = draft(context, db, resolved)
        shelved = shelve(context, db, resolved, shelf, NOW, ProgressLine(quiet=True, clock=clock.monotonic))
        # How a right is written is the plan's; the shelf keeps what is shown.
        drafts = [replace(one, relax=()) for one in drafted.drafts]

        assert list(shelved.drafts) == drafts and len(shelved.drafts) == len(drafts)
        assert list(shelved.held) == in_order((*drafts, *read_only(view)), view)
        assert len(shelved.held) > len(drafts)
        assert {one.action for one in drafts} >= {Action.CREATE, Action.KEEP, Action.BLOCKED}
        assert {code for one in drafts for code in one.codes} >= {BROADER_ROLE, TIER_ESCALATION}
