"""The guard against broad roles: a built-in role of the target must not take the place of a narrower one.

Whoever decides that a custom role of the source becomes an existing built-in one hands out everything else
that the role allows. No decision and no sheet lifts this; ``[guard] allow_broader_roles`` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from migrate.kinds import role_definition, role_schedule
from migrate.kinds.kind import Row
from migrate.kinds.rights import is_of_role
from migrate.plan.document import WRITES, Action, Draft
from migrate.plan.guard import Guard
from migrate.resolve.tenant_view import TenantView

BROADER_ROLE = "broader_role"
"""The code of a right whose role would allow more in the target."""
_EVERYTHING = "/alltasks"
_NAMED = 3


def block_broader_roles(
    drafts: Iterable[Draft], source: TenantView, target: TenantView, guard: Guard
) -> list[Draft]:
    """The drafts with those blocked through which somebody would get a broader role."""
    roles = BroaderRoles(source, target, guard)
    return [roles.judged(draft) for draft in drafts]


class BroaderRoles:
    """Judges one draft after the other; each pair of roles is compared once."""

    def __init__(self, source: TenantView, target: TenantView, guard: Guard) -> None:
        self._source, self._target, self._guard = source, target, guard
        self._known: dict[tuple[str, str], str] = {}

    def judged(self, draft: Draft) -> Draft:
        """The draft itself, or blocked where somebody would get a broader role through it."""
        if draft.action not in WRITES or not is_of_role(draft.kind):
            return draft
        ours = self._source.role_id(str(draft.source.get("roleDefinitionId") or ""))
        theirs = str(draft.target["roleDefinitionId"]).lower()
        if (ours, theirs) not in self._known:
            rows = self._source.row("roleDefinition", ours), self._target.row("roleDefinition", theirs)
            self._known[ours, theirs] = _why_broader(*rows, self._guard)
        reason = self._known[ours, theirs]
        return _blocked(draft, reason) if reason else draft


def _why_broader(ours: Row | None, theirs: Row | None, guard: Guard) -> str:
    """Why a role must not take the place of another; empty where it may."""
    if theirs is None or not role_definition.is_built_in(theirs):
        # What one custom role allows and another does not is D05, and a person sees and decides it.
        return ""
    template, name = role_definition.template_id(theirs), str(theirs.get("displayName") or "")
    if ours is not None and role_definition.template_id(ours) == template:
        return ""
    if {template, name.strip().casefold()} & guard.allow_broader_roles:
        return ""
    lift = 'allow it with [guard] allow_broader_roles = ["{}"]'.format(name.replace('"', "'"))
    if ours is None or not ours.get("rolePermissions") or not theirs.get("rolePermissions"):
        return f"whether {name} allows more than the source's role is unknown: {lift}"
    more = sorted(_allowed(theirs) - _covered(_allowed(theirs), _allowed(ours)))
    if not more:
        return ""
    told = ", ".join(more[:_NAMED]) + (f" and {len(more) - _NAMED} more" if len(more) > _NAMED else "")
    here = str(ours.get("displayName") or "the source's role")
    return f"{name} allows what {here} does not ({told}): {lift}"


def _allowed(row: Row) -> set[str]:
    return {one for one in role_definition.actions(row) if not one.startswith("-")}


def _covered(wanted: set[str], have: set[str]) -> set[str]:
    """Those actions that are allowed by themselves or by one for everything of their kind."""
    stems = tuple(
        one.removesuffix(_EVERYTHING).removesuffix("/allproperties").removesuffix("/allentities") + "/"
        for one in have
        if one.endswith(_EVERYTHING)
    )
    return {one for one in wanted if one in have or one.startswith(stems)}


def _blocked(draft: Draft, reason: str) -> Draft:
    key = f"source:{role_schedule.natural_key(draft.source)}"
    return replace(
        draft,
        action=Action.BLOCKED,
        key=key,
        reason=reason,
        codes=(BROADER_ROLE,),
        target={},
        base=None,
        residue=(),
    )
