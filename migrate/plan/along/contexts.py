"""Authentication contexts: which one of the target stands for one of the source, or is to be made for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from migrate.kinds import authentication_context
from migrate.kinds.kind import Row
from migrate.plan.document import Action, Draft
from migrate.resolve.tenant_view import TenantView

KIND = authentication_context.KIND.name
MOST = 99
"""``c1`` to ``c99``; older clouds have 25 (graph-facts §7), so low numbers are taken first."""


@dataclass
class Contexts:
    """A context of the source is one of the target when both bear one name: ids are plain strings, which may
    mean something else there (observed behaviours 39), and an existing one is never overwritten.

    ``creates`` lets one be made where the target has none of that name.
    """

    source: TenantView
    target: TenantView
    creates: bool
    made: dict[str, Draft] = field(default_factory=dict)
    """The drafts of those to be made, by the target's id."""

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self.target.of_kind(KIND).values():
            found.setdefault(_name(row), []).append(str(row.get("id") or "").lower())
        return found

    @cached_property
    def _chosen(self) -> dict[str, str]:
        return {}

    def of(self, source_id: str) -> str | None:
        """The target's id; ``None`` where none stands for it and none may be made."""
        wanted = source_id.lower()
        found, row = self.known(wanted), self.source.row(KIND, wanted)
        if found is not None or row is None or self._same(wanted) != [] or not self.creates:
            return found
        free = self._free(wanted)
        if free is None:
            return None
        self._chosen[wanted] = free
        self.made[free] = _draft(free, row)
        return free

    def known(self, source_id: str) -> str | None:
        """As ``of``, without making any: those of the target, and those that a policy has made necessary."""
        wanted = source_id.lower()
        same = self._same(wanted)
        return same[0] if same is not None and len(same) == 1 else self._chosen.get(wanted)

    def _same(self, wanted: str) -> list[str] | None:
        """The target's contexts of the same name; ``None`` where nobody can say which these are."""
        row = self.source.row(KIND, wanted)
        if row is None or not _name(row) or not self.target.saw("authenticationContexts"):
            return None
        return self._by_name.get(_name(row), [])

    def needs(self, target_id: str) -> tuple[str, ...]:
        """The key of the draft that makes a context, if one does."""
        draft = self.made.get(target_id.lower())
        return (draft.key,) if draft else ()

    def _free(self, wanted: str) -> str | None:
        taken = {*self.target.of_kind(KIND), *self.made}
        names = [wanted, *(f"c{number}" for number in range(1, MOST + 1))]
        return next((one for one in names if one not in taken), None)


def _name(row: Row) -> str:
    return " ".join(str(row.get("displayName") or "").split()).casefold()


def _draft(target_id: str, row: Row) -> Draft:
    name = row.get("displayName")
    residue = f"authentication context {target_id} ({name}) stays: Graph keeps what was published"
    return Draft(
        Action.CREATE,
        KIND,
        f"{KIND}:{target_id}".lower(),
        "the target has no context of this name, and a policy of this wave demands it",
        (),
        {"id": row.get("id")},
        {
            "body": {
                "id": target_id,
                "displayName": name,
                "description": row.get("description"),
                "isAvailable": row.get("isAvailable") is not False,
            }
        },
        {"principal": "", "target_principal": "", "right": str(name), "scope": "authentication context"},
        residue=(residue,),
    )
