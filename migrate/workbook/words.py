"""What the workbook calls things: one symbol and one word for each state, and what each means."""

from __future__ import annotations

from collections.abc import Mapping

from migrate.plan.document import SYMBOLS, Action
from migrate.plan.found_codes import COVERAGE, UNDECIDED
from migrate.plan.guard import ONBOARD_GROUP
from migrate.plan.tier_gate import TIER_ESCALATION
from migrate.resolve.findings import MEANINGS, REMEDIES, State
from migrate.workbook.declare import Tone

STATES: Mapping[State, str] = {
    State.ACCEPTED: "✓ accepted",
    State.PROPOSED: "? proposed",
    State.CREATE: "+ create",
    State.BLOCKED: "! blocked",
    State.SKIPPED: "– skipped",
}
STATE_TONES: Mapping[State, Tone] = {
    State.ACCEPTED: Tone.GOOD,
    State.PROPOSED: Tone.OPEN,
    State.CREATE: Tone.OPEN,
    State.BLOCKED: Tone.BAD,
    State.SKIPPED: Tone.QUIET,
}
STATE_MEANINGS: Mapping[State, str] = {
    State.ACCEPTED: "The counterpart is certain, by evidence or by decision. Rights that name it can move.",
    State.PROPOSED: "There is a likely counterpart, but somebody has to accept it. Until then nothing moves.",
    State.CREATE: "Somebody decided that a plan makes it in the target, because nothing there stands for it.",
    State.BLOCKED: "No counterpart that can be trusted, or a decision to wait. The reason says which.",
    State.SKIPPED: "Somebody decided to leave it behind. Its rights are left behind with it.",
}

ACTIONS: Mapping[Action, str] = {action: f"{symbol} {action.value}" for action, symbol in SYMBOLS.items()}
ACTION_TONES: Mapping[Action, Tone] = {
    Action.CREATE: Tone.GOOD,
    Action.UPDATE: Tone.GOOD,
    Action.REPLACE: Tone.GOOD,
    Action.KEEP: Tone.QUIET,
    Action.SKIP: Tone.QUIET,
    Action.BLOCKED: Tone.BAD,
}
ACTION_MEANINGS: Mapping[Action, str] = {
    Action.CREATE: "The right is not in the target yet and will be made there.",
    Action.UPDATE: "The target has the right already, with another end. It gets the end of the source's.",
    Action.REPLACE: "A standing right of the target gives way to the eligibility that takes its place.",
    Action.KEEP: "The target has an equal right already. It stays as it is.",
    Action.SKIP: "The right is left behind, by decision or because another one makes the same.",
    Action.BLOCKED: "Something about the right is open. It does not move until that is settled.",
}

READ_ONLY = "· read, not moved"
NOT_PLANNED = "not planned"
OTHER_ACTIONS: Mapping[str, str] = {
    READ_ONLY: "An active assignment, or one that mirrors another. It is shown, and stays where it is.",
}

RULES: Mapping[str, str] = {
    "decision": "A person decided it in mappings/decisions.csv. Stronger than every rule.",
    "on_premises_immutable_id": "Both accounts carry the same immutable id from the on-premises directory.",
    "on_premises_security_identifier": "Both carry the same security identifier (SID) from on premises.",
    "employee_id": "Both accounts have the same employee id.",
    "guest": "The guest was invited to an address of the person in a domain that the source has verified.",
    "user_principal_name": "The sign-in names agree, after the domain renames of mappings/match.toml.",
    "mail": "A mail address agrees, after the domain renames of mappings/match.toml.",
    "proxy_address": "An SMTP proxy address agrees, after the domain renames of mappings/match.toml.",
    "app_id": "The application registration (appId) is the same.",
    "template_id": "The role has the same template id, as every built-in role has.",
    "permission_set": "The custom roles allow exactly the same.",
    "membership_rule": "The rule that fills both is the same.",
    "member_overlap": "The same people are in both, by their accepted counterparts.",
    "mail_nickname": "Only the mail nickname agrees: a hint, never a reason to accept.",
    "similar_name": "The display names are similar: something to look at, never a reason to accept.",
    "name": "Only the display name agrees: a hint, never a reason to accept.",
}

OTHER_CODES: Mapping[str, tuple[str, str]] = {
    UNDECIDED: (
        "a likely counterpart waits for somebody to accept it",
        "decide accept, choose or skip: Principals, Roles and Scopes, filter State by '? proposed'",
    ),
    COVERAGE: (
        "what must be known was not read",
        "run snapshot again until its coverage is complete, then resolve again",
    ),
    ONBOARD_GROUP: (
        "the target group would become managed by PIM, which cannot be undone",
        'allow it in engagement.toml: [guard] allow_irreversible = ["onboard-group"]',
    ),
    TIER_ESCALATION: (
        "somebody would reach a tier in the target that they do not reach in the source",
        "see the reason: take the way out of the target, or skip the right",
    ),
}
"""What stands where a code would, with its meaning and its remedy."""


def meaning(code: str) -> str:
    return MEANINGS.get(code) or OTHER_CODES.get(code, ("", ""))[0]


def remedy(code: str) -> str:
    return REMEDIES.get(code) or OTHER_CODES.get(code, ("", ""))[1]


def state_tones() -> dict[str, Tone]:
    return {STATES[state]: tone for state, tone in STATE_TONES.items()}


def action_tones() -> dict[str, Tone]:
    return {**{ACTIONS[action]: tone for action, tone in ACTION_TONES.items()}, READ_ONLY: Tone.QUIET}
