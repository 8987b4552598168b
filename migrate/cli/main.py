"""The command: names every verb and keeps everything heavy out until one of them runs."""

from __future__ import annotations

import io
import sys

import typer

from migrate import __version__
from migrate.cli.apply import apply
from migrate.cli.audit import audit
from migrate.cli.demo import demo
from migrate.cli.diff import diff
from migrate.cli.doctor import doctor
from migrate.cli.doubt import doubt
from migrate.cli.explain import explain
from migrate.cli.init import init
from migrate.cli.lab import lab
from migrate.cli.log import log
from migrate.cli.plan import plan
from migrate.cli.plans import plans
from migrate.cli.ready import ready
from migrate.cli.report import report
from migrate.cli.resolve import resolve
from migrate.cli.rollback import rollback
from migrate.cli.snapshot import snapshot
from migrate.cli.status import status
from migrate.cli.verify import verify
from migrate.errors import UsageError
from migrate.views.screen import Screen

PROGRAM = "pim-migrate"

app = typer.Typer(
    name=PROGRAM,
    help="Move privileged access (PIM) between Microsoft Entra tenants.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version_option: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    pass


for verb in (
    init, doctor, snapshot, audit, resolve, explain, diff, plan, ready, apply, verify, rollback, status, demo,
):  # fmt: skip
    app.command()(verb)
for name, group in {"report": report, "plans": plans, "doubt": doubt, "log": log, "lab": lab}.items():
    app.add_typer(group, name=name)


def main() -> None:
    """The console script. UTF-8 whatever the system's code page says; what it cannot show is escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and gives its exit code; what typer refuses is told like every other error."""
    try:
        code = app(arguments, prog_name=PROGRAM, standalone_mode=False)
    except typer.TyperException as refused:
        told = refused.format_message()
        if told.startswith("Usage:"):
            # A command without its verb: the help is the answer.
            sys.stderr.write(told + "\n")
            return UsageError.exit
        command = getattr(getattr(refused, "ctx", None), "command_path", PROGRAM)
        error = UsageError(told, where=command, hint=f"{command} --help")
        Screen(as_json="--json" in arguments).error(error)
        return error.exit
    return code if isinstance(code, int) else 0
