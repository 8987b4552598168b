"""Conditional access: contexts that nothing enforces, and policies on privileged roles that only report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from migrate.audit.activatable import activatable, eligibility_read, no_policy
from migrate.audit.ca_scope import demands_phishing_resistance, is_about_role, listed, names_role, part
from migrate.audit.check import ROLES, Check, Parameters
from migrate.audit.finding import Finding, Subject, Told, Unknown
from migrate.audit.posture import Posture
from migrate.kinds import conditional_access_policy, role_definition, role_management_policy
from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_time
from migrate.resolve.rule_differences import CONTEXT

POLICIES = conditional_access_policy.KIND.collection
POLICY = conditional_access_policy.KIND.name


def _policies(posture: Posture) -> list[Row]:
    return [row for _, row in sorted(posture.view.of_kind(POLICY).items())]


def _subject(row: Row) -> Subject:
    return Subject(POLICY, str(row.get("id") or "").lower(), str(row.get("displayName") or ""))


def _enforced_context(posture: Posture, _parameters: Parameters) -> Iterator[Told]:
    yield from eligibility_read(posture)
    read = posture.view.saw(POLICIES)
    for one in activatable(posture):
        if one.policy is None:
            yield no_policy(one)
            continue
        rule = role_management_policy.rules(one.policy).get(CONTEXT)
        if rule is None:
            yield Unknown("its policy shows no rule about an authentication context", one.subject)
            continue
        claim = str(rule.get("claimValue") or "").lower() if rule.get("isEnabled") is True else ""
        if not claim:
            continue
        about = [row for row in _policies(posture) if claim in conditional_access_policy.contexts(row)]
        if any(conditional_access_policy.is_enforced(row) for row in about):
            continue
        if not read:
            yield Unknown(f"{POLICIES} was not read: whether {claim} is enforced is not known", one.subject)
            continue
        reporting = [row for row in about if conditional_access_policy.is_report_only(row)]
        why = "only a report-only policy answers to it" if reporting else "no enforced policy answers to it"
        evidence = tuple(_subject(row) for row in about)
        yield Finding(one.subject, f"activation demands the context {claim}, and {why}", evidence)


ENFORCED_CONTEXT = Check(
    "context-enforced",
    "Each authentication context that an activation demands is enforced by conditional access",
    "switch on a conditional access policy that targets the context, after a trial in report-only",
    _enforced_context,
)


def _templates(posture: Posture, parameters: Parameters) -> dict[str, str]:
    """The template ids of the roles that a control is about, with the listed id."""
    found = posture.roles(parameters.texts("roles"), parameters.number("up_to_tier"))
    rows = posture.view.of_kind("roleDefinition")
    return {role_definition.template_id(rows[one]): one for one in sorted(found)}


def _report_only(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleDefinitions", POLICIES)
    templates = _templates(posture, parameters)
    oldest = parameters.number("older_than_days")
    for row in _policies(posture):
        named = names_role(row, frozenset(templates))
        if not conditional_access_policy.is_report_only(row) or not named:
            continue
        age = _days_unchanged(row, posture.now)
        if age is not None and age < oldest:
            continue
        told = (
            f"has been report-only for {age} days"
            if age is not None
            else "is report-only, nobody knows since when"
        )
        roles = tuple(posture.role(templates[one]) for one in sorted(named))
        yield Finding(_subject(row), f"{told}, and names {len(roles)} privileged roles", roles)


def _days_unchanged(row: Row, now: datetime) -> int | None:
    """None where no time is told, or none that can be read."""
    try:
        changed = parse_time(row.get("modifiedDateTime") or row.get("createdDateTime"))
    except ValueError:
        return None
    return None if changed is None else (now - changed).days


REPORT_ONLY = Check(
    "report-only-on-privileged-roles",
    "Conditional access on privileged roles is enforced, not only reported",
    "look at what it would have stopped, exclude the emergency accounts, and switch it on",
    _report_only,
    {**ROLES, "older_than_days": 0},
)


def _phishing_resistant(posture: Posture, parameters: Parameters) -> Iterator[Told]:
    yield from posture.needs("roleDefinitions", POLICIES)
    enforced = [row for row in _policies(posture) if conditional_access_policy.is_enforced(row)]
    everywhere = [
        row
        for row in enforced
        if "all" in listed(part(row, "conditions", "applications"), "includeApplications")
        and not listed(part(row, "conditions", "applications"), "excludeApplications")
    ]
    for template, role_id in _templates(posture, parameters).items():
        about = [
            demands_phishing_resistance(posture.view, row)
            for row in everywhere
            if is_about_role(row, template)
        ]
        if True in about:
            continue
        if None in about:
            yield Unknown("what an authentication strength accepts was not read", posture.role(role_id))
        elif posture.view.saw(POLICIES):
            told = "no enforced policy on all applications demands a phishing-resistant method of it"
            yield Finding(posture.role(role_id), told)


PHISHING_RESISTANT = Check(
    "phishing-resistant-privileged-roles",
    "Sign-in with a privileged role demands a phishing-resistant method",
    "enforce an authentication strength that accepts phishing-resistant methods alone for these roles",
    _phishing_resistant,
    ROLES,
)

CHECKS = (ENFORCED_CONTEXT, REPORT_ONLY, PHISHING_RESISTANT)
