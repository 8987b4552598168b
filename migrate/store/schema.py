"""The tables of the engagement database, written to be read in any SQLite browser.

Column names of Graph's own things keep Graph's meaning; moments are ISO 8601 text in UTC; columns called
``properties``, ``payload``, ``evidence``, ``document``, ``target_ids``, ``blocks``, ``concerns`` and the
``detail`` of a drift hold JSON text with sorted keys. ``parent_id`` is '' where a row was not found through a
parent.
"""

from __future__ import annotations

_ENGAGEMENT = (
    """
CREATE TABLE engagement (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL,
    source_tenant_id TEXT NOT NULL,
    target_tenant_id TEXT NOT NULL,
    created_at TEXT NOT NULL
)
""",
    """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    verb TEXT NOT NULL,
    plan_id TEXT,
    wave TEXT,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    outcome TEXT
)
""",
)

_SNAPSHOTS = (
    """
CREATE TABLE snapshots (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL CHECK (tenant IN ('source', 'target')),
    tenant_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    sealed_at TEXT,
    hash TEXT,
    tool_version TEXT NOT NULL,
    UNIQUE (tenant, number)
)
""",
    """
CREATE TABLE objects (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    parent_id TEXT NOT NULL DEFAULT '',
    display_name TEXT,
    natural_key TEXT,
    properties TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, kind, id)
)
""",
    """
CREATE TABLE coverage (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    collection TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_id TEXT NOT NULL DEFAULT '',
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    way TEXT NOT NULL,
    pages INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    odata_count INTEGER,
    code TEXT,
    reason TEXT,
    started_at TEXT,
    finished_at TEXT,
    PRIMARY KEY (snapshot_id, collection, kind, parent_id)
)
""",
    """
CREATE TABLE object_references (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    from_kind TEXT NOT NULL,
    from_id TEXT NOT NULL,
    property TEXT NOT NULL,
    to_kind TEXT NOT NULL,
    to_id TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, from_kind, from_id, property, to_kind, to_id)
) WITHOUT ROWID
""",
    "CREATE INDEX object_references_to ON object_references (snapshot_id, to_id)",
    """
CREATE TABLE role_aliases (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    alias_id TEXT NOT NULL,
    role_definition_id TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, alias_id)
)
""",
)

_RESOLUTIONS = (
    """
CREATE TABLE resolutions (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    source_snapshot_id TEXT NOT NULL REFERENCES snapshots (id),
    target_snapshot_id TEXT NOT NULL REFERENCES snapshots (id),
    decisions_hash TEXT NOT NULL,
    rules_hash TEXT NOT NULL,
    made_at TEXT NOT NULL,
    hash TEXT NOT NULL
)
""",
    """
CREATE TABLE mappings (
    resolution_id TEXT NOT NULL REFERENCES resolutions (id),
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT,
    state TEXT NOT NULL,
    rule TEXT,
    confidence REAL,
    runner_up TEXT,
    evidence TEXT NOT NULL,
    name TEXT,
    reason TEXT,
    PRIMARY KEY (resolution_id, kind, source_id)
)
""",
    """
CREATE TABLE conflicts (
    resolution_id TEXT NOT NULL REFERENCES resolutions (id),
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_ids TEXT NOT NULL,
    blocks TEXT NOT NULL,
    remedy TEXT,
    detail TEXT
)
""",
    "CREATE INDEX conflicts_of_resolution ON conflicts (resolution_id, code)",
    """
CREATE TABLE drift (
    resolution_id TEXT NOT NULL REFERENCES resolutions (id),
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT,
    detail TEXT NOT NULL,
    remedy TEXT
)
""",
    "CREATE INDEX drift_of_resolution ON drift (resolution_id, code)",
    """
CREATE TABLE decisions (
    resolution_id TEXT NOT NULL REFERENCES resolutions (id),
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT,
    decision TEXT NOT NULL,
    reason TEXT,
    who TEXT,
    decided_when TEXT,
    line INTEGER,
    PRIMARY KEY (resolution_id, kind, source_id)
)
""",
)

_PLANS = (
    """
CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    wave TEXT NOT NULL,
    number INTEGER NOT NULL,
    path TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL,
    made_at TEXT NOT NULL,
    resolution_id TEXT REFERENCES resolutions (id),
    document TEXT NOT NULL,
    UNIQUE (wave, number)
)
""",
)

# The triggers are a fence against slips of the hand, not a proof: who can write the file can drop them.
# The proof is the chain of hashes, with its head in a table of its own so that a cut tail is seen too.
_JOURNAL = (
    """
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    run_id TEXT,
    plan_id TEXT,
    wave TEXT,
    batch INTEGER,
    write_id TEXT,
    event TEXT NOT NULL,
    payload TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
)
""",
    "CREATE INDEX journal_of_plan ON journal (plan_id, sequence)",
    "CREATE INDEX journal_of_wave ON journal (wave, sequence)",
    "CREATE INDEX journal_of_write ON journal (write_id, sequence)",
    """
CREATE TABLE journal_head (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
)
""",
    "INSERT INTO journal_head (only_row, sequence, hash) VALUES (1, 0, '')",
    """
CREATE TABLE journal_emergencies (
    id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    folded_at TEXT NOT NULL
)
""",
    """
CREATE TRIGGER journal_is_never_updated BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
""",
    """
CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
""",
    """
CREATE TRIGGER journal_head_is_never_deleted BEFORE DELETE ON journal_head
BEGIN SELECT RAISE(ABORT, 'the head of the journal stays'); END
""",
    """
CREATE TRIGGER journal_head_never_goes_back BEFORE UPDATE ON journal_head
WHEN NEW.sequence <= OLD.sequence
BEGIN SELECT RAISE(ABORT, 'the head of the journal never goes back'); END
""",
)

# What a workbook brought in stays as it came, whatever happens to decisions.csv afterwards.
CREATE_DECISION_IMPORTS: tuple[str, ...] = (
    """
CREATE TABLE decision_imports (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    file_name TEXT NOT NULL,
    workbook_hash TEXT NOT NULL,
    who TEXT NOT NULL,
    rows TEXT NOT NULL,
    hash TEXT NOT NULL
)
""",
    """
CREATE TRIGGER decision_imports_are_never_updated BEFORE UPDATE ON decision_imports
BEGIN SELECT RAISE(ABORT, 'imported decisions are append-only'); END
""",
    """
CREATE TRIGGER decision_imports_are_never_deleted BEFORE DELETE ON decision_imports
BEGIN SELECT RAISE(ABORT, 'imported decisions are append-only'); END
""",
)

CREATE_TABLES: tuple[str, ...] = (*_ENGAGEMENT, *_SNAPSHOTS, *_RESOLUTIONS, *_PLANS, *_JOURNAL)

TABLES: tuple[str, ...] = (
    "schema_migrations",
    "engagement",
    "runs",
    "snapshots",
    "objects",
    "coverage",
    "object_references",
    "role_aliases",
    "open_listings",
    "look_ups",
    "delta_links",
    "resolutions",
    "mappings",
    "conflicts",
    "drift",
    "decisions",
    "resolution_reuse",
    "plans",
    "journal",
    "journal_head",
    "journal_emergencies",
    "decision_imports",
)
"""Every table that an engagement database must have; one that is missing means damage."""
