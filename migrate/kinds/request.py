"""A call to Microsoft Graph as plain data, so that a plan can be printed, hashed, diffed and rehearsed.

Nothing here sends anything: ``graphapi`` turns a ``Request`` into an SDK request and sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

REFERENCE = "@odata.id"
"""The property by which a body names an object of the tenant by its address."""


class Lane(StrEnum):
    """The throttling budgets that Microsoft Graph keeps apart (or is silent about).

    Directory calls are metered in resource units; conditional access allows one request a second and
    refuses without Retry-After, reports five in ten seconds; PIM and its policies publish no number at all,
    so each paces itself.
    """

    DIRECTORY = "directory"
    PIM = "pim"
    PIM_POLICIES = "pim_policies"
    CONDITIONAL_ACCESS = "conditional_access"
    REPORTS = "reports"


@dataclass(frozen=True)
class Request:
    """One call: ``path`` is relative to the version root, for example ``/users``, and so is the address under
    ``@odata.id`` in a body: Graph wants it whole, and only ``graphapi`` knows the tenant's host.

    ``query`` is written as Graph spells it (``{"$filter": "…"}``), unencoded. ``body`` is the JSON object
    exactly as it must leave the process, but for that address. A request whose method is not GET changes
    the tenant, except where ``reads`` says that it only asks (``POST /directoryObjects/getByIds``).
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    lane: Lane = Lane.DIRECTORY
    version: str = "v1.0"
    permissions: tuple[str, ...] = ()
    """Application permissions of which any one suffices, least first; for messages, never for decisions."""
    reads: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers beyond the usual ones (``ConsistencyLevel``); they go along on every page of a listing."""

    @property
    def is_write(self) -> bool:
        return self.method != "GET" and not self.reads


def get(
    path: str,
    *,
    lane: Lane = Lane.DIRECTORY,
    permissions: tuple[str, ...] = (),
    version: str = "v1.0",
    **query: str,
) -> Request:
    """A GET; keyword ``filter="…"`` becomes ``$filter``, and so on."""
    return Request(
        "GET",
        path,
        {f"${name}": value for name, value in query.items()},
        lane=lane,
        version=version,
        permissions=permissions,
    )


def reference_to(path: str) -> dict[str, str]:
    """The body that names the object at ``path`` (relative to the version root) by its address."""
    return {REFERENCE: path}


def quoted(value: str) -> str:
    """A value inside an OData string literal: a single quote is doubled."""
    return "'" + value.replace("'", "''") + "'"
