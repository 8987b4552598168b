"""One approver as a policy's rule names him: read in both forms, written in the one that Graph keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from migrate.kinds.kind import Row


@dataclass(frozen=True)
class Approver:
    """A user or a group by id; a relation such as the requestor's manager has no id (``kind`` is then what
    Graph calls it), and nobody can say beforehand who that will be."""

    kind: str
    id: str = ""


def read(one: Row) -> Approver:
    """The documented write form carries ``id``, the form that is read back ``userId`` or ``groupId``."""
    kind = str(one.get("@odata.type") or "").rsplit(".", 1)[-1]
    if group_id := one.get("groupId") or (one.get("id") if kind == "groupMembers" else None):
        return Approver("group", str(group_id).lower())
    if user_id := one.get("userId") or one.get("id"):
        return Approver("user", str(user_id).lower())
    return Approver(kind or "unknown")


def of_stage(stage: Mapping[str, Any]) -> Iterator[Approver]:
    """Those who may approve; Graph keeps no escalation approvers (observed behaviours 6)."""
    for one in stage.get("primaryApprovers") or ():
        yield read(one) if isinstance(one, Mapping) else Approver("unknown")


def can_be_written(one: Approver) -> bool:
    """Whether this is a user or a group with an id: PIM's policies name nobody else."""
    return one.kind in _WRITTEN and bool(one.id)


def write(one: Approver) -> dict[str, Any]:
    """The approver as v1.0 takes him and reads him back (observed behaviours 5).

    Raises:
        ValueError: it is neither a user nor a group with an id.
    """
    if not can_be_written(one):
        raise ValueError(f"an approver of the kind {one.kind!r} cannot be written")
    name, property_name = _WRITTEN[one.kind]
    return {"@odata.type": f"#microsoft.graph.{name}", property_name: one.id}


_WRITTEN = {"user": ("singleUser", "userId"), "group": ("groupMembers", "groupId")}
