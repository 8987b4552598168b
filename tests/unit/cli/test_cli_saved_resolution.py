"""A saved resolution is taken up where nothing changed that it was made of; where not, the reason is told."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lab_crawl import NOW, snapshot

from migrate.cli import saved_resolution
from migrate.cli.context import Context
from migrate.cli.resolving import (
    Anew,
    Fresh,
    Resolved,
    resolve_and_save,
    resolve_only,
    resolved_before,
    taken_up_or_resolved,
)
from migrate.lab.seed.contoso import contoso
from migrate.lab.seed.engagement import write_engagement
from migrate.lab.seed.fabrikam import fabrikam
from migrate.lab.seed.tenants import CONTOSO, FABRIKAM
from migrate.resolve.resolution import Resolution
from migrate.store.database import Database, open_state
from migrate.store.resolutions import Resolutions
from migrate.store.snapshots import Snapshots
from migrate.views.screen import Screen


@pytest.fixture(scope="module")
def resolved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement of the two lab tenants, resolved and saved."""
    folder = tmp_path_factory.mktemp("engagement")
    source, target = contoso(NOW), fabrikam(NOW)
    context = _context(
        write_engagement(
            folder,
            graph_url="https://localhost:1/v1.0",
            authority="https://localhost:1",
            ca_pem=b"",
            source_seed=source,
            target_seed=target,
        )
    )
    with context.writing("snapshot", create=True) as db:
        asyncio.run(snapshot(db, [source], CONTOSO.tenant_id, "source"))
        asyncio.run(snapshot(db, [target], FABRIKAM.tenant_id, "target"))
        resolve_and_save(context, db)
    return folder


@pytest.fixture(scope="module")
def sound(resolved_once: Path) -> Resolution:
    """What comes of the engagement as it is."""
    context = _context(resolved_once / "engagement.toml")
    with open_state(context.engagement.database_path, create=False) as database:
        return resolve_only(context, database).resolution


@pytest.fixture
def context(resolved_once: Path, tmp_path: Path) -> Context:
    folder = tmp_path / "copy"
    shutil.copytree(resolved_once, folder)
    return _context(folder / "engagement.toml")


@pytest.fixture
def db(context: Context) -> Iterator[Database]:
    with open_state(context.engagement.database_path, create=False) as database:
        yield database


def _context(path: Path) -> Context:
    return Context.of(path, Screen(as_json=True))


def _why(context: Context, db: Database) -> str:
    found = resolved_before(context, db)
    assert isinstance(found, Anew), "it was taken up"
    return found.why


def _told(resolution: Resolution) -> tuple[object, ...]:
    """All of it, with the evidence read."""
    mappings = [replace(one, evidence=tuple(one.evidence)) for one in resolution.mappings]
    return mappings, resolution.conflicts, resolution.drift, resolution.beside


def test_what_was_saved_comes_back_as_it_was_made(context: Context, db: Database) -> None:
    made, taken = resolve_only(context, db), resolved_before(context, db)
    assert isinstance(taken, Fresh)
    assert made.resolution.conflicts and made.resolution.drift and made.resolution.beside
    assert any(one.evidence for one in made.resolution.mappings)
    assert _told(taken.resolution) == _told(made.resolution)
    assert taken.saved == made.saved == Resolutions(db).latest_info()
    assert (taken.decided, taken.decisions_hash, taken.rules_hash) == (
        made.decided,
        made.decisions_hash,
        made.rules_hash,
    )


def test_taking_up_saves_nothing_and_gives_no_reason(context: Context, db: Database) -> None:
    before = Resolutions(db).list()
    resolved, why = taken_up_or_resolved(context, db)
    assert isinstance(resolved, Resolved) and why == ""
    assert resolved.info == before[-1] and Resolutions(db).list() == before


@pytest.mark.parametrize(("side", "told"), [("source", "of the source"), ("target", "of the target")])
def test_a_newer_snapshot_asks_for_a_new_resolution(
    context: Context, db: Database, side: str, told: str
) -> None:
    tenant = context.engagement.source if side == "source" else context.engagement.target
    snapshots = Snapshots(db)
    snapshots.seal(snapshots.begin(side, tenant.tenant_id, NOW), NOW)  # type: ignore[arg-type]
    assert _why(context, db).startswith(f"there is a newer snapshot {told}")


def _decide_less(context: Context) -> None:
    path = context.engagement.mappings_folder / "decisions.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")


def _match_otherwise(context: Context) -> None:
    path = context.engagement.mappings_folder / "match.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n[rules.mail]\nenabled = false\n", encoding="utf-8")


def _tier_otherwise(context: Context) -> None:
    path = context.engagement.mappings_folder / "tiers.toml"
    path.write_text("[unclassified]\ntier = 1\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_decide_less, "decisions changed"),
        (_match_otherwise, "the match rules, the protected principals or what moves along changed"),
        (_tier_otherwise, "the tiers changed"),
    ],
)
def test_a_changed_file_asks_for_a_new_resolution_once(
    context: Context, db: Database, change: Callable[[Context], None], told: str
) -> None:
    change(context)
    assert _why(context, db) == told
    resolved, why = taken_up_or_resolved(context, db)
    assert why == told
    again = resolved_before(context, db)
    assert isinstance(again, Fresh) and _told(again.resolution) == _told(resolved.resolution)


def test_two_changes_are_both_told(context: Context, db: Database) -> None:
    _decide_less(context)
    _match_otherwise(context)
    assert (
        _why(context, db)
        == "decisions changed, the match rules, the protected principals or what moves along changed"
    )


def test_another_version_of_the_program_resolves_anew_and_keeps_what_is_the_same(
    context: Context, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Resolutions(db).list()
    tiers = saved_resolution.made_with(context).partition(" ")[2]
    monkeypatch.setattr(saved_resolution, "made_with", lambda _context: f"99.0 {tiers}")
    assert _why(context, db) == "another version of this program saved the last one"
    resolve_and_save(context, db)
    assert Resolutions(db).list() == before, "the same result is the same resolution"
    assert isinstance(resolved_before(context, db), Fresh)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE mappings SET reason = 'another' WHERE rowid = (SELECT min(rowid) FROM mappings)",
        "DELETE FROM mappings WHERE rowid = (SELECT max(rowid) FROM mappings)",
        "UPDATE conflicts SET remedy = 'other' WHERE rowid = (SELECT min(rowid) FROM conflicts)",
        "DELETE FROM drift WHERE rowid = (SELECT min(rowid) FROM drift)",
        "UPDATE decisions SET who = 'somebody' WHERE rowid = (SELECT min(rowid) FROM decisions)",
        "UPDATE resolution_reuse SET content = replace(content, 'conflicts', 'conflict_')",
        "UPDATE resolution_reuse SET hash = 'x'",
    ],
)
def test_damaged_rows_are_never_taken_up_and_are_replaced(
    context: Context, db: Database, sound: Resolution, damage: str
) -> None:
    db.execute(damage)
    assert _why(context, db) == "what was saved of resolution-0001 was changed since"
    resolved, why = taken_up_or_resolved(context, db)
    assert why and _told(resolved.resolution) == _told(sound)
    again = resolved_before(context, db)
    assert isinstance(again, Fresh), "the next time it need not be made again"
    assert _told(again.resolution) == _told(sound) and again.saved == resolved.info


def test_what_an_older_version_saved_without_notes_is_resolved_anew(context: Context, db: Database) -> None:
    db.execute("DELETE FROM resolution_reuse")
    assert _why(context, db) == "another version of this program saved the last one"
    taken_up_or_resolved(context, db)
    assert isinstance(resolved_before(context, db), Fresh)
