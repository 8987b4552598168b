"""Who is in an administrative unit: those whom a role at that scope reaches.

Members of a unit with hidden membership need ``Member.Read.Hidden`` as well (graph-facts §2.6).
"""

from __future__ import annotations

from migrate.kinds.membership import membership

KIND = membership(
    "administrativeUnitMember",
    "administrativeUnitMembers",
    "/directory/administrativeUnits/{id}/members",
    ("AdministrativeUnit.Read.All", "Directory.Read.All"),
    of="administrativeUnit",
)
