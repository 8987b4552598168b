"""How high each right of the source is, in the words of the engagement."""

from __future__ import annotations

from migrate.kinds import role_schedule
from migrate.resolve.effective import reach_of
from migrate.resolve.tiers import Classifier, Tier
from migrate.workbook.held_rights import Held, is_of_group, source_row
from migrate.workbook.report import Report

UNKNOWN = "?"
NO_ROLE = "– no role"
"""The tier of a group that holds no role and was not declared."""


class TierNames:
    """Looks at each role, scope and group once."""

    def __init__(self, report: Report) -> None:
        self._table, self._privilege = report.tiers, report.privilege
        self._classifier = Classifier(report.source, report.tiers) if report.tiers else None
        self._roles: dict[tuple[str, str], Tier] = {}
        self._groups: dict[str, Tier | None] = {}

    @property
    def known(self) -> bool:
        return self._classifier is not None

    def of(self, held: Held) -> str:
        row = source_row(held)
        if is_of_group(held):
            return self.of_group(str(row.get("groupId") or "").lower())
        return self.of_role(str(row.get("roleDefinitionId") or ""), role_schedule.scope_of(row))

    def of_role(self, role_id: str, scope: str = "/") -> str:
        if self._classifier is None or not role_id:
            return ""
        found = self._roles.get((role_id, scope))
        if found is None:
            found = self._roles[role_id, scope] = self._classifier.of_role(role_id, scope)
        return self.told(found)

    def of_group(self, group_id: str) -> str:
        """What membership of the group leads to: as was declared, or the highest that the group reaches."""
        if group_id not in self._groups:
            self._groups[group_id] = self._highest(group_id)
        found = self._groups[group_id]
        if found is None:
            return NO_ROLE if self._privilege and self._classifier else ""
        return self.told(found)

    def _highest(self, group_id: str) -> Tier | None:
        declared = self._classifier.of_group(group_id) if self._classifier else None
        reached = [one.tier for one in reach_of(self._privilege, group_id)] if self._privilege else []
        every = [*([declared] if declared else []), *reached]
        return min(every, key=lambda one: (one.number, not one.certain), default=None)

    def told(self, tier: Tier) -> str:
        """The number, with a question mark where nothing classifies the right, and the name."""
        name = self._table.names.get(tier.number, "") if self._table else ""
        doubt = "" if tier.certain else UNKNOWN
        return f"{tier.number}{doubt} {name}".rstrip()
