"""``pim-migrate lab serve``: an emulated Graph with two tenants, to practise on."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import DEFAULT_ENGAGEMENT, EngagementOption, JsonOption
from migrate.views.screen import Screen

if TYPE_CHECKING:
    from migrate.cli.lab_tenants import Tenants

lab = typer.Typer(help="The embedded lab.", no_args_is_help=True, rich_markup_mode=None)
DEFAULT_USERS, DEFAULT_SEED = 10_000, 1


@lab.callback()
def _lab() -> None:
    pass


@lab.command()
def serve(
    folder: Annotated[Path, typer.Option("--folder", help="Where to write the engagement file.")] = Path(
        "state", "lab"
    ),
    port: Annotated[int, typer.Option("--port", help="The port of Graph; 0 means any that is free.")] = 0,
    control_port: Annotated[int, typer.Option("--control-port", help="The port of the control plane.")] = 0,
    from_: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="SNAPSHOT",
            help="Serve the tenant of this snapshot: an id, or source or target for the newest. "
            "May be given once for each tenant.",
        ),
    ] = None,
    users: Annotated[
        int | None, typer.Option("--users", help="Serve a large pair with so many users in each tenant.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Which large pair; the same number gives the same one.")
    ] = None,
    groups: Annotated[int | None, typer.Option("--groups", help="Groups of a large pair.")] = None,
    eligibilities: Annotated[
        int | None, typer.Option("--eligibilities", help="Eligibilities of a large pair.")
    ] = None,
    engagement: EngagementOption = DEFAULT_ENGAGEMENT,
    json: JsonOption = False,
) -> None:
    """Serve two tenants over TLS on this machine until Ctrl-C: Contoso and Fabrikam, if nothing is said.

    Writes an engagement for them into the folder, says which variables hold the lab's secrets, and how to
    break the lab. --engagement is read for --from only. Ctrl-C is how it ends, so that its exit code is 0.
    """
    screen = Screen(as_json=json)

    def tenants() -> Tenants:
        from migrate.cli.lab_tenants import from_snapshots, large, ordinary
        from migrate.errors import UsageError

        sized = [option for option in (users, seed, groups, eligibilities) if option is not None]
        if from_ and sized:
            raise UsageError(
                "--from serves what was snapshotted; the sizes and --seed are for tenants that are made up",
                where="--from",
                hint="leave out one or the other",
                code="lab_tenants",
            )
        if from_:
            return from_snapshots(screen, engagement, from_)
        if sized:
            return large(
                DEFAULT_SEED if seed is None else seed,
                DEFAULT_USERS if users is None else users,
                groups,
                eligibilities,
            )
        return ordinary()

    leave_with(screen, lambda: _run(screen, tenants(), folder, port, control_port))


def _run(screen: Screen, tenants: Tenants, folder: Path, port: int, control_port: int) -> int:
    import threading

    from migrate.lab.seed.engagement import secrets
    from migrate.lab.serve import LabThread, settle_memory

    with (
        LabThread([tenants.source, tenants.target], port=port, control_port=control_port) as running,
        suppress(KeyboardInterrupt),
    ):
        settle_memory()
        engagement = tenants.write(folder, url=running.url, ca_pem=running.ca_pem)
        # The lab's secrets open nothing but the lab, which is why they may be shown.
        variables = secrets(tenants.source, tenants.target)
        screen.line(
            "lab",
            url=running.url,
            control_url=running.control_url,
            engagement=str(engagement),
            variables=variables,
            notes=tenants.told,
        )
        for note in tenants.told:
            screen.note(note)
        for line in _guide(running.url, running.control_url, engagement, variables, tenants):
            screen.say(line)
        threading.Event().wait()
    return 0


def _guide(
    url: str, control: str, engagement: Path, variables: dict[str, str], tenants: Tenants
) -> list[str]:
    """Where the lab is, how to work with it, and how to break it."""
    given = [
        f'  $env:{name} = "{value}"' if os.name == "nt" else f"  export {name}={value}"
        for name, value in variables.items()
    ]
    curl = f"  curl --cacert {engagement.parent / 'ca.pem'} {control}"
    target = tenants.target["tenantId"]
    return [
        f"Graph and sign-in:  {url}",
        f"control plane:      {control}",
        f"engagement file:    {engagement}",
        "",
        "In another terminal:",
        *given,
        f"  pim-migrate doctor --engagement {engagement}",
        "",
        "To break it, tell the control plane (GET / lists all that it can do):",
        "  the next write takes effect, and its answer is lost",
        f"{curl}/faults -d "
        '\'[{"match":{"method":"POST","path_prefix":"/roleManagement"},"do":"status","status":504,"after":true}]\'',
        "  every fifth page of users or so is refused",
        f"{curl}/faults -d "
        '\'[{"match":{"path_prefix":"/users"},"do":"status","status":429,"retry_after":2,"times":99,'
        '"probability":0.2}]\'',
        "  PIM lets five requests in ten seconds through",
        f"{curl}/throttle -d '{{\"pim\":[5,10]}}'",
        "  it is a week later: what ends by then has ended",
        f"{curl}/clock -d '{{\"advance_seconds\":604800}}'",
        "  what was asked, what it cost, what has become of the target",
        f"{curl}/metrics",
        f"{curl}/dump?tenant={target}",
        "",
        "Ctrl-C stops the lab; it forgets everything.",
    ]
