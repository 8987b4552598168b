"""``pim-migrate plans``: a plan as it was sealed, two of them compared, and the approval of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.plan.document import Plan

plans = typer.Typer(
    help="Look at plans, compare and approve them.", no_args_is_help=True, rich_markup_mode=None
)
_PLAN = "A plan's id or the path of its file."
PasswordOption = Annotated[
    str,
    typer.Option("--password-env", help="The variable that holds the key's password; else it is asked for."),
]


@plans.callback()
def _plans() -> None:
    pass


@plans.command()
def show(
    plan: Annotated[str, typer.Argument(help=_PLAN)],
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Show every item of a plan with its symbol and reason, after checking the plan's seal."""
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _show(screen, engagement, plan))


def _show(screen: Screen, path: Path, given: str) -> int:
    from migrate.cli.context import Context
    from migrate.cli.waves import load_plan
    from migrate.plan.terms import Terms
    from migrate.views.estimate import show_terms
    from migrate.views.plan import show_plan

    context = Context.of(path, screen)
    with context.reading() as db:
        plan = load_plan(db, given)
    show_plan(screen, plan)
    show_terms(screen, Terms.of(plan.terms))
    screen.line("summary", verb="plans show", plan=plan.id, hash=plan.hash, exit=0, **plan.counts())
    return 0


@plans.command()
def diff(
    a: Annotated[str, typer.Argument(help=_PLAN)],
    b: Annotated[str, typer.Argument(help="The other plan.")],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 4 where something differs.")] = False,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Compare two plans item by item: which one has it alone, and what differs in those of both."""
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _diff(screen, engagement, a, b, exit_code))


def _diff(screen: Screen, path: Path, a: str, b: str, exit_code: bool) -> int:
    from collections import Counter

    from migrate.cli.context import Context
    from migrate.cli.waves import load_plan
    from migrate.plan.compare import differences, plan_differences
    from migrate.views.plan_diff import show_plan_diff

    context = Context.of(path, screen)
    with context.reading() as db:
        one, other = load_plan(db, a), load_plan(db, b)
    found = list(differences(one, other))
    made_of = plan_differences(one, other)
    show_plan_diff(screen, one, other, made_of, found)
    counts = Counter(each.change for each in found)
    code = 4 if found and exit_code else 0
    screen.line(
        "summary",
        verb="plans diff",
        a=one.id,
        b=other.id,
        added=counts["added"],
        removed=counts["removed"],
        changed=counts["changed"],
        plan_properties=len(made_of),
        exit=code,
    )
    return code


@plans.command()
def approve(
    plan: Annotated[str, typer.Argument(help=_PLAN)],
    key: Annotated[Path, typer.Option("--key", help="Your Ed25519 private key, a PEM file.")],
    password_env: PasswordOption = "",
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Sign a plan as it is sealed, so that `apply` carries it out. The approval lies beside the plan's file.

    Who you are is told by the key: its public half stands in [approvers] of the engagement. No state is
    needed beside the engagement file where the plan is given by its file.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _approve(screen, engagement, plan, key, password_env))


def _approve(screen: Screen, path: Path, given: str, key_file: Path, password_env: str) -> int:
    from migrate.cli import clock
    from migrate.cli.approving import (
        approval_file,
        approvals_of,
        needed_approvals,
        private_key,
        public_keys,
    )
    from migrate.cli.context import Context
    from migrate.cli.waves import check_engagement
    from migrate.errors import UsageError
    from migrate.plan.approval import approve as approve_plan
    from migrate.plan.approval import key_id

    context = Context.of(path, screen)
    plan, file = _plan_and_file(context, given)
    check_engagement(context, plan.target["tenant_id"])
    keys = public_keys(context)
    key = private_key(key_file, password_env)
    wanted = key_id(key.public_key())
    name = next((one for one, public in keys.items() if key_id(public) == wanted), None)
    if name is None:
        raise UsageError(
            f"the public half of this key (key id {wanted}) is nobody's in [approvers]",
            where=str(key_file),
            hint=f"whoever answers for {context.engagement.path.name} adds it to [approvers]",
            code="approver_unknown",
        )
    approval = approve_plan(plan, name, key, clock.now())
    where = approval_file(file, wanted)
    draft = where.with_suffix(".json.new")
    draft.write_text(approval.to_text(), encoding="utf-8", newline="\n")
    draft.replace(where)
    approved = [one.approver for one in approvals_of(plan, [file], context)]
    needed, _ = needed_approvals(plan, context)
    screen.line(
        "approval",
        plan=plan.id,
        plan_hash=plan.hash,
        approver=name,
        key_id=wanted,
        at=approval.at,
        path=str(where),
    )
    screen.say(f"{name} approves {plan.id}: {len(plan.writes())} writes, sealed as {plan.hash}")
    screen.say(f"approved by {', '.join(approved)}; {needed} needed\nwrote {where}")
    screen.line("summary", verb="plans approve", plan=plan.id, approved=approved, needed=needed, exit=0)
    return 0


def _plan_and_file(context: Context, given: str) -> tuple[Plan, Path]:
    """The plan and the file beside which its approvals lie."""
    from migrate.cli.waves import load_plan
    from migrate.plan.document import from_text
    from migrate.store.plans import Plans

    named = Path(given)
    if named.suffix == ".json" and named.is_file() and not context.engagement.database_path.exists():
        return from_text(named.read_text(encoding="utf-8", errors="replace"), given), named
    with context.reading() as db:
        plan = load_plan(db, given)
        return plan, named if named.suffix == ".json" else Plans(db).get(plan.id).path


@plans.command()
def keygen(
    name: Annotated[str, typer.Argument(help="Your name in [approvers], for example kim@fabrikam.com.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Where the private key goes; approver-key.pem by default.")
    ] = None,
    password_env: PasswordOption = "",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Leave the key unprotected, for a store that protects it.")
    ] = False,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Make a key pair (Ed25519) for an approver: the private key into a file, the public one to hand on."""
    screen = Screen(as_json=json)
    leave_with(
        screen,
        lambda: _keygen(screen, engagement, name, out or Path("approver-key.pem"), password_env, no_password),
    )


def _keygen(
    screen: Screen, engagement: Path, name: str, out: Path, password_env: str, no_password: bool
) -> int:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        KeySerializationEncryption,
        NoEncryption,
        PrivateFormat,
    )

    from migrate.cli import clock
    from migrate.cli.approving import password_of
    from migrate.errors import UsageError
    from migrate.plan.approval import key_id, public_text

    if out.exists():
        raise UsageError(
            f"already there: {out}",
            where="--out",
            hint="name another file; a key is never overwritten",
            code="already_there",
        )
    protection: KeySerializationEncryption = NoEncryption()
    if not no_password:
        protection = BestAvailableEncryption(password_of(password_env, again=True).encode())
    key = Ed25519PrivateKey.from_private_bytes(clock.new_secret())
    # Made for its owner alone before anything is in it.
    out.touch(mode=0o600, exist_ok=False)
    out.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    public = public_text(key.public_key())
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    screen.line("key", name=name, public_key=public, key_id=key_id(key.public_key()), path=str(out))
    screen.say(
        f"wrote {out}: keep it to yourself, it is your signature\n\nfor {engagement.name}:\n[approvers]"
    )
    screen.say(f'"{quoted}" = "{public}"')
    screen.line("summary", verb="plans keygen", name=name, exit=0)
    return 0
