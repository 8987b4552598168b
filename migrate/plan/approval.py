"""A person's word that a plan may be carried out: signed with their key, good for this one plan only."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from migrate.errors import GuardStopped
from migrate.kinds.schedule import format_time
from migrate.plan.document import Plan, canonical

FORMAT = "pim-migrate approval 1"
_HINT = "take this file away; approve with: pim-migrate plans approve PLAN --key FILE"
_FIELDS = ("format", "plan", "plan_hash", "engagement", "approver", "key_id", "at")


@dataclass(frozen=True)
class Approval:
    """``at`` is the approver's own clock; ``signature`` is over the canonical JSON of everything else."""

    plan: str
    plan_hash: str
    engagement: str
    approver: str
    key_id: str
    at: str
    signature: str = ""
    format: str = FORMAT

    def signed_content(self) -> bytes:
        return canonical({name: getattr(self, name) for name in _FIELDS}).encode()

    def to_text(self) -> str:
        return canonical(vars(self)) + "\n"


def approve(plan: Plan, approver: str, key: Ed25519PrivateKey, at: datetime) -> Approval:
    """The approval of this plan as it is sealed."""
    unsigned = Approval(
        plan.id,
        plan.hash,
        plan.engagement,
        approver,
        key_id(key.public_key()),
        format_time(at.replace(microsecond=0)),
    )
    signature = base64.b64encode(key.sign(unsigned.signed_content())).decode()
    return Approval(**{**vars(unsigned), "signature": signature})


def check_approval(text: str, where: str, plan: Plan, keys: Mapping[str, Ed25519PublicKey]) -> Approval:
    """The approval in a file, proved to be this plan's and of somebody who may approve.

    Raises GuardStopped: ``approval_unreadable``, ``approval_foreign`` (of another plan, or of this one before
    it was made anew), ``approval_unknown`` (nobody who may approve), ``approval_edited``.
    """
    try:
        content = orjson.loads(text)
        if not isinstance(content, dict) or not all(isinstance(one, str) for one in content.values()):
            raise TypeError("not an object of texts")
        approval = Approval(**content)
    except (ValueError, TypeError) as error:
        raise GuardStopped(
            "this is no approval that can be read", where=where, hint=_HINT, code="approval_unreadable"
        ) from error
    if approval.format != FORMAT:
        raise GuardStopped(
            "this approval has another format", where=where, hint=_HINT, code="approval_unreadable"
        )
    if (approval.plan, approval.plan_hash, approval.engagement) != (plan.id, plan.hash, plan.engagement):
        raise GuardStopped(
            f"this approves plan {approval.plan} of engagement {approval.engagement} as it was sealed with"
            f" {approval.plan_hash[:19]}…, and not plan {plan.id}",
            where=where,
            hint=_HINT,
            code="approval_foreign",
        )
    key = keys.get(approval.approver)
    if key is None or key_id(key) != approval.key_id:
        raise GuardStopped(
            f"{approval.approver} is not in [approvers], or with another key",
            where=where,
            hint=_HINT,
            code="approval_unknown",
        )
    try:
        key.verify(base64.b64decode(approval.signature, validate=True), approval.signed_content())
    except (InvalidSignature, binascii.Error) as error:
        raise GuardStopped(
            f"the signature is not {approval.approver}'s over what stands there: it was edited or forged",
            where=where,
            hint=_HINT,
            code="approval_edited",
        ) from error
    return approval


def key_id(key: Ed25519PublicKey) -> str:
    """A name for a public key that can be shown: the beginning of its SHA-256."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def public_text(key: Ed25519PublicKey) -> str:
    """The public key as it stands in ``[approvers]``: base64 of its SubjectPublicKeyInfo."""
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def public_key_of(text: str) -> Ed25519PublicKey:
    """A public key as text: PEM, base64 of its DER, or base64 of its 32 bytes; else ValueError."""
    try:
        if "-----BEGIN" in text:
            found: Any = load_pem_public_key(text.encode())
        else:
            raw = base64.b64decode("".join(text.split()), validate=True)
            found = Ed25519PublicKey.from_public_bytes(raw) if len(raw) == 32 else load_der_public_key(raw)
    except (binascii.Error, UnsupportedAlgorithm, ValueError) as error:
        raise ValueError("no public key that can be read") from error
    if not isinstance(found, Ed25519PublicKey):
        raise ValueError("a public key, but not of Ed25519")
    return found
