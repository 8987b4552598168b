"""One request to the emulated API and its answer, as plain data: handlers never see a socket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from migrate.lab.errors import schema_error

if TYPE_CHECKING:
    from migrate.lab.ids import Ids
    from migrate.lab.tenant import Tenant

Json = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    """Who the token says is calling."""

    tenant_id: str
    app_id: str
    object_id: str
    roles: frozenset[str]
    app_only: bool = True
    mfa: bool = False
    """A delegated token of somebody who has shown a second factor; an app never has."""
    acrs: frozenset[str] = frozenset()
    """Authentication contexts that the sign-in has satisfied."""


@dataclass
class Call:
    """A request that has passed sign-in. ``root`` ends with the version: ``https://host:port/v1.0``."""

    method: str
    version: str
    root: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    tenant: Tenant
    caller: Caller
    now: datetime
    ids: Ids
    fault: Mapping[str, Any] | None = None
    """The scripted fault that this request has drawn, for those that change what a handler does."""

    def does(self, fault: str) -> bool:
        return self.fault is not None and self.fault.get("do") == fault

    @property
    def hidden_until(self) -> datetime:
        """Until when what this call makes is not seen (faults ``hide_after_write``, ``hide_from_pim``)."""
        return self.now + timedelta(seconds=float((self.fault or {}).get("seconds", 60)))

    def has(self, *permissions: str) -> bool:
        return not self.caller.roles.isdisjoint(permissions)

    def json(self) -> Json:
        """The body as an object, or Graph's answer to one that is none."""
        if not isinstance(self.body, dict):
            raise schema_error(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload "
                "is of valid JSON format."
            )
        return self.body

    @property
    def eventual(self) -> bool:
        """An advanced query: the header and ``$count=true``, both."""
        level = next(
            (value for name, value in self.headers.items() if name.lower() == "consistencylevel"), ""
        )
        return level.lower() == "eventual"

    def context(self, fragment: str) -> str:
        return f"{self.root}/$metadata#{fragment}"


@dataclass
class Answer:
    """A status, a JSON body (None: no body; str: plain text) and headers beyond the usual ones."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """One line of an area's table: what it answers, who may ask, and which budget pays."""

    method: str
    pattern: str
    handler: Handler
    permissions: tuple[str, ...] = ()
    """Application permissions of which one suffices, least first."""
    lane: str = "directory"
    """directory | pim | policy | ca | reports: whose quota, whose headers, whose way of refusing."""
    cost: int = 1
    """Resource units before the modifiers of $select, $expand and $top."""
    versions: tuple[str, ...] = ("v1.0", "beta")
    check: bool = True
    """False when the handler itself looks at consent, because it depends on the filter or the body."""
    facts: str = ""
    """Sections of the fact sheet behind it; empty: those of its area (``ABOUT`` of the module)."""
    sure: str = ""
    """Confidence marks (D documented, O observed, L live, I inferred, U guess); empty: the area's."""
