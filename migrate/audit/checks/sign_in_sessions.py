"""How long a sign-in with a privileged role lasts: session controls of conditional access."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.ca_scope import is_about_role, is_conditional, listed, part
from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Subject, Told
from migrate.audit.posture import Posture
from migrate.kinds import conditional_access_policy, role_definition
from migrate.kinds.kind import Row

_POLICIES = conditional_access_policy.KIND.collection
_POLICY = conditional_access_policy.KIND.name
_HOURS = {"hours": 1, "days": 24}


def _everywhere(posture: Posture) -> list[Row]:
    """Enforced policies on all applications that hold wherever and however somebody signs in."""
    return [
        row
        for _, row in sorted(posture.view.of_kind(_POLICY).items())
        if conditional_access_policy.is_enforced(row)
        and "all" in listed(part(row, "conditions", "applications"), "includeApplications")
        and not listed(part(row, "conditions", "applications"), "excludeApplications")
        and not is_conditional(row)
    ]


def _hours(row: Row) -> float | None:
    """After how many hours the policy asks for a new sign-in: 0 for every time, None where it does not."""
    control = part(row, "sessionControls", "signInFrequency")
    if control.get("isEnabled") is not True:
        return None
    if str(control.get("frequencyInterval") or "").lower() == "everytime":
        return 0
    unit, value = _HOURS.get(str(control.get("type") or "").lower()), control.get("value")
    return unit * value if unit and isinstance(value, int) else None


def _forgets(row: Row) -> bool:
    control = part(row, "sessionControls", "persistentBrowser")
    return control.get("isEnabled") is True and str(control.get("mode") or "").lower() == "never"


def _sessions(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleDefinitions", _POLICIES)
    if not posture.view.saw(_POLICIES):
        return
    longest, policies = parameters.number("longest_hours"), _everywhere(posture)
    rows = posture.view.of_kind("roleDefinition")
    for role_id in sorted(posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))):
        about = [row for row in policies if is_about_role(row, role_definition.template_id(rows[role_id]))]
        told = _lacking(about, longest, browser=parameters.flag("no_persistent_browser"))
        if told:
            evidence = tuple(_subject(row) for row in about if part(row, "sessionControls"))
            yield Finding(posture.role(role_id), told, evidence)


def _lacking(about: list[Row], longest: int, *, browser: bool) -> str:
    found = [hours for row in about if (hours := _hours(row)) is not None]
    problems = []
    if not found:
        problems.append("no enforced policy on all applications asks for a new sign-in after some time")
    elif longest and min(found) > longest:
        problems.append(f"a sign-in holds for {min(found):g} h, at most {longest} h it should")
    if browser and not any(_forgets(row) for row in about):
        problems.append("no enforced policy keeps browsers from staying signed in")
    return "; ".join(problems)


def _subject(row: Row) -> Subject:
    return Subject(_POLICY, str(row.get("id") or "").lower(), str(row.get("displayName") or ""))


CHECKS = (
    Check(
        "sign-in-frequency-privileged-roles",
        "Whoever has a privileged role signs in again often, and no browser stays signed in",
        "enforce a policy on all applications for these roles with a sign-in frequency and without persistent"
        " browser sessions",
        _sessions,
        {**ROLES, "longest_hours": 4, "no_persistent_browser": True},
    ),
)
