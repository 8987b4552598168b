"""Finds the object of the target that a person named: by its id, its sign-in name or its display name."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable

from migrate.resolve.tenant_view import COLLECTION_OF, TenantView
from migrate.workbook import details

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAMED = 5
_SEARCHED = 5_000


class NoTarget(Exception):
    """There is no one such object; the text says why and who comes into question."""

    def __init__(self, what: str, right: str) -> None:
        super().__init__(what)
        self.what, self.right = what, right


class Targets:
    """The living objects of the target by every name that a person might write."""

    def __init__(self, view: TenantView) -> None:
        self._view = view
        self._by_name: dict[str, dict[str, list[str]]] = {}

    def find(self, kind: str, text: str, candidates: Iterable[str] = ()) -> str:
        """The id of the object of this kind, in lower case.

        Raises NoTarget where there is none, several, or one of another kind; ``candidates`` are the ids that
        the rules had found, to be named then.
        """
        wanted = text.strip().casefold()
        if _GUID.fullmatch(wanted):
            return self._by_id(kind, wanted, candidates)
        found = self._names(kind).get(wanted, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise NoTarget(
                f'"{text.strip()[:80]}" is the name of {len(found)} objects of the target',
                f"the id of one of: {self._told(kind, found)}",
            )
        near = list(dict.fromkeys([*candidates, *self._near(kind, wanted)]))
        raise NoTarget(
            f'the target has no {kind} "{text.strip()[:80]}"{self._unread(kind)}',
            f"an id, a sign-in name or a display name of the target{self._perhaps(kind, near)}",
        )

    def _by_id(self, kind: str, wanted: str, candidates: Iterable[str]) -> str:
        object_id = self._view.role_id(wanted) if kind == "roleDefinition" else wanted
        row = self._view.row(kind, object_id)
        if row is not None and not row.get("deletedDateTime"):
            return object_id
        for other in COLLECTION_OF:
            if other != kind and self._view.row(other, wanted) is not None:
                raise NoTarget(
                    f"{wanted} is a {other} ({self._view.name_of(other, wanted)[:80]}), the row is a {kind}",
                    f"the id of a {kind}",
                )
        raise NoTarget(
            f"the target has no {kind} with the id {wanted}{self._unread(kind)}",
            f"the id of one that it has{self._perhaps(kind, list(candidates))}",
        )

    def _names(self, kind: str) -> dict[str, list[str]]:
        if kind not in self._by_name:
            found: dict[str, list[str]] = defaultdict(list)
            signed_in: dict[str, list[str]] = defaultdict(list)
            for object_id, row in sorted(self._view.of_kind(kind).items()):
                if row.get("deletedDateTime"):
                    continue
                if upn := str(row.get("userPrincipalName") or "").strip().casefold():
                    signed_in[upn].append(object_id)
                if name := str(row.get("displayName") or "").strip().casefold():
                    found[name].append(object_id)
            # A sign-in name is unique in a tenant; that somebody else is displayed by it changes nothing.
            self._by_name[kind] = {**found, **signed_in}
        return self._by_name[kind]

    def _near(self, kind: str, wanted: str) -> list[str]:
        names = self._names(kind)
        alike = [one for one in names if one[:2] == wanted[:2]][:_SEARCHED]
        return [names[one][0] for one in difflib.get_close_matches(wanted[:200], alike, n=3)]

    def _perhaps(self, kind: str, ids: list[str]) -> str:
        return f", perhaps {self._told(kind, ids)}" if ids else ""

    def _told(self, kind: str, ids: list[str]) -> str:
        named = [details.named(self._view, kind, one)[:200] for one in ids[:_NAMED]]
        rest = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        return " / ".join(named) + rest

    def _unread(self, kind: str) -> str:
        if kind in COLLECTION_OF and not self._view.saw_all(kind):
            return f" (but the target's {COLLECTION_OF[kind]} were not read completely)"
        return ""
