"""The ids of the source in the target, for everything that reviews and conditional access name.

Objects of the directory go by the accepted mappings. The settings that no right names (places, strengths,
contexts, applications) are matched here, and only by what leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from migrate.kinds import authentication_strength, role_definition
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.plan.carried import APPLICATION_ID, no_counterpart
from migrate.plan.written_form import meaning
from migrate.resolve.reference_graph import Node
from migrate.resolve.tenant_view import PRINCIPAL_KINDS, TenantView

_MICROSOFTS_OWN = re.compile(r"[0-9a-f]{8}-0000-(?:0000-c000|0ff1-ce00)-000000000000")
_AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
"""The management of Azure, whose id does not look like Microsoft's others."""
_WORDS = {
    "administrativeUnit": "administrative unit",
    "authenticationContext": "authentication context",
    "authenticationStrength": "authentication strength",
    "namedLocation": "named location",
    "roleDefinition": "role",
    "servicePrincipal": "service principal",
    DIRECTORY_OBJECT: "object",
    APPLICATION_ID: "application",
}
_MATCHED_HERE = {
    "authenticationContext": ("authenticationContexts", "name"),
    "authenticationStrength": ("authenticationStrengths", "name that accepts the same methods"),
    "namedLocation": ("namedLocations", "name and content"),
    APPLICATION_ID: ("servicePrincipals", "appId"),
}
_LONGEST_NAME = 80


