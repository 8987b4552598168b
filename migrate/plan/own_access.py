"""Through whom this program has its own access: whoever takes it away half-way cannot finish."""

from __future__ import annotations

from migrate.kinds import group_member
from migrate.resolve.tenant_view import TenantView

OWN_ACCESS = "it is, or passes on, the access of whom this program is signed in as"


def own_ids(target: TenantView, client_id: str | None) -> frozenset[str]:
    """The application with this client id and every group that it is in, through groups in groups too, by id
    in lower case; nothing where the snapshot does not have it or a person signs in (``apply`` asks again, by
    the token)."""
    if not client_id:
        return frozenset()
    found = [
        object_id
        for object_id, row in target.of_kind("servicePrincipal").items()
        if str(row.get("appId") or "").lower() == client_id.lower()
    ]
    parents: dict[str, list[str]] = {}
    for group_id, rows in target.lists.get(group_member.KIND.name, {}).items():
        for row in rows:
            parents.setdefault(str(row.get("id") or "").lower(), []).append(group_id)
    seen = set(found)
    for here in found:
        for parent in parents.get(here, ()):
            if parent not in seen:
                seen.add(parent)
                found.append(parent)
    return frozenset(seen)
