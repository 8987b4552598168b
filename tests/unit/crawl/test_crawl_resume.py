"""A crawl that was killed at any request ends, after the next run, where an undisturbed one would have."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawling import NOW, content, crawl
from paged_tenant import Killed, nested_tenant

from migrate.crawl.begin import Asked, begin
from migrate.store.database import open_state
from migrate.store.snapshot_rows import Scope
from migrate.store.snapshots import Snapshots


@pytest.mark.parametrize("scope", ["full", "privileged"])
def test_killed_at_any_request_the_next_run_goes_on(tmp_path: Path, scope: Scope) -> None:
    whole = nested_tenant()
    with open_state(tmp_path / "whole.db", create=True) as db:
        expected = crawl(whole, db, scope)
        everything = content(db, expected)
    total = len(whole.requests)
    assert total > 20
    for kill_at in range(total):
        tenant = nested_tenant()
        tenant.kill_at = kill_at
        with open_state(tmp_path / f"{kill_at}.db", create=True) as db:
            with pytest.raises((Killed, BaseExceptionGroup)):
                crawl(tenant, db, scope)
            before = len(tenant.requests)
            tenant.kill_at = None
            again = crawl(tenant, db, scope)
            assert again.hash == expected.hash, kill_at
            assert content(db, again) == everything
            # Nothing but the counts, the small single pages and what was in flight is asked twice.
            pages = [one.path for one in tenant.requests if one.path.startswith("https://")]
            assert len(pages) == len(set(pages)), kill_at
            assert len(tenant.requests) - before < total or kill_at < 5


def test_a_dead_page_token_restarts_only_its_own_listing(tmp_path: Path) -> None:
    whole = nested_tenant()
    with open_state(tmp_path / "whole.db", create=True) as db:
        expected = crawl(whole, db)
    tenant = nested_tenant()
    users = [
        number for number, one in enumerate(whole.requests) if one.path.startswith("https://graph//users")
    ]
    tenant.kill_at = users[2]
    with open_state(tmp_path / "killed.db", create=True) as db:
        with pytest.raises((Killed, BaseExceptionGroup)):
            crawl(tenant, db)
        tenant.kill_at, before = None, len(tenant.requests)
        tenant.dead_links = True
        # Links that die for ever leave the listing unread; it is told, never taken for whole.
        assert not crawl(tenant, db).complete
        tenant.dead_links = False
        again = crawl(tenant, db, fresh=True)
        assert again.hash == expected.hash
        governing = [one.path for one in tenant.requests[before:]]
        assert governing.count("/roleManagement/directory/roleDefinitions") == 1


def test_fresh_and_every_difference_start_over(tmp_path: Path) -> None:
    with open_state(tmp_path / "engagement.db", create=True) as db:
        snapshots = Snapshots(db)
        asked = Asked("source", "T", "full", None, "1.0")
        first, told = begin(snapshots, asked, NOW, fresh=False)
        assert told is None
        again, told = begin(snapshots, asked, NOW, fresh=False)
        assert again == first and told is not None and "going on" in told
        snapshots.add_alias(first, "x", "y")
        _, told = begin(snapshots, asked, NOW, fresh=True)
        assert told is None and snapshots.aliases(first) == {}
        for other in (
            Asked("source", "OTHER", "full", None, "1.0"),
            Asked("source", "OTHER", "privileged", None, "1.0"),
            Asked("source", "OTHER", "privileged", None, "2.0"),
        ):
            _, told = begin(snapshots, other, NOW, fresh=False)
            assert told is not None and "read anew" in told
