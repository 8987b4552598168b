"""Every rule of the target that one write will meet, judged before it is sent, and the least change with
which Graph would take it.

Limits of the tenant are not here: see ``migrate.plan.limits``. Whether a group can hold a role is C10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from migrate.kinds.policy_rule_names import MFA, TICKETING
from migrate.kinds.schedule import format_time
from migrate.plan.admin_rules import AdminRules, NotJudged, read_rules
from migrate.plan.found_codes import COVERAGE
from migrate.plan.rule_relaxation import Relaxation, longer, without_mfa
from migrate.resolve.schedule_fit import SHORTEST, Span, end_after, why_not

SCHEDULE = "D08"
MFA_DEMANDED = "mfa_demanded"
"""Stands where a code would: the policy asks administrators for MFA, which an application cannot show."""
PRINCIPAL_KIND = "principal_kind"
"""Stands where a code would: no principal of this kind can be given the right."""
MFA_AND_CONTEXT = "mfa_and_context"
"""On a write that can be sent: the policy asks those who activate for two things that exclude each other."""
CONSENT = "[guard] allow_relaxing = true"
"""Where a person consents to rules being loosened for the length of a run."""
_PRINCIPALS = frozenset({"user", "group", "serviceprincipal"})


class Choice(StrEnum):
    """What becomes of a right that the target's policy does not allow: ``[rights] beyond_policy``."""

    SKIP = "skip"
    CLAMP = "clamp"
    RELAX = "relax"


@dataclass(frozen=True)
class Asked:
    """The right that is to be given. ``kind`` is a kind of schedule, ``principal_kind`` is ``user``,
    ``group`` or ``servicePrincipal``; role and scope are judged by ``migrate.plan.limits`` only."""

    kind: str
    principal_kind: str
    span: Span
    role_is_custom: bool
    scope_is_tenant: bool

    @property
    def is_eligibility(self) -> bool:
        return self.kind in ("roleEligibilitySchedule", "groupEligibilitySchedule")

    @property
    def section(self) -> str:
        """The part of a rule's id by which Graph judges an administrator's request."""
        return "Admin_Eligibility" if self.is_eligibility else "Admin_Assignment"


@dataclass(frozen=True)
class Solution:
    """How the write can be sent, or in ``problem`` why it cannot; then nothing else is changed.

    ``codes`` name what was found, also where it was solved; ``cost`` says in words what the change costs and
    ``told`` what is wrong with the policy and does not stand in the way.
    """

    span: Span
    relax: tuple[Relaxation, ...] = ()
    ticket: bool = False
    problem: str = ""
    codes: tuple[str, ...] = ()
    cost: str = ""
    told: str = ""


def solve(
    asked: Asked,
    policy_rules: Sequence[Mapping[str, Any]] | None,
    *,
    choice: Choice,
    consent: bool,
    now: datetime,
    app_only: bool = True,
) -> Solution:
    """The least change that makes Graph take the write, within what was chosen.

    ``policy_rules`` are those of the policy that governs the right, ``None`` where they were not read;
    ``consent`` allows rules to be loosened; with ``app_only`` nobody can show a second factor.
    """
    if hopeless := _hopeless(asked, now):
        return Solution(asked.span, problem=hopeless.why, codes=(hopeless.code,))
    rules = read_rules(policy_rules, asked.section)
    if isinstance(rules, NotJudged):
        return Solution(asked.span, problem=rules.why, codes=(rules.code,))
    found = Solution(asked.span, ticket=TICKETING in rules.demands)
    if rules.contradiction:
        told = "the target's policy asks for MFA and for an authentication context, which exclude each other"
        found = replace(found, codes=(MFA_AND_CONTEXT,), told=told)
    if beyond := _beyond(rules, asked, now):
        found = _within(found, beyond, rules, asked, choice, consent, now)
    if app_only and MFA in rules.demands:
        found = _without_mfa(found, rules, asked, choice, consent)
    return replace(found, span=asked.span, relax=(), cost="") if found.problem else found


