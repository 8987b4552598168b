"""Which engagement a database belongs to, so that the state of one pair of tenants never serves another."""

from __future__ import annotations

from datetime import datetime

from migrate.errors import WrongTenant
from migrate.store.database import Database
from migrate.store.times import utc_text


def bind(db: Database, *, name: str, source_tenant_id: str, target_tenant_id: str, at: datetime) -> None:
    """Writes the engagement into a new database, or checks it against the one that stands there.

    Raises WrongTenant ``state_of_other_tenants`` when the tenants differ. A new name alone is taken over.
    """
    asked = (source_tenant_id.lower(), target_tenant_id.lower())
    with db.transaction():
        row = db.one("SELECT name, source_tenant_id, target_tenant_id FROM engagement")
        if row is None:
            db.execute(
                "INSERT INTO engagement (only_row, name, source_tenant_id, target_tenant_id, created_at)"
                " VALUES (1, ?, ?, ?, ?)",
                (name, *asked, utc_text(at)),
            )
            return
        found = (row["source_tenant_id"], row["target_tenant_id"])
        if found != asked:
            raise WrongTenant(
                f"this state belongs to source tenant {found[0]} and target tenant {found[1]},"
                f" the engagement file names {asked[0]} and {asked[1]}",
                where=str(db.path),
                hint="give the engagement another name, so that it gets a state folder of its own",
                code="state_of_other_tenants",
            )
        if row["name"] != name:
            db.execute("UPDATE engagement SET name = ?", (name,))
