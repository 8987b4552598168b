"""The tables of a crawl that is under way, and what a snapshot remembers of how it was read."""

from __future__ import annotations

CREATE_CRAWL_STATE: tuple[str, ...] = (
    "ALTER TABLE snapshots ADD COLUMN scope TEXT NOT NULL DEFAULT 'full'",
    "ALTER TABLE snapshots ADD COLUMN base_id TEXT",
    """
CREATE TABLE open_listings (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    parent_id TEXT NOT NULL DEFAULT '',
    next_link TEXT NOT NULL,
    pages INTEGER NOT NULL,
    odata_count INTEGER,
    nameless INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, kind, parent_id)
) WITHOUT ROWID
""",
    """
CREATE TABLE look_ups (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    property TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, kind, property, value)
) WITHOUT ROWID
""",
    """
CREATE TABLE delta_links (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    link TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, kind)
) WITHOUT ROWID
""",
)
