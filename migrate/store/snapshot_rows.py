"""The rows that a snapshot is made of, as they go into the database and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Tenant = Literal["source", "target"]
Scope = Literal["privileged", "full"]
"""What a snapshot holds of users, groups and service principals: those that privilege touches, or all."""


@dataclass(frozen=True)
class ObjectRow:
    """One object of a tenant; ``properties`` are Graph's own, as Graph spells them."""

    id: str
    properties: Mapping[str, Any]
    display_name: str | None = None
    natural_key: str | None = None
    parent_id: str = ""
    """The object through which this one was listed, for collections that are read parent by parent."""


@dataclass(frozen=True)
class ReferenceRow:
    """One object names another: ``property`` says where the name stands."""

    from_kind: str
    from_id: str
    property: str
    to_kind: str
    to_id: str
    from_parent_id: str = ""
    """The parent of the object that names the other, see ``ObjectRow``."""


@dataclass(frozen=True)
class CoverageRow:
    """How much of one collection was read. Absence may be concluded only where ``complete`` is set."""

    collection: str
    kind: str
    complete: bool
    way: str
    parent_id: str = ""
    pages: int = 0
    rows: int = 0
    odata_count: int | None = None
    code: str | None = None
    reason: str | None = None
    started_at: str | None = None
    finished_at: str | None = None


@dataclass(frozen=True)
class SnapshotInfo:
    """One snapshot without its rows; ``sealed_at`` and ``hash`` are None while it is being read."""

    id: str
    tenant: Tenant
    tenant_id: str
    number: int
    started_at: str
    sealed_at: str | None
    hash: str | None
    tool_version: str
    scope: Scope = "full"
    base_id: str | None = None
    """The snapshot whose rows this one took over where Graph could tell what had changed since."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Objects by kind; filled by ``Snapshots.get`` only, because counting reads the whole snapshot."""
