"""Which rights a finding stops and which it is only about; resolutions saved before say neither of drift."""

from __future__ import annotations

ADD_BLOCKS: tuple[str, ...] = (
    "ALTER TABLE drift ADD COLUMN blocks TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE drift ADD COLUMN concerns TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE conflicts ADD COLUMN concerns TEXT NOT NULL DEFAULT '[]'",
)
