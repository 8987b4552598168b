"""What a person may do beyond the scopes of the token: delegated calls need a directory role as well."""

from __future__ import annotations

from migrate.lab.call import Call
from migrate.lab.errors import unauthorized

_ADMINISTRATORS = frozenset(
    {
        "62e90394-69f5-4237-9190-012177145e10",  # Global Administrator
        "e8611ab8-c189-46e8-94e1-60213ab1f814",  # Privileged Role Administrator
    }
)
_READERS = _ADMINISTRATORS | {
    "f2ef992c-3afb-46b9-b7cf-a126ee74c451",  # Global Reader
    "194ae4cb-b126-40b2-bd5b-6091b380977d",  # Security Administrator
    "5d6b6bb7-de71-4623-b4af-96380a352509",  # Security Reader
}


def check_person(call: Call, *, write: bool, group_id: str | None = None) -> None:
    """403 unless the person holds a fitting role now, or owns the group (graph-facts §2.3, GDC 9056)."""
    if call.caller.app_only:
        return
    person = call.caller.object_id.lower()
    if group_id is not None and person in call.tenant.owners.get(group_id.lower(), {}):
        return
    for role in _ADMINISTRATORS if write else _READERS:
        for _, row in call.tenant.schedules["roleAssignment"].marked(("target", role)):
            holder = row.principal_id.lower()
            held = holder == person or person in call.tenant.members.get(holder, {})
            if held and row.in_force(call.now):
                return
    raise unauthorized()
