"""What a rule of a policy asks for, in a few words that stay comparable from row to row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from migrate.kinds.kind import Row
from migrate.kinds.schedule import parse_duration
from migrate.plan.policy_change import RuleChange
from migrate.resolve import approvers
from migrate.resolve.tenant_view import TenantView

_SUBJECTS = {
    "Admin_Eligibility": "making eligible",
    "Admin_Assignment": "assigning as active",
    "EndUser_Assignment": "activation",
}
_ASPECTS = {
    "Expiration": "how long",
    "Enablement": "what is asked for",
    "Approval": "approval",
    "AuthenticationContext": "authentication context",
}
_TOLD = {"Admin": "administrators", "Requestor": "the person", "Approver": "approvers"}
_DEMANDS = {
    "multifactorauthentication": "MFA",
    "justification": "justification",
    "ticketing": "ticket",
}


def title(rule_id: str) -> str:
    """The rule in words, such as ``activation: how long``."""
    aspect, _, rest = rule_id.partition("_")
    if aspect == "Notification":
        who, _, what = rest.partition("_")
        return f"{_SUBJECTS.get(what, what)}: mail to {_TOLD.get(who, who)}"
    return f"{_SUBJECTS.get(rest, rest)}: {_ASPECTS.get(aspect, aspect)}"


def value(rule_id: str, rule: Row, view: TenantView | None) -> str:
    """What the rule says; ``view`` has the names of those it names."""
    return _WORDS.get(rule_id.partition("_")[0], _as_is)(rule_id, rule, view)


def of_change(change: RuleChange, target: TenantView | None) -> str:
    """One change in a line, with the names of those it names: the rule, what it says and what it will say.
    Where only a detail changes that the words leave out, the detail."""
    before = value(change.rule_id, change.before, target)
    after = value(change.rule_id, change.after, target)
    return f"{title(change.rule_id)}: {change.says if before == after else f'{before} → {after}'}"


def _expiration(rule_id: str, rule: Row, _view: TenantView | None) -> str:
    longest = duration(rule.get("maximumDuration"))
    if rule.get("isExpirationRequired") is True:
        return f"at most {longest}"
    if rule_id.endswith("EndUser_Assignment"):
        return f"at most {longest}, need not end"
    return "may be permanent"


def duration(text: object) -> str:
    """An ISO 8601 duration in its largest whole unit; as it is where it is none that PIM takes."""
    span = parse_duration(text) if isinstance(text, str) else None
    if span is None:
        return str(text or "no limit")
    for unit, length in (
        ("day", timedelta(days=1)),
        ("hour", timedelta(hours=1)),
        ("minute", timedelta(minutes=1)),
    ):
        count, rest = divmod(span, length)
        if count >= 1 and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return str(text)


def _enablement(_rule_id: str, rule: Row, _view: TenantView | None) -> str:
    asked = sorted(_DEMANDS.get(str(one).lower(), str(one)) for one in rule.get("enabledRules") or ())
    return " + ".join(asked) or "nothing"


def _notification(_rule_id: str, rule: Row, _view: TenantView | None) -> str:
    level = str(rule.get("notificationLevel") or "?").lower()
    usual = rule.get("isDefaultRecipientsEnabled") is True
    others = sorted(str(one) for one in rule.get("notificationRecipients") or ())
    if level == "none" or not (usual or others):
        return "no mails"
    mails = {"all": "all mails", "critical": "critical mails only"}.get(level, f"{level} mails")
    whom = ["the usual recipients"] if usual else []
    return f"{mails} to {', '.join([*whom, *others])}"


def _approval(_rule_id: str, rule: Row, view: TenantView | None) -> str:
    policy = {"policy": {"rules": [{**rule, "id": approvers.RULE}]}}
    if not approvers.is_required(policy):
        return "not needed"
    named = (_approver(one, view) for one in approvers.approvers_of(policy))
    return f"by {_some(named) or 'nobody'}"


def _approver(one: approvers.Approver, view: TenantView | None) -> str:
    if not one.id:
        return one.kind
    return view.name_of(one.kind, one.id) if view else one.id


def _some(names: Iterable[str]) -> str:
    every = sorted(set(names))
    return ", ".join(every[:6]) + (f" and {len(every) - 6} more" if len(every) > 6 else "")


def _context(_rule_id: str, rule: Row, view: TenantView | None) -> str:
    claim = str(rule.get("claimValue") or "")
    if rule.get("isEnabled") is not True or not claim:
        return "none"
    row = view.row("authenticationContext", claim) if view else None
    name = str(row.get("displayName") or "") if row else ""
    return f"{claim} ({name})" if name else claim


def _as_is(_rule_id: str, rule: Row, _view: TenantView | None) -> str:
    return ", ".join(f"{key}: {one}" for key, one in sorted(rule.items()) if key not in ("id", "target"))


_WORDS: dict[str, Callable[[str, Row, TenantView | None], str]] = {
    "Expiration": _expiration,
    "Enablement": _enablement,
    "Notification": _notification,
    "Approval": _approval,
    "AuthenticationContext": _context,
}
