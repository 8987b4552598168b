"""What a tenant has of one kind of right, found by natural key: gone through once, and read again where it is
asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from migrate.kinds import role_schedule
from migrate.kinds.kind import Kind, Row
from migrate.kinds.rights import ACTIVE, is_of_group
from migrate.kinds.schedule import is_direct, is_shadow
from migrate.resolve.rows_by_key import RowsByKey
from migrate.resolve.streamed_rows import StreamedRows
from migrate.resolve.tenant_view import TenantView


class StandingRows:
    """Keys are made of the ids of this tenant, with the listed id of each role."""

    def __init__(self, kind: Kind, view: TenantView) -> None:
        self._kind, self._view = kind, view
        rows = view.of_kind(kind.name)
        placed: Iterable[tuple[int, Row]]
        at: Callable[[int], Row]
        if isinstance(rows, StreamedRows):
            placed, at = rows.placed(), rows.at
        else:
            held = [row for _, row in view.in_order(kind.name)]
            placed, at = enumerate(held), held.__getitem__
        self._by_key = RowsByKey(at, self._key)
        self._of_unknown_role = RowsByKey(at, self._place_of_unknown_role)
        self._given = RowsByKey(at, self._who_and_what)
        found = [self._by_key]
        if not is_of_group(kind.name):
            found.append(self._of_unknown_role)
        if kind in ACTIVE:
            found.append(self._given)
        for place, row in placed:
            for one in found:
                one.add(place, row)

    def of(self, key: str) -> tuple[Row, ...]:
        """The rows under a natural key by id, without those that only mirror another one; as a rule it is
        one.

        PIM can hold a second row under a key, for example one that begins when the first one ends.
        """
        return tuple(self._by_key.of(key))

    def has_unknown_role(self, principal: str, scope: str) -> bool:
        """Whether a principal has something at a scope of which nobody knows what role it is about."""
        return any(self._of_unknown_role.of(f"{principal}|{scope}"))

    def is_given(self, principal: str, what: str) -> bool:
        """Whether an active right to a role (at any scope) or to a group was given to just this principal."""
        return any(self._given.of(f"{principal}|{what}"))

    def _key(self, row: Row) -> str | None:
        if is_shadow(row):
            return None
        if is_of_group(self._kind.name):
            return self._kind.natural_key(row)
        principal = str(row.get("principalId") or "")
        return role_schedule.key_of(principal, self._role(row), role_schedule.scope_of(row))

    def _place_of_unknown_role(self, row: Row) -> str | None:
        if self._view.knows_role(str(row.get("roleDefinitionId") or "")) or is_shadow(row):
            return None
        return f"{row.get('principalId') or ''}|{role_schedule.scope_of(row)}".lower()

    def _who_and_what(self, row: Row) -> str | None:
        if not is_direct(row):
            return None
        what = row.get("groupId") or "" if is_of_group(self._kind.name) else self._role(row)
        return f"{row.get('principalId') or ''}|{what}".lower()

    def _role(self, row: Row) -> str:
        return self._view.role_id(str(row.get("roleDefinitionId") or ""))
