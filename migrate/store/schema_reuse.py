"""What the rows of a saved resolution do not tell, and whoever takes it up again must know."""

from __future__ import annotations

CREATE_REUSE: tuple[str, ...] = (
    """
CREATE TABLE resolution_reuse (
    resolution_id TEXT PRIMARY KEY REFERENCES resolutions (id),
    made_with TEXT NOT NULL,
    content TEXT NOT NULL,
    hash TEXT NOT NULL
)
""",
)
