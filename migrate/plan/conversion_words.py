"""What a plan says of a right that ``--convert permanent`` is about."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.kinds import role_assignment_schedule
from migrate.kinds.kind import Kind, Row
from migrate.kinds.schedule import is_for_good
from migrate.resolve.converted import is_converted
from migrate.resolve.target_rights import TargetRights

_ACTIVE = role_assignment_schedule.KIND


class ConversionWords:
    """``says`` tells by the id of a row, in lower case, what it becomes or why it stays; empty where nothing
    is converted."""

    def __init__(self, says: Mapping[str, str], there: TargetRights, *, ends_overlap: bool) -> None:
        self._says, self._there, self._ends_overlap = says, there, ends_overlap

    def of(self, kind: Kind, row: Row, key: str) -> str:
        """Empty where the conversion is not about this right."""
        says = self._says.get(kind.id_of(row).lower(), "")
        if not is_converted(row):
            return f"not converted: {says}" if says else ""
        if self._there.why_unknown(_ACTIVE, key):
            return f"{says}; whether it stands in the target as well was not read completely"
        if any(is_for_good(one) for one in self._there.standing(_ACTIVE, key)):
            what = "is an item of its own" if self._ends_overlap else "stays until told (--end-overlap)"
            return f"{says}; what stands in the target {what}"
        return says
