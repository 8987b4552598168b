"""One entry of the journal: its fields, its hash, and the proof that a row is what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import orjson

from migrate.store.canonical import canonical, parsed, sha256_hex


@dataclass(frozen=True)
class Draft:
    """What a caller wants recorded. ``payload`` is a JSON object and must hold no secret."""

    event: str
    run_id: str | None = None
    plan_id: str | None = None
    wave: str | None = None
    batch: int | None = None
    write_id: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One entry as it stands in the journal; ``at`` is ISO 8601 in UTC, the hashes are SHA-256 in hex."""

    sequence: int
    at: str
    run_id: str | None
    plan_id: str | None
    wave: str | None
    batch: int | None
    write_id: str | None
    event: str
    payload: Mapping[str, Any]
    previous_hash: str
    hash: str


COLUMNS = (
    "sequence",
    "at",
    "run_id",
    "plan_id",
    "wave",
    "batch",
    "write_id",
    "event",
    "payload",
    "previous_hash",
)


def chained_row(draft: Draft, *, sequence: int, at: str, previous_hash: str) -> dict[str, Any]:
    """The row for the table ``journal``; its ``payload`` is text."""
    row = {
        "sequence": sequence,
        "at": at,
        "run_id": draft.run_id,
        "plan_id": draft.plan_id,
        "wave": draft.wave,
        "batch": draft.batch,
        "write_id": draft.write_id,
        "event": draft.event,
        "payload": canonical(dict(draft.payload)),
        "previous_hash": previous_hash,
    }
    return {**row, "hash": hash_of(row)}


def hash_of(row: Mapping[str, Any]) -> str:
    """The SHA-256 over the canonical JSON of the whole row but its own hash.

    The payload goes in as the very text of the row, which is canonical when we wrote it: a change of a
    single blank in it is a change of the hash. Whoever holds an exported entry computes the same hash from
    its canonical JSON. Raises TypeError where a column holds what was never written.
    """
    if not isinstance(row["payload"], str):
        raise TypeError("the payload of a journal entry is text")
    content = {name: row[name] for name in COLUMNS}
    return sha256_hex(canonical({**content, "payload": orjson.Fragment(row["payload"])}))


def entry_of(row: Mapping[str, Any]) -> Entry:
    """The entry that a row holds."""
    return Entry(**{**row, "payload": parsed(row["payload"])})


def draft_of(content: Mapping[str, Any]) -> Draft:
    """The draft that ``content_of`` spelt out."""
    return Draft(**content)


def content_of(draft: Draft) -> dict[str, Any]:
    """The draft as a JSON object."""
    names = [each.name for each in fields(draft)]
    return {name: getattr(draft, name) for name in names} | {"payload": dict(draft.payload)}
