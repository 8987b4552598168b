"""Keys of approvers, and the approvals that lie beside a plan."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from migrate.errors import FileError, GuardStopped, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

    from migrate.cli.context import Context
    from migrate.plan.approval import Approval
    from migrate.plan.document import Plan

HOW_TO_APPROVE = "pim-migrate plans approve {} --key FILE, by each of them"


def public_keys(context: Context) -> dict[str, Ed25519PublicKey]:
    """The keys of ``[approvers]`` by name.

    Raises FileError ``approver_key_invalid`` for a text that is no key and no file with one, and
    ``approver_key_twice`` where two names have one key: they would be one person.
    """
    from migrate.plan.approval import key_id, public_key_of

    found: dict[str, Ed25519PublicKey] = {}
    names: dict[str, str] = {}
    for name, text in context.engagement.approvers.items():
        where = f'{context.engagement.path}: [approvers] "{name}"'
        file = context.engagement.folder / text if len(text) < 255 and "\n" not in text else None
        try:
            if file is not None and file.is_file():
                text = file.read_text(encoding="utf-8")
            found[name] = public_key_of(text)
        except (ValueError, OSError) as error:
            raise FileError(
                f"this is no Ed25519 public key and no file with one: {error}",
                where=where,
                hint="write what `pim-migrate plans keygen NAME` printed, or the path of a PEM file",
                code="approver_key_invalid",
            ) from None
        other = names.setdefault(key_id(found[name]), name)
        if other != name:
            raise FileError(
                f"{name} and {other} have the same key: two names would be one person",
                where=where,
                hint="each approver makes a key pair of their own",
                code="approver_key_twice",
            )
    return found


def private_key(path: Path, password_env: str) -> Ed25519PrivateKey:
    """The private key in a PEM file. A password comes from the variable, or is asked for at a terminal.

    Raises FileError ``key_unreadable``, UsageError ``password_missing``. Nothing of the key or the password
    is ever part of an error.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or "it cannot be read") from None
    password = password_of(password_env) if b"ENCRYPTED" in raw else None
    try:
        key = load_pem_private_key(raw, password.encode() if password is not None else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The library's own words are not repeated: they could tell of what stands in the file.
        wrong = "no private key, or the password is wrong" if password is not None else "no private key"
        raise _unreadable(path, wrong) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _unreadable(path, "a private key, but not of Ed25519")
    return key


def password_of(variable: str, *, again: bool = False) -> str:
    """The password of a key file. Raises UsageError ``password_missing`` where nobody can be asked."""
    import getpass

    if variable:
        if password := os.environ.get(variable):
            return password
        raise UsageError(
            f"the variable {variable} is not set",
            where="--password-env",
            hint="set it, or leave the option out to be asked",
            code="password_missing",
        )
    if not sys.stdin.isatty():
        raise UsageError(
            "the key has a password, and there is nobody to ask",
            where="--key" if not again else "NAME",
            hint="name the variable that holds it: --password-env APPROVER_PASSWORD",
            code="password_missing",
        )
    password = getpass.getpass("Password of the key: ")
    if again and (not password or getpass.getpass("The same once more: ") != password):
        raise UsageError(
            "the two passwords differ, or are empty",
            where="the question",
            hint="run the command again",
            code="password_missing",
        )
    return password


def approval_file(plan_file: Path, key_id: str) -> Path:
    """Where an approval lies: beside the plan, one for each key."""
    return plan_file.with_name(f"{plan_file.stem}.approval-{key_id}.json")


def approvals_of(plan: Plan, plan_files: Iterable[Path], context: Context) -> list[Approval]:
    """Every approval beside the plan's files, each proved, one for each person.

    Raises GuardStopped for a file that is no approval of this plan by somebody who may approve.
    """
    from migrate.plan.approval import check_approval

    keys = public_keys(context)
    found: dict[str, Approval] = {}
    for file in sorted({one.resolve() for one in plan_files}):
        pattern = re.compile(re.escape(f"{file.stem}.approval-") + r".*\.json")
        there = sorted(file.parent.iterdir()) if file.parent.is_dir() else []
        for one in there:
            if pattern.fullmatch(one.name):
                text = one.read_text(encoding="utf-8", errors="replace")
                approval = check_approval(text, str(one), plan, keys)
                found.setdefault(approval.approver, approval)
    return list(found.values())


def needed_approvals(plan: Plan, context: Context) -> tuple[int, str]:
    """How many people must approve a plan, and why. What is demanded now counts as well as what the plan was
    sealed with: who makes the rules stricter need not plan again, who makes them laxer must."""
    from migrate.cli.waving import approvals_of_engagement, waves_of
    from migrate.plan.terms import Terms

    terms = Terms.of(plan.terms)
    now = max(approvals_of_engagement(context), waves_of(context).of(plan.wave).approvals)
    return (
        (terms.approvals, terms.because) if terms.approvals >= now else (now, "the engagement as it stands")
    )


def check_approved(plan: Plan, plan_files: Iterable[Path], context: Context) -> list[Approval]:
    """The approvals of a plan.

    Raises GuardStopped ``approval_missing`` where they are fewer than demanded, and as ``approvals_of``.
    """
    needed, because = needed_approvals(plan, context)
    found = approvals_of(plan, plan_files, context)
    if len(found) < needed:
        who = ", ".join(one.approver for one in found) or "nobody"
        hint = HOW_TO_APPROVE.format(plan.id)
        if len(context.engagement.approvers) < needed:
            hint = f"name them in [approvers] of {context.engagement.path.name}, then {hint}"
        raise GuardStopped(
            f"plan {plan.id} needs the approval of {needed} different people ({because}); approved: {who}",
            where="approvals",
            hint=hint,
            code="approval_missing",
        )
    return found


def _unreadable(path: Path, why: str) -> FileError:
    return FileError(
        f"the key cannot be used: {why}",
        where=str(path),
        hint="name the PEM file of an Ed25519 private key, as `pim-migrate plans keygen NAME` makes it",
        code="key_unreadable",
    )
