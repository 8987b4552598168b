"""A snapshot that takes over an earlier one holds what a full one holds, whatever has changed in between."""

from __future__ import annotations

import tempfile
from pathlib import Path

from crawling import content, crawl
from hypothesis import given, settings
from hypothesis import strategies as st
from paged_tenant import ident, nested_tenant, user

from migrate.store.database import open_state

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "remove", "rename"]),
        st.integers(min_value=1, max_value=14),
        st.text(max_size=8),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(first=CHANGES, second=CHANGES, dead=st.booleans())
def test_since_the_last_equals_full(
    first: list[tuple[str, int, str]], second: list[tuple[str, int, str]], dead: bool
) -> None:
    tenant = nested_tenant()
    with (
        tempfile.TemporaryDirectory() as folder,
        open_state(Path(folder) / "a.db", create=True) as db,
        open_state(Path(folder) / "b.db", create=True) as other,
    ):
        base = crawl(tenant, db)
        for changes in (first, second):
            for what, number, text in changes:
                row = None if what == "remove" else user(number, displayName=text, employeeId=text or None)
                tenant.change("/users", ident(number), row)
            tenant.dead_links = dead
            tenant.page = 100 if dead else 2
            begun = len(tenant.requests)
            after = crawl(tenant, db, base_id=base.snapshot_id)
            took_over = [one for one in tenant.requests[begun:] if one.path == "/users"]
            full = crawl(tenant, other)
            assert content(db, after) == content(other, full)
            assert after.hash == full.hash
            listed = [one for one in took_over if not {"$filter", "$count"} & set(one.query)]
            assert bool(listed) == dead
            base = after
            tenant.dead_links = False
