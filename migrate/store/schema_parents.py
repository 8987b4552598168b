"""Step 3 of the schema: an object is told apart by its parent too, and so are its references.

One member stands in many groups: the same id under each. A snapshot also remembers by which order of rows it
was sealed, so that seals from before this step still hold.
"""

from __future__ import annotations

from migrate.store.schema_views import CREATE_VIEWS

_LOOK_UPS = (
    "principal.kind IN ('user', 'group', 'servicePrincipal')",
    "role.kind = 'roleDefinition'",
    "unit.kind = 'administrativeUnit'",
    "privileged.kind = 'group'",
    "target.kind = mapping.kind",
)
"""Where a view looks for one object by its id. Naming the (empty) parent lets the key of the table serve."""
_VIEWS = ("people", "eligible_role_assignments", "eligible_group_assignments", "mapping_latest")
"""The views that read ``objects``: SQLite renames no table while a view names one that is not there."""


def _view(name: str) -> str:
    text = next(text for text in CREATE_VIEWS if text.strip().startswith(f"CREATE VIEW {name} AS"))
    for condition in _LOOK_UPS:
        alias = condition.partition(".")[0]
        text = text.replace(condition, f"{condition} AND {alias}.parent_id = ''")
    return text


KEYED_BY_PARENT: tuple[str, ...] = (
    *(f"DROP VIEW {name}" for name in _VIEWS),
    "ALTER TABLE snapshots ADD COLUMN seal_form INTEGER NOT NULL DEFAULT 1",
    """
CREATE TABLE objects_by_parent (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    parent_id TEXT NOT NULL DEFAULT '',
    id TEXT NOT NULL,
    display_name TEXT,
    natural_key TEXT,
    properties TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, kind, parent_id, id)
)
""",
    """
INSERT INTO objects_by_parent (snapshot_id, kind, parent_id, id, display_name, natural_key, properties)
SELECT snapshot_id, kind, parent_id, id, display_name, natural_key, properties FROM objects
ORDER BY snapshot_id, kind, parent_id, id
""",
    """
CREATE TABLE references_by_parent (
    snapshot_id TEXT NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
    from_kind TEXT NOT NULL,
    from_parent_id TEXT NOT NULL DEFAULT '',
    from_id TEXT NOT NULL,
    property TEXT NOT NULL,
    to_kind TEXT NOT NULL,
    to_id TEXT NOT NULL,
    PRIMARY KEY (snapshot_id, from_kind, from_parent_id, from_id, property, to_kind, to_id)
) WITHOUT ROWID
""",
    """
INSERT INTO references_by_parent (snapshot_id, from_kind, from_parent_id, from_id, property, to_kind, to_id)
SELECT link.snapshot_id, link.from_kind, coalesce(object.parent_id, ''), link.from_id, link.property,
       link.to_kind, link.to_id
FROM object_references AS link
LEFT JOIN objects AS object
    ON object.snapshot_id = link.snapshot_id AND object.kind = link.from_kind AND object.id = link.from_id
""",
    # Nothing asks for references by what they lead to, and the index cost a write for each of them.
    "DROP TABLE object_references",
    "DROP TABLE objects",
    "ALTER TABLE objects_by_parent RENAME TO objects",
    "ALTER TABLE references_by_parent RENAME TO object_references",
    *(_view(name) for name in _VIEWS),
)
