"""Mail addresses of the source as they read in the target: those of people who have a counterpart, and those
that belong to neither tenant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from migrate.kinds.kind import Row
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import TenantView

_KINDS = ("user", "group")


@dataclass
class Addresses:
    source: TenantView
    target: TenantView
    counterparts: Mapping[Node, str]

    def of(self, address: str) -> str | None:
        """The address in the target; ``None`` where it is the source's, and nobody has a counterpart.

        An address in a domain that the source has not verified is the same for both: an outside mailbox.
        """
        wanted = address.strip().casefold()
        if node := self._owners.get(wanted):
            counterpart = self.counterparts.get(node)
            row = self.target.row(node[0], counterpart) if counterpart else None
            found = (row or {}).get("mail") or (row or {}).get("userPrincipalName")
            return str(found) if found else None
        _, at, domain = wanted.rpartition("@")
        ours = self.source.domains()
        # Without the source's domains nobody can say that an address is outside of it.
        return address.strip() if at and domain and ours and domain not in ours else None

    @cached_property
    def _owners(self) -> Mapping[str, Node]:
        """Whose an address is, of those in the source who have a counterpart: the others need none."""
        found: dict[str, Node] = {}
        for node in sorted(self.counterparts):
            if node[0] in _KINDS and (row := self.source.row(*node)) is not None:
                for address in _addresses(row):
                    found.setdefault(address, node)
        return found


def _addresses(row: Row) -> list[str]:
    named = [row.get("mail"), row.get("userPrincipalName")]
    named += [str(one).partition(":")[2] for one in row.get("proxyAddresses") or ()]
    return [str(one).strip().casefold() for one in named if one]