def _hopeless(asked: Asked, now: datetime) -> NotJudged | None:
    """What no rule of a policy has a say in."""
    principal = asked.principal_kind.lower()
    if principal == "serviceprincipal" and asked.is_eligibility:
        return NotJudged(PRINCIPAL_KIND, "a service principal cannot be eligible, only active")
    if principal not in _PRINCIPALS:
        known = f"is of the kind {asked.principal_kind}" if principal else "is of a kind that was not read"
        return NotJudged(COVERAGE, f"the principal {known}: whether it can hold the right is not known")
    why = why_not(asked.span, None, now)
    return NotJudged(SCHEDULE, why) if why else None


def _beyond(rules: AdminRules, asked: Asked, now: datetime) -> str:
    """Why the expiration rule would refuse the right as it is; empty where it would not."""
    what = "eligibility" if asked.is_eligibility else "active assignment"
    if rules.allows_nothing:
        return f"the target's policy allows no {what} at all: its maximum duration is zero"
    end = asked.span.end
    if not rules.must_end:
        return ""
    if end is None:
        return "the right is permanent, and the target's policy demands an end"
    if rules.longest is not None and end - asked.span.begin(now) > rules.longest:
        allowed = rules.expiration["maximumDuration"]
        return f"the right lasts until {format_time(end)}, longer than the target's policy allows ({allowed})"
    return ""


def _within(
    found: Solution,
    beyond: str,
    rules: AdminRules,
    asked: Asked,
    choice: Choice,
    consent: bool,
    now: datetime,
) -> Solution:
    found = replace(found, codes=(*found.codes, SCHEDULE))
    end = asked.span.end
    if choice is Choice.RELAX:
        if not consent:
            return _stopped(found, f"{beyond}: to loosen the rule for the length of the run, {_TO_CONSENT}")
        return _relaxed(found, longer(rules, None if end is None else end - asked.span.begin(now)))
    clamped = _clamped(rules, asked.span, now)
    if clamped is None:
        return _stopped(found, f"{beyond}, and no end would make it fit: {_TO_RELAX}")
    if choice is Choice.SKIP:
        offer = f'[rights] beyond_policy = "clamp" would end it {_moment(clamped)}'
        return _stopped(found, f"{beyond}: {offer}")
    ends = f"ends {_moment(clamped)} instead of {'never' if end is None else format_time(end)}"
    return replace(found, span=Span(asked.span.start, clamped), cost=ends)


def _without_mfa(found: Solution, rules: AdminRules, asked: Asked, choice: Choice, consent: bool) -> Solution:
    found = replace(found, codes=(*found.codes, MFA_DEMANDED))
    why = "the target's policy asks administrators for MFA, which an application cannot show"
    if choice is not Choice.RELAX:
        return _stopped(found, f"{why}: {_TO_RELAX}")
    if not consent:
        return _stopped(found, f"{why}: to loosen the rule for the length of the run, {_TO_CONSENT}")
    if TICKETING in rules.demands and not asked.is_eligibility:
        # Graph takes no such rule from anybody, although it may hold one (observed behaviours 8).
        return _stopped(found, f"{why}, and a rule with Ticketing could not be restored once it is loosened")
    return _relaxed(found, without_mfa(rules))


_TO_CONSENT = f"consent with {CONSENT}"
_TO_RELAX = f'[rights] beyond_policy = "relax" with {CONSENT} would loosen the rule for the length of the run'


def _clamped(rules: AdminRules, span: Span, now: datetime) -> datetime | None:
    """The last end that the policy allows; ``None`` where less than five minutes would remain.

    Good for later too: as time goes by, a right that ends then only becomes shorter.
    """
    if rules.longest is None or rules.longest < SHORTEST:
        return None
    return end_after(span.begin(now), rules.longest)


def _stopped(found: Solution, problem: str) -> Solution:
    return replace(found, problem="; ".join(filter(None, (found.problem, problem))))


def _relaxed(found: Solution, relaxation: Relaxation) -> Solution:
    cost = f"the rule {relaxation.rule_id} is loosened for the length of the run ({relaxation.says})"
    both = "; ".join(filter(None, (found.cost, cost)))
    return replace(found, relax=(*found.relax, relaxation), cost=both)


def _moment(moment: datetime) -> str:
    return format_time(moment.replace(microsecond=0))
