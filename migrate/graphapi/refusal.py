"""An outcome that ends a piece of work, as the error that people read."""

from __future__ import annotations

from urllib.parse import urlsplit

from migrate.errors import (
    ConsentMissing,
    GraphRefused,
    LicenceMissing,
    MigrateError,
    SignInFailed,
    Unreachable,
)
from migrate.graphapi.answer import Answer, Failure
from migrate.graphapi.outcome import Meaning, Outcome, is_link
from migrate.kinds.request import Request

_CODES = {
    Meaning.ABSENT: "not_found",
    Meaning.PAGE_EXPIRED: "page_expired",
}


def where(request: Request) -> str:
    """Method and path: never the query of a link, which holds the service's own page token."""
    return f"{request.method} {urlsplit(request.path).path if is_link(request) else request.path}"


def error_of(request: Request, outcome: Outcome) -> MigrateError:
    """The error for an answer that no repetition will better; its text carries Graph's code and message."""
    told = _told(outcome)
    place = where(request)
    match outcome.meaning:
        case Meaning.CONSENT:
            return ConsentMissing(f"Graph denies access: {told}", where=place, hint=_consent_hint(request))
        case Meaning.LICENCE:
            return LicenceMissing(
                f"The tenant lacks a licence: {told}",
                where=place,
                hint="PIM needs Microsoft Entra ID P2 or Microsoft Entra ID Governance in this tenant",
            )
        case Meaning.UNAUTHENTICATED:
            return SignInFailed(
                f"Graph does not accept the token: {told}",
                where=place,
                hint="a new sign-in did not help: check the cloud, graph_url and authority, and the clock",
                code="token_refused",
            )
        case Meaning.REFUSED if outcome.code == "MissingProvider":
            return GraphRefused(
                f"Graph refused: {told}",
                where=place,
                hint="PIM says so of a tenant or group that was never onboarded, or when a filter is missing",
                code="missing_provider",
            )
        case Meaning.REFUSED if outcome.code == "MfaAndAcrsConflict":
            return GraphRefused(
                f"Graph refused: {told}",
                where=place,
                hint="a policy asks for MFA or for a context, never for both: switch one off first",
                code="mfa_and_context",
            )
        case Meaning.REFUSED if outcome.code == "InvalidPolicy":
            return GraphRefused(
                f"Graph refused: {told}",
                where=place,
                hint="compare the rule with the policy in the portal; nothing of it was changed",
                code="policy_invalid",
            )
    return GraphRefused(
        f"Graph refused: {told}",
        where=place,
        hint="the text in front is Graph's own; run doctor to see what else it refuses",
        code=_CODES.get(outcome.meaning),
    )


def exhausted(request: Request, outcome: Outcome, answer: Answer, tries: int) -> MigrateError:
    """The error for a read that stayed unanswered after all its tries."""
    place = where(request)
    if answer.status is None:
        return no_connection(answer, place)
    if answer.status in (502, 503, 504):
        return Unreachable(
            f"Graph could not answer in {tries} tries: {_told(outcome)}",
            where=place,
            hint="wait until the service has recovered and run the command again",
            code="unavailable",
        )
    if answer.status < 300:
        return GraphRefused(
            f"Graph's answer stayed unreadable in {tries} tries: {answer.detail or 'it is cut off'}",
            where=place,
            hint="see whether a proxy between here and Graph cuts answers off",
            code="truncated_answer",
        )
    return GraphRefused(
        f"Graph failed in {tries} tries: {_told(outcome)}",
        where=place,
        hint="wait until the service has recovered and run the command again",
        code="server_error",
    )


def no_connection(answer: Answer, place: str) -> Unreachable:
    if answer.failure is Failure.CERTIFICATE:
        return Unreachable(
            f"The certificate of Graph's host is not trusted: {answer.detail}",
            where=place,
            hint="name the file of the issuing authority as ca_bundle, or mend the host's certificate",
            code="certificate_untrusted",
        )
    return Unreachable(
        f"Graph cannot be reached: {answer.detail}",
        where=place,
        hint="check the network, the proxy and graph_url, then run the command again",
    )


def throttled_out(request: Request, seconds: float) -> Unreachable:
    return Unreachable(
        f"Graph has refused every request of this kind as too many for {seconds / 60:.0f} minutes",
        where=where(request),
        hint="something else uses up the tenant's budget: run the command again later",
        code="throttled_out",
    )


def _told(outcome: Outcome) -> str:
    status = f"HTTP {outcome.status}" if outcome.status is not None else ""
    said = ": ".join(part for part in (outcome.code, outcome.message) if part)
    return f"{said} ({status})" if said and status else said or status or "no answer"


def _consent_hint(request: Request) -> str:
    if not request.permissions:
        return "grant the application permission that this call needs, with admin consent"
    return f"grant the application one of these, with admin consent: {', '.join(request.permissions)}"
