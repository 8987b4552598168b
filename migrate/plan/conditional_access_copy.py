"""Conditional access that belongs to privileged roles, as a draft that stops nobody: report-only, with every
reference resolved, or not written at all (graph-facts §2.8).

A tool that leaves out what it cannot resolve widens or voids the policy (observed behaviours 37): an empty
list of the included is everybody or nobody, and an exclusion that is lost locks out who was to be let in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from migrate.kinds import conditional_access_policy
from migrate.kinds.conditional_access_policy import contexts as contexts_of
from migrate.kinds.ids import is_guid
from migrate.kinds.kind import DIRECTORY_OBJECT, Row
from migrate.plan.carried import APPLICATION_ID, Carried, Translate, Why, no_counterpart
from migrate.plan.conditional_access_form import POLICY, READ_ONLY, effect, with_bare_strength
from migrate.plan.write_mark import LONGEST_NAME, MARKED_IN, with_mark
from migrate.plan.written_form import written
from migrate.resolve.tenant_view import TenantView

REPORT_ONLY = "enabledForReportingButNotEnforced"
DRAFT = "[draft] "
"""What the name of every draft begins with."""
_KIND = conditional_access_policy.KIND
_PEOPLE = frozenset({"all", "none", "guestsorexternalusers"})
_ALL_OR_NONE = frozenset({"all", "none"})
_PLACES = frozenset({"all", "alltrusted", "00000000-0000-0000-0000-000000000000"})
"""The last one stands for the trusted addresses of multi-factor authentication, in every tenant."""
_CLIENTS = frozenset({"serviceprincipalsinmytenant", "none"})
_LISTS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("users", "Users", "user", _PEOPLE),
    ("users", "Groups", "group", _ALL_OR_NONE),
    ("users", "Roles", "roleDefinition", _ALL_OR_NONE),
    ("locations", "Locations", "namedLocation", _PLACES),
    ("clientApplications", "ServicePrincipals", DIRECTORY_OBJECT, _CLIENTS),
)
"""Where object ids stand: the part of the conditions, the name of the list, the kind, the words between."""
_FILTERS = (("applications", "applicationFilter"), ("clientApplications", "servicePrincipalFilter"))


def belongs(
    policies: Iterable[Row], roles: frozenset[str], groups: frozenset[str], contexts: frozenset[str]
) -> tuple[Row, ...]:
    """The policies that include one of these roles or groups, or that one of these authentication contexts
    calls up: ids of the source in lower case. A policy that is about everybody belongs to nobody's role."""
    return tuple(
        row
        for row in policies
        if roles & _included(row, "includeRoles")
        or groups & _included(row, "includeGroups")
        or contexts & contexts_of(row)
        or (roles and "all" in _included(row, "includeRoles"))
    )


def _included(row: Row, name: str) -> frozenset[str]:
    conditions = row.get("conditions")
    users = conditions.get("users") if isinstance(conditions, Mapping) else None
    named = users.get(name) if isinstance(users, Mapping) else None
    return frozenset(str(one).lower() for one in named or ())


def copy_policy(
    row: Row, translate: Translate, *, target: TenantView, mark: str, why: Why = no_counterpart
) -> Carried:
    """The draft to create in the target for a policy of the source, and whether it stands there already.

    ``mark`` names the write and ends the name; empty leaves it out. A policy of the target is equal when it
    demands the same of the same people and is enforced or report-only, whatever its name.
    """
    problems: list[str] = []
    plain = {name: part for name, part in with_bare_strength(row).items() if name not in READ_ONLY}
    body = written(plain, POLICY, problems)
    if "" in _strengths(plain):
        problems.append("authenticationStrength: Graph's answer does not tell which one")
    _translate(body, _Sieve(translate, why, problems), target.tenant_id)
    problems += (f"it has no {name}" for name in ("displayName", "conditions") if not body.get(name))
    if not (body.get("grantControls") or {}).keys() - {"operator"}:
        body.pop("grantControls", None)  # Graph answers an operator even where it joins nothing.
    if not body.get("grantControls") and not body.get("sessionControls"):
        problems.append("it demands nothing: there are neither grant nor session controls")
    state = str(row.get("state") or "")
    if state.lower() == "disabled":
        problems.append("it is switched off in the source, so it guards nothing")
    if not target.saw(_KIND.collection):
        problems.append("the target's policies were not read: whether it stands there is unknown")
    source_id, name = str(row.get("id") or ""), _KIND.name_of(row)
    if problems:
        return Carried(source_id, name, None, tuple(dict.fromkeys(problems)), (), None)
    body["state"] = REPORT_ONLY
    body["conditions"].setdefault("clientAppTypes", ["all"])
    whole = with_mark(DRAFT + name, mark)
    body[MARKED_IN[_KIND.name]] = with_mark(DRAFT + name, mark, LONGEST_NAME)
    changed = [f"its name says that it is a draft{', and by which write' if mark else ''}"]
    if body["displayName"] != whole:
        changed.append(f"its name is cut, so that all of it has {LONGEST_NAME} characters")
    if state.lower() != REPORT_ONLY.lower():
        changed.append(f"it only reports, until somebody enforces it (source: {state or 'unknown'})")
    return Carried(source_id, name, body, (), tuple(changed), _equal(body, target))


