"""``pim-migrate lab serve``: an emulated Graph with two tenants, to practise on."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from migrate.cli.choke_point import leave_with
from migrate.cli.options import JsonOption
from migrate.views.screen import Screen

lab = typer.Typer(help="The embedded lab.", no_args_is_help=True, rich_markup_mode=None)


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
    json: JsonOption = False,
) -> None:
    """Serve the tenants Contoso and Fabrikam over TLS on this machine until Ctrl-C.

    Writes an engagement for them into the folder and says which variables hold the lab's secrets. Ctrl-C is
    how it ends, so that its exit code is 0.
    """
    screen = Screen(as_json=json)
    leave_with(screen, lambda: _run(screen, folder, port, control_port))


def _run(screen: Screen, folder: Path, port: int, control_port: int) -> int:
    import threading

    from migrate.cli import clock
    from migrate.lab.seed.contoso import contoso
    from migrate.lab.seed.engagement import secrets, write_engagement
    from migrate.lab.seed.fabrikam import fabrikam
    from migrate.lab.serve import LabThread

    now = clock.now()
    source, target = contoso(now), fabrikam(now)
    with LabThread([source, target], port=port, control_port=control_port) as running:
        engagement = write_engagement(
            folder,
            graph_url=f"{running.url}/v1.0",
            authority=running.url,
            ca_pem=running.ca_pem.encode("ascii"),
            source_seed=source,
            target_seed=target,
        )
        # The lab's secrets open nothing but the lab, which is why they may be shown.
        variables = secrets(source, target)
        screen.line(
            "lab",
            url=running.url,
            control_url=running.control_url,
            engagement=str(engagement),
            variables=variables,
        )
        screen.say(f"Graph and sign-in:  {running.url}\ncontrol plane:      {running.control_url}")
        screen.say(f"engagement file:    {engagement}\n\nIn another terminal:")
        for name, value in variables.items():
            screen.say(f"  export {name}={value}")
        screen.say(f"  pim-migrate doctor --engagement {engagement}\n")
        screen.say(
            "To break it, POST a fault to the control plane, for example the next write answered by 504"
        )
        screen.say("after it took effect:")
        screen.say(
            f"  curl --cacert {folder / 'ca.pem'} {running.control_url}/faults -d "
            '\'[{"match":{"method":"POST"},"do":"status","status":504,"after":true}]\''
        )
        screen.say("\nCtrl-C stops the lab; it forgets everything.")
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0
