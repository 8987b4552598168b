"""Approvals: signed, of one plan, of somebody who may; and keys in every form that people paste."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tenant_pairs import NOW, TARGET

from migrate.errors import GuardStopped
from migrate.plan.approval import approve, check_approval, key_id, public_key_of, public_text
from migrate.plan.assemble import assemble
from migrate.plan.document import Plan

KIM, LOU = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
KEYS = {"kim": KIM.public_key(), "lou": LOU.public_key()}


def a_plan(number: int = 1, **more: Any) -> Plan:
    made = assemble(
        [],
        plan_id=f"all-{number}",
        wave="all",
        number=number,
        engagement="ours",
        made_at=NOW,
        source={},
        target={"tenant_id": TARGET},
        resolution={},
        batch_size=1,
    )
    return replace(made, **more)


TEXT = approve(a_plan(), "kim", KIM, NOW).to_text()


def refused(text: str, plan: Plan | None = None) -> str:
    with pytest.raises(GuardStopped) as stopped:
        check_approval(text, "file.json", plan or a_plan(), KEYS)
    assert stopped.value.where == "file.json"
    return stopped.value.code


def changed(**values: Any) -> str:
    return json.dumps({**json.loads(TEXT), **values})


def test_what_was_signed_is_proved() -> None:
    found = check_approval(TEXT, "file.json", a_plan(), KEYS)
    assert (found.approver, found.plan, found.key_id) == ("kim", "all-1", key_id(KIM.public_key()))


def test_an_approval_of_one_plan_is_worth_nothing_for_another() -> None:
    assert refused(TEXT, a_plan(2)) == "approval_foreign"
    assert refused(TEXT, a_plan(warnings=("more",)).sealed()) == "approval_foreign"
    assert refused(TEXT, a_plan(engagement="theirs").sealed()) == "approval_foreign"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (changed(at="2030-01-01T00:00:00Z"), "approval_edited"),
        (changed(signature=""), "approval_edited"),
        (changed(signature="?"), "approval_edited"),
        (changed(signature=base64.b64encode(bytes(64)).decode()), "approval_edited"),
        (changed(approver="lou"), "approval_unknown"),
        (changed(approver="lou", key_id=key_id(LOU.public_key())), "approval_edited"),
        (changed(approver="mallory"), "approval_unknown"),
        (changed(plan_hash="sha256:0"), "approval_foreign"),
        (changed(more="x"), "approval_unreadable"),
        (changed(at=5), "approval_unreadable"),
        (changed(format="2"), "approval_unreadable"),
        ("[]", "approval_unreadable"),
        ("", "approval_unreadable"),
    ],
)
def test_what_was_edited_forged_or_is_none_is_refused(text: str, code: str) -> None:
    assert refused(text) == code


def test_a_public_key_in_every_form() -> None:
    public = KIM.public_key()
    raw = base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    for text in (public_text(public), raw, pem, f" {raw[:10]}\n{raw[10:]} "):
        assert key_id(public_key_of(text)) == key_id(public)


@pytest.mark.parametrize("text", ["", "MCowBQYDK2VwAyEA…", "c2hvcnQ=", "-----BEGIN PUBLIC KEY-----\nx", "ö"])
def test_no_public_key(text: str) -> None:
    with pytest.raises(ValueError, match="no public key"):
        public_key_of(text)


def test_a_key_of_another_kind() -> None:
    other = generate_private_key(SECP256R1()).public_key()
    pem = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    with pytest.raises(ValueError, match="not of Ed25519"):
        public_key_of(pem)