def _equal(body: Mapping[str, Any], target: TenantView) -> str | None:
    wanted = effect(body)
    for one, row in sorted(target.of_kind(_KIND.name).items()):
        if str(row.get("state") or "").lower() != "disabled" and effect(row) == wanted:
            return str(row.get("id") or one)
    return None


def _strengths(plain: Mapping[str, Any]) -> tuple[str, ...]:
    """The id of the strength that a policy demands, empty where it demands one without saying which."""
    controls = plain.get("grantControls")
    strength = controls.get("authenticationStrength") if isinstance(controls, Mapping) else None
    return (str(strength.get("id") or ""),) if isinstance(strength, Mapping) else ()


class _Sieve:
    """Ids of the source in, ids of the target out, and what leads nowhere into the problems."""

    def __init__(self, translate: Translate, why: Why, problems: list[str]) -> None:
        self._translate, self._why, self.problems = translate, why, problems

    def one(self, where: str, kind: str, source_id: str) -> str:
        """The id in the target; the source's own where there is none, and then a problem beside it."""
        found = self._translate(kind, source_id.lower())
        if not found:
            self.problems.append(f"{where}: {self._why(kind, source_id.lower())}")
        return found or source_id

    def all(self, part: dict[str, Any], name: str, kind: str, words: frozenset[str]) -> None:
        """Puts a list into the ids of the target; two that become one stand there once."""
        if name in part and not isinstance(part[name], list):
            self.problems.append(f"{name} is not of the form that this version knows")
        elif name in part:
            named = [str(one) for one in part[name]]
            there = [one if one.lower() in words else self.one(name, kind, one) for one in named]
            part[name] = list(dict.fromkeys(there))


def _translate(body: dict[str, Any], sieve: _Sieve, target_tenant: str) -> None:
    conditions = body.get("conditions") or {}
    for part, name, kind, words in _LISTS:
        for side in ("include", "exclude"):
            sieve.all(conditions.get(part) or {}, f"{side}{name}", kind, words)
    applications = conditions.get("applications") or {}
    for name in ("includeApplications", "excludeApplications"):
        # What is no GUID is a word of Microsoft's for a suite of applications, the same everywhere.
        words = frozenset(str(one).lower() for one in applications.get(name) or () if not is_guid(str(one)))
        sieve.all(applications, name, APPLICATION_ID, words)
    named = "includeAuthenticationContextClassReferences"
    sieve.all(applications, named, "authenticationContext", frozenset())
    _controls(body.get("grantControls") or {}, sieve)
    _guests(conditions.get("users") or {}, sieve, target_tenant)
    _filters(conditions, sieve)


def _controls(controls: dict[str, Any], sieve: _Sieve) -> None:
    if strength := controls.get("authenticationStrength"):
        named = sieve.one("authenticationStrength", "authenticationStrength", str(strength["id"]))
        controls["authenticationStrength"] = {"id": named}
    for name, told in (
        ("termsOfUse", "terms of use"),
        ("customAuthenticationFactors", "custom control"),
    ):
        for one in controls.get(name) or ():
            sieve.problems.append(f"{name}: {told} {one} cannot be matched with the target's")


def _guests(users: Mapping[str, Any], sieve: _Sieve, target_tenant: str) -> None:
    """Tenants are the same from wherever one looks; but none is a guest of itself."""
    for side in ("include", "exclude"):
        name = f"{side}GuestsOrExternalUsers"
        tenants = (users.get(name) or {}).get("externalTenants") or {}
        if target_tenant.lower() in {str(one).lower() for one in tenants.get("members") or ()}:
            sieve.problems.append(f"{name}: it names guests from the tenant that is now the target")


def _filters(conditions: Mapping[str, Any], sieve: _Sieve) -> None:
    """Rules are texts: what they name cannot be translated, so they must name nothing of the tenant's own."""
    for part, name in _FILTERS:
        if (conditions.get(part) or {}).get(name):
            sieve.problems.append(
                f"{name}: the custom security attributes of a filter cannot be matched with the target's"
            )
    rule = str(((conditions.get("devices") or {}).get("deviceFilter") or {}).get("rule") or "")
    for word in rule.replace('"', " ").replace("'", " ").replace(",", " ").split():
        if is_guid(word.strip("[]()")):
            sieve.problems.append(f"deviceFilter: {word.strip('[]()')} in its rule has no counterpart")
