"""Which objects of a snapshot privilege touches: read from what its rows name, nothing is asked of Graph.

The closure is taken one step at a time, because each step of a crawl brings rows that name more.
"""

from __future__ import annotations

from collections.abc import Iterator

from migrate.store.database import Database

_PRINCIPALS = "('user', 'group', 'servicePrincipal', 'directoryObject')"
_NAMING = (
    "('roleEligibilitySchedule', 'roleAssignmentSchedule', 'groupEligibilitySchedule',"
    " 'groupAssignmentSchedule', 'roleManagementPolicy', 'conditionalAccessPolicy', 'accessReview')"
)
_HOLDING = (
    "('roleEligibilitySchedule', 'roleAssignmentSchedule', 'groupEligibilitySchedule',"
    " 'groupAssignmentSchedule', 'roleManagementPolicy')"
)
_MEMBERSHIPS = "('groupMember', 'groupOwner', 'administrativeUnitMember')"


class Touched:
    """What the rows of one snapshot name so far; ids are in lower case."""

    def __init__(self, db: Database, snapshot_id: str) -> None:
        self._db = db
        self._id = snapshot_id

    def principals(self) -> Iterator[str]:
        """Users, groups and service principals that rights, policies, reviews and memberships name."""
        yield from self._ids(
            f"SELECT lower(to_id) FROM object_references WHERE snapshot_id = ? AND from_kind IN {_NAMING}"
            f" AND to_kind IN {_PRINCIPALS}"
            " UNION SELECT lower(id) FROM objects WHERE snapshot_id = ? AND kind = 'pimGroup'"
            " UNION SELECT lower(id) FROM objects WHERE snapshot_id = ?"
            f" AND kind IN {_MEMBERSHIPS} AND json_extract(properties, '$.\"@odata.type\"')"
            " IN ('#microsoft.graph.user', '#microsoft.graph.group', '#microsoft.graph.servicePrincipal')"
            " ORDER BY 1",
            3,
        )

    def holding_groups(self) -> Iterator[str]:
        """Groups whose members matter: those that hold or grant rights, approve, or are in such a group."""
        yield from self._ids(
            "SELECT lower(id) FROM objects WHERE snapshot_id = ? AND kind = 'group' AND lower(id) IN ("
            f" SELECT lower(to_id) FROM object_references WHERE snapshot_id = ? AND from_kind IN {_HOLDING}"
            " UNION SELECT lower(id) FROM objects WHERE snapshot_id = ? AND kind = 'pimGroup'"
            " UNION SELECT lower(id) FROM objects WHERE snapshot_id = ? AND kind = 'groupMember'"
            " AND json_extract(properties, '$.\"@odata.type\"') = '#microsoft.graph.group') ORDER BY 1",
            4,
        )

    def scoped_units(self) -> Iterator[str]:
        """Administrative units that are the scope of a right."""
        yield from self._ids(
            "SELECT DISTINCT lower(to_id) FROM object_references WHERE snapshot_id = ?"
            " AND to_kind = 'administrativeUnit' ORDER BY 1",
            1,
        )

    def units(self) -> dict[str, str]:
        """The name of every administrative unit by its id."""
        found = self._db.query(
            "SELECT lower(id) AS id, display_name FROM objects WHERE snapshot_id = ?"
            " AND kind = 'administrativeUnit' ORDER BY id",
            (self._id,),
        )
        return {row["id"]: row["display_name"] or "" for row in found}

    def was_asked(self, object_id: str) -> bool:
        """Whether an id was asked for already, whatever it turned out to be."""
        return self.was_looked_up("directoryObject", "id", object_id.casefold())

    def was_looked_up(self, kind: str, property_name: str, value: str) -> bool:
        """Whether a question (its value in lower case) was answered already."""
        return bool(
            self._db.value(
                "SELECT 1 FROM look_ups WHERE snapshot_id = ? AND kind = ? AND property = ? AND value = ?",
                (self._id, kind, property_name, value),
            )
        )

    def ids_of(self, kind: str) -> list[str]:
        """The ids of all objects of a kind."""
        return list(
            self._ids("SELECT lower(id) FROM objects WHERE snapshot_id = ? AND kind = ? ORDER BY 1", 1, kind)
        )

    def has_rows_under(self, group_id: str) -> bool:
        """Whether PIM told anything of a group."""
        return bool(
            self._db.value(
                "SELECT 1 FROM objects WHERE snapshot_id = ? AND parent_id = ?"
                " AND kind IN ('groupEligibilitySchedule', 'roleManagementPolicy') LIMIT 1",
                (self._id, group_id),
            )
        )

    def role_definitions(self) -> set[str]:
        """Every role id that a right or a policy names, also those that no listed role has."""
        return set(
            self._ids(
                "SELECT DISTINCT lower(to_id) FROM object_references WHERE snapshot_id = ?"
                " AND to_kind = 'roleDefinition' AND from_kind IN"
                " ('roleEligibilitySchedule', 'roleAssignmentSchedule', 'roleManagementPolicy')",
                1,
            )
        )

    def _ids(self, sql: str, times: int, *more: str) -> Iterator[str]:
        for row in self._db.query(sql, (*(self._id,) * times, *more)):
            yield next(iter(row.values()))