class CarryTranslation:
    """Call it with a kind and an id of the source; ``why`` tells what it means when there is no answer.

    ``accepted`` are the counterparts by kind and id in lower case. ``contexts`` are those of authentication
    contexts where somebody has decided them; without, one of the same name in the target is meant, because
    the same id may be another context there (observed behaviours 39).
    """

    def __init__(
        self,
        source: TenantView,
        target: TenantView,
        accepted: Mapping[Node, str],
        contexts: Mapping[str, str] | None = None,
    ) -> None:
        self._source, self._target, self._accepted = source, target, accepted
        self._contexts = contexts

    def __call__(self, kind: str, source_id: str) -> str | None:
        wanted = source_id.lower()
        if kind == "roleDefinition":
            return self._role(wanted)
        if kind == APPLICATION_ID:
            return self._application(wanted)
        if kind == "namedLocation":
            return self._same(kind, wanted, _place)
        if kind == "authenticationStrength":
            return self._strength(wanted)
        if kind == "authenticationContext":
            if self._contexts is not None:
                return self._contexts.get(wanted)
            return self._same(kind, wanted, _named)
        if kind == DIRECTORY_OBJECT:
            return self._principal(wanted)
        if kind == "user" and "@" in wanted:
            return self._address(wanted)
        return self._accepted.get((kind, wanted))

    def why(self, kind: str, source_id: str) -> str:
        """In words that name the object; a deleted one is called so where that was seen."""
        wanted = source_id.lower()
        if not kind or "@" in wanted:
            return no_counterpart(kind, source_id)
        listed = self._source.role_id(wanted) if kind == "roleDefinition" else wanted
        actual = (self._source.kind_of(wanted) or kind) if kind == DIRECTORY_OBJECT else kind
        row = self._source.row(actual, listed)
        words = _WORDS.get(actual, actual)
        if row is None and kind == APPLICATION_ID:
            row = self._services.get(wanted)
        name = str((row or {}).get("displayName") or "")[:_LONGEST_NAME]
        told = f"{words} {name} ({source_id})" if name else f"{words} {source_id}"
        if (row is not None and row.get("deletedDateTime")) or (
            row is None and self._source.answers_id(actual, wanted)
        ):
            return f"{told} is deleted in the source"
        if kind in _MATCHED_HERE:
            collection, by = _MATCHED_HERE[kind]
            if self.is_unread(kind):
                return f"{told} has no counterpart that is known: {collection} were not read on both sides"
            return f"{told} has no counterpart in the target: none has the same {by}"
        return f"{told} has no counterpart in the target"

    def is_unread(self, kind: str) -> bool:
        """Whether objects of a kind are matched here by what was not read on both sides."""
        if kind not in _MATCHED_HERE:
            return False
        collection = _MATCHED_HERE[kind][0]
        return not (self._target.saw(collection) and self._source.saw(collection))

    def _principal(self, wanted: str) -> str | None:
        actual = self._source.kind_of(wanted)
        kinds = (actual,) if actual else (*PRINCIPAL_KINDS, "administrativeUnit")
        return next((found for kind in kinds if (found := self._accepted.get((kind, wanted)))), None)

    def _address(self, wanted: str) -> str | None:
        """A person whom a review names by address."""
        for one, row in self._source.of_kind("user").items():
            if str(row.get("userPrincipalName") or "").lower() == wanted:
                return self._accepted.get(("user", one))
        return None

    def _role(self, wanted: str) -> str | None:
        """A decision first, then what Microsoft keeps equal. PIM's own spelling of a custom role becomes the
        target's own spelling: a query over schedules that names the other one finds nobody."""
        listed = self._source.role_id(wanted)
        found = self._accepted.get(("roleDefinition", listed))
        if found is not None:
            return self._target.pim_spelling(found) if wanted != listed else found
        here, there = self._source.row("roleDefinition", listed), self._target.row("roleDefinition", listed)
        if there is None or not role_definition.is_built_in(there):
            return None
        return listed if here is None or role_definition.is_built_in(here) else None

    def _application(self, wanted: str) -> str | None:
        if wanted == _AZURE or _MICROSOFTS_OWN.fullmatch(wanted) or wanted in self._applications:
            return wanted
        service = self._services.get(wanted)
        mapped = self._accepted.get(("servicePrincipal", str(service["id"]).lower())) if service else None
        there = self._target.row("servicePrincipal", mapped) if mapped else None
        return str(there["appId"]).lower() if there and there.get("appId") else None

    @cached_property
    def _applications(self) -> frozenset[str]:
        rows = self._target.of_kind("servicePrincipal").values()
        return frozenset(str(row.get("appId") or "").lower() for row in rows)

    @cached_property
    def _services(self) -> Mapping[str, Row]:
        rows = self._source.of_kind("servicePrincipal").values()
        return {str(row["appId"]).lower(): row for row in rows if row.get("appId")}

    def _strength(self, wanted: str) -> str | None:
        there = self._target.row("authenticationStrength", wanted)
        if there is not None and authentication_strength.is_built_in(there):
            return wanted
        return self._same("authenticationStrength", wanted, _methods)

    def _same(self, kind: str, wanted: str, told: Callable[[Row], object]) -> str | None:
        """The one object of the target that says the same of itself; none where several do."""
        here = self._source.row(kind, wanted)
        if here is None:
            return None
        mine = told(here)
        found = [one for one, row in self._target.of_kind(kind).items() if told(row) == mine]
        return found[0] if len(found) == 1 else None


def _named(row: Row) -> str:
    return str(row.get("displayName") or "").strip().casefold()


def _place(row: Row) -> object:
    names = (
        "@odata.type",
        "countriesAndRegions",
        "countryLookupMethod",
        "includeUnknownCountriesAndRegions",
        "ipRanges",
        "isTrusted",
    )
    return _named(row), meaning({name: row.get(name) for name in names})


def _methods(row: Row) -> object:
    """Its name, its combinations, and what they are narrowed to (keys of certain makers, for example)."""
    narrowed = [
        {name: part for name, part in one.items() if name != "id"}
        for one in row.get("combinationConfigurations") or ()
        if isinstance(one, Mapping)
    ]
    return (
        _named(row),
        meaning(row.get("allowedCombinations")),
        meaning(narrowed),
        authentication_strength.is_built_in(row),
    )
