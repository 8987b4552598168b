"""What Graph says when it says no: bodies as printed in public issues and in Microsoft's documentation.

PIM hides its code inside a JSON string in ``message`` (``wrapped``); the directory does not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote


class GraphError(Exception):
    """A refusal: becomes the status, the error body and the extra headers of one answer."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.inner = dict(inner or {})

    def body(self, *, date: str, request_id: str, client_request_id: str) -> dict[str, Any]:
        """The error object as Graph sends it; ``date`` is without a zone, as on the wire."""
        inner = {**self.inner, "date": date, "request-id": request_id, "client-request-id": client_request_id}
        return {"error": {"code": self.code, "message": self.message, "innerError": inner}}


def wrapped(status: int, code: str, message: str) -> GraphError:
    """A fault of the PIM gateway: the real code is in a JSON string, the outer one is UnknownError."""
    text = json.dumps(
        {"errorCode": code, "message": message, "instanceAnnotations": []}, separators=(",", ":")
    )
    return GraphError(status, "UnknownError", text)


def bad_request(message: str) -> GraphError:
    """The directory's answer to a request that makes no sense to it."""
    return GraphError(400, "Request_BadRequest", message)


def schema_error(message: str) -> GraphError:
    """The gateway's answer to a body or query that does not fit the metadata."""
    return GraphError(400, "BadRequest", message)


def unknown_property(name: str, type_name: str) -> GraphError:
    """A body with a property that the type has not."""
    return schema_error(
        f"The property '{name}' does not exist on type 'microsoft.graph.{type_name}'. "
        "Make sure to only use property names that are defined by the type."
    )


def unsupported_query(message: str) -> GraphError:
    """The directory cannot run this query (or only as an advanced one)."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def invalid_filter(message: str = "The filter is invalid.") -> GraphError:
    """PIM's answer to a filter that it does not take; the code is from third-party mappers only."""
    return GraphError(400, "InvalidFilter", message)


def resource_not_found(object_id: str) -> GraphError:
    """The directory has no such object."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{object_id}' does not exist or one of its queried reference-property objects are not "
        "present.",
    )


def pim_not_found() -> GraphError:
    """PIM does not know the group or scope (yet)."""
    return GraphError(404, "ResourceNotFound", "The resource is not found.")


def subject_not_found() -> GraphError:
    """The principal is unknown to PIM: gone, or not replicated yet."""
    return GraphError(404, "SubjectNotFound", "The subject is not found.")


def role_not_found() -> GraphError:
    """PIM knows the role by another id, or not yet."""
    return GraphError(404, "RoleNotFound", "The role is not found.")


def assignment_exists() -> GraphError:
    return GraphError(400, "RoleAssignmentExists", "The Role assignment already exists.")


def assignment_missing() -> GraphError:
    return GraphError(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.")


def assignment_pending() -> GraphError:
    return GraphError(
        400, "PendingRoleAssignmentRequest", "There is already an existing pending Role assignment request."
    )


def duration_too_short() -> GraphError:
    """The spelling mistake is Microsoft's."""
    return GraphError(
        400, "ActiveDurationTooShort", "The Active duration is too short. Miniumum Required is 5 minutes."
    )


def invalid_request() -> GraphError:
    return GraphError(400, "InvalidRoleAssignmentRequest", "The role assignment request is invalid.")


def policy_failed(rules: list[str]) -> GraphError:
    """The rules that a request violates, as a JSON array inside the text."""
    names = json.dumps(rules, separators=(",", ":"))
    return GraphError(
        400, "RoleAssignmentRequestPolicyValidationFailed", f"The following policy rules failed: {names}"
    )


def no_licence() -> GraphError:
    return GraphError(
        400,
        "AadPremiumLicenseRequired",
        "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
    )


def no_premium() -> GraphError:
    """Reports and some reads of conditional access, without any premium licence."""
    return GraphError(
        403,
        "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
        "Neither tenant is B2C or tenant doesn't have premium license",
    )


def unauthorized() -> GraphError:
    """A person without the directory role, or an app where only a person may ask."""
    return GraphError(403, "UnauthorizedAccessException", "Attempted to perform an unauthorized operation.")


def acrs_failed(context: str) -> GraphError:
    """The authentication context is missing; the claims challenge is in the message, URL-encoded."""
    claims = json.dumps({"access_token": {"acrs": {"essential": True, "value": context}}})
    return GraphError(400, "RoleAssignmentRequestAcrsValidationFailed", "&claims=" + quote(claims, safe=""))


def malformed() -> GraphError:
    """Conditional access on properties or references that it does not take (observed-behaviours 38)."""
    return GraphError(
        400, "BadRequest", "The server could not process the request because it is malformed or incorrect."
    )


def missing_provider() -> GraphError:
    """A policy or PIM list without the filter that tells Graph whom to ask."""
    return wrapped(400, "MissingProvider", "The provider is missing.")


def scope_not_granted(permissions: tuple[str, ...]) -> GraphError:
    """No consent, as PIM says it."""
    return wrapped(
        403,
        "PermissionScopeNotGranted",
        f"Authorization failed due to missing permission scope {','.join(permissions)}.",
    )


def request_denied() -> GraphError:
    """No consent, as the directory says it."""
    return GraphError(
        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
    )


def method_not_allowed() -> GraphError:
    return GraphError(
        405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target."
    )


def no_segment(name: str) -> GraphError:
    """A path that this version's metadata does not have."""
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{name}'.")


def invalid_token(message: str = "Access token has expired or is not yet valid.") -> GraphError:
    return GraphError(
        401,
        "InvalidAuthenticationToken",
        message,
        headers={"WWW-Authenticate": 'Bearer realm="", authorization_uri="", error="invalid_token"'},
    )


def expired_page() -> GraphError:
    """A nextLink that is too old: the listing has to start again."""
    return GraphError(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")
