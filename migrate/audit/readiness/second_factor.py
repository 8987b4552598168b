"""What activation makes a person prove: a second factor, or a context and what enforces it."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.audit.ca_scope import allowed_combinations, applies, blocks, grants, is_conditional, part
from migrate.audit.posture import Posture
from migrate.audit.readiness.obstacle import Obstacle, Ready, cannot, remark, unknown
from migrate.kinds import (
    authentication_context,
    conditional_access_policy,
    role_management_policy,
    user_registration,
)
from migrate.kinds.kind import Row
from migrate.resolve.rule_differences import ACTIVATION, CONTEXT

_METHODS = {
    "fido2": {"fido2securitykey", "passkeydevicebound", "passkeydeviceboundauthenticator"},
    "windowshelloforbusiness": {"windowshelloforbusiness"},
    "devicebasedpush": {"microsoftauthenticatorpasswordless"},
    "temporaryaccesspassonetime": {"temporaryaccesspass"},
    "temporaryaccesspassmultiuse": {"temporaryaccesspass"},
    "password,microsoftauthenticatorpush": {"microsoftauthenticatorpush"},
    "password,softwareoath": {"softwareonetimepasscode"},
    "password,hardwareoath": {"hardwareonetimepasscode"},
    "password,sms": {"mobilephone"},
    "password,voice": {"mobilephone", "alternatemobilephone", "officephone"},
}
"""Which registered methods make up a combination; certificates and federation are registered nowhere."""
_REGISTER = "let the person register a method at aka.ms/mysecurityinfo"


def proofs(posture: Posture, person: str, policy: Row) -> Iterator[Obstacle]:
    """What stands in the way of everything that the policy wants proved."""
    shown = role_management_policy.rules(policy)
    for name in (ACTIVATION, CONTEXT):
        if name not in shown:
            yield unknown("policy", f"the policy shows no rule {name}")
    if "multifactorauthentication" in role_management_policy.enabled(policy, ACTIVATION):
        yield from mfa(posture, person)
    rule = shown.get(CONTEXT, {})
    claim = str(rule.get("claimValue") or "").lower() if rule.get("isEnabled") is True else ""
    if claim:
        yield from _context(posture, person, claim)


def mfa(posture: Posture, person: str) -> Iterator[Obstacle]:
    row = posture.view.row(user_registration.KIND.name, person)
    if row is None or not isinstance(row.get("isMfaRegistered"), bool):
        yield unknown("MFA", "whether a second factor is registered was not read", "look in the Entra portal")
    elif row["isMfaRegistered"] is False:
        yield cannot("MFA", "no second factor is registered", _REGISTER)
    elif row.get("isMfaCapable") is False:
        why = "the methods that are registered are not allowed by the tenant's policy"
        yield cannot("MFA", why, "allow the method, or " + _REGISTER)


def _context(posture: Posture, person: str, claim: str) -> Iterator[Obstacle]:
    view, step = posture.view, f"context {claim}"
    known = view.row(authentication_context.KIND.name, claim)
    if known is None:
        if not view.saw(authentication_context.KIND.collection):
            yield unknown(step, "the tenant's authentication contexts were not read")
        else:
            yield cannot(step, "the tenant has no such context", "create it, and enforce it")
        return
    if known.get("isAvailable") is False:
        yield unknown(step, "the context is not published to applications", "publish it")
    if not view.saw(conditional_access_policy.KIND.collection):
        yield unknown(step, "what enforces it was not read")
        return
    about = [
        row
        for _, row in sorted(view.of_kind(conditional_access_policy.KIND.name).items())
        if claim in conditional_access_policy.contexts(row)
    ]
    enforced = [row for row in about if conditional_access_policy.is_enforced(row)]
    if not about:
        # Where no policy targets the context at all, PIM falls back to MFA.
        yield remark(step, "no conditional access policy enforces it", "enforce it")
        yield from mfa(posture, person)
    elif not enforced:
        yield remark(step, "no policy that is switched on enforces it", "switch one on")
    for row in enforced:
        yield from _demands(posture, person, row, step)


def _demands(posture: Posture, person: str, row: Row, step: str) -> Iterator[Obstacle]:
    """What one policy that answers to the context asks of the person."""
    name = str(row.get("displayName") or row.get("id") or "")
    concerned = applies(posture.view, row, person, frozenset())
    if concerned is False:
        return
    found = list(_grant(posture, person, row, step, name))
    verdict = Ready.worst(one.ready for one in found)
    if verdict is Ready.CANNOT and (concerned is None or is_conditional(row)):
        # It may not concern them at all: where they are and on what device nobody knows beforehand.
        yield unknown(step, f"{name} may not let them: {'; '.join(one.why for one in found)}", found[0].fix)
    else:
        yield from found


def _grant(posture: Posture, person: str, row: Row, step: str, name: str) -> Iterator[Obstacle]:
    if blocks(row):
        yield cannot(step, f"conditional access blocks them: {name}", "exclude the person from it")
        return
    ways: list[list[Obstacle]] = []
    for control in sorted(grants(row)):
        if control == "mfa":
            ways.append(list(mfa(posture, person)))
        else:
            ways.append([unknown(step, f"{name} wants {control}, which no snapshot shows")])
    if part(row, "grantControls", "authenticationStrength").get("id"):
        ways.append(list(_strength(posture, person, row, step, name)))
    if part(row, "grantControls").get("termsOfUse") or part(row, "grantControls").get(
        "customAuthenticationFactors"
    ):
        ways.append([unknown(step, f"{name} wants terms of use or another factor, which no snapshot shows")])
    if not ways:
        return
    if str(part(row, "grantControls").get("operator") or "AND").upper() == "OR":
        order = list(Ready)
        yield from max(ways, key=lambda way: order.index(Ready.worst(one.ready for one in way)))
    else:
        for way in ways:
            yield from way


def _strength(posture: Posture, person: str, row: Row, step: str, name: str) -> Iterator[Obstacle]:
    accepted = allowed_combinations(posture.view, row)
    registered = posture.view.row(user_registration.KIND.name, person)
    if accepted is None or registered is None:
        what = "what it accepts" if accepted is None else "which methods are registered"
        yield unknown(step, f"{name} wants an authentication strength, and {what} was not read")
        return
    methods = {str(one).lower() for one in registered.get("methodsRegistered") or ()}
    if any(methods & _METHODS.get(one, set()) for one in accepted):
        return
    if accepted - _METHODS.keys():
        why = f"{name} accepts certificates or federation, which nobody registers: whether they have one is"
        yield unknown(step, f"{why} not known")
    else:
        yield cannot(step, f"no method is registered that {name} accepts", _REGISTER)
