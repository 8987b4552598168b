"""What has changed in a tenant, in order: what delta queries are answered from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class LinkChange:
    """A member or owner that came or went."""

    serial: int
    name: str
    """``members``, ``owners`` or ``unit_members``, as the tenant calls its links."""
    owner: str
    member: str
    present: bool


class ChangeLog:
    """Each object with the serial of its last change, oldest change first."""

    def __init__(self) -> None:
        self.serial = 0
        self._last: dict[str, int] = {}
        self._links: list[LinkChange] = []

    def mark(self, object_id: str) -> None:
        """The object was made, changed or removed."""
        self.serial += 1
        key = object_id.lower()
        self._last.pop(key, None)
        self._last[key] = self.serial

    def link(self, name: str, owner: str, member: str, present: bool) -> None:
        """A link came or went; its owner counts as changed."""
        self.mark(owner)
        self._links.append(LinkChange(self.serial, name, owner.lower(), member.lower(), present))

    def forget(self) -> None:
        """Nothing has happened yet: called when the seed has been read."""
        self._last.clear()
        self._links.clear()

    def since(self, serial: int) -> list[str]:
        """Ids of what has changed after a serial, in the order of their last change."""
        found: list[str] = []
        for object_id, last in reversed(self._last.items()):
            if last <= serial:
                break
            found.append(object_id)
        return found[::-1]

    def links_since(self, serial: int, name: str, owner: str) -> Iterator[tuple[str, bool]]:
        """Members of one owner whose membership is not what it was, each once, with what it is now."""
        last: dict[str, bool] = {}
        first: dict[str, bool] = {}
        for change in self._links:
            if change.serial > serial and (change.name, change.owner) == (name, owner.lower()):
                first.setdefault(change.member, change.present)
                last[change.member] = change.present
        for member, present in last.items():
            # Added and removed again between two rounds is no change.
            if first[member] == present:
                yield member, present
