"""Writes the command reference from the commands themselves: ``python tests/docs/reference.py``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from migrate.cli.main import app

PAGE = Path(__file__).resolve().parents[2] / "runbooks" / "reference.md"
_HEAD = """# Reference of the commands

Generated from the commands by `python tests/docs/reference.py`; a test says when it is out of date.
Every verb also takes `--help`. `python -m migrate` is the same as `pim-migrate`.
"""


def verbs() -> dict[str, Any]:
    """Every command by its words, for example ``report export``."""
    return dict(_verbs(get_command(app), ()))


def _verbs(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    subcommands = getattr(command, "commands", None)
    if subcommands is None or (words and command.invoke_without_command):
        yield " ".join(words), command
    for name, each in (subcommands or {}).items():
        yield from _verbs(each, (*words, name))


def page() -> str:
    return "\n".join([_HEAD, *(_section(name, command) for name, command in verbs().items())])


def _section(name: str, command: Any) -> str:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
    usage = " ".join(
        [
            f"pim-migrate {name}",
            *(_argument(each) for each in arguments),
            *(["[OPTIONS]"] if options else []),
        ]
    )
    rows = [f"| `{each.name.upper()}` | {_told(each)} |" for each in arguments]
    rows += [f"| `{_option(each)}` | {_told(each)} |" for each in options]
    table = ["", "| argument or option | says |", "|---|---|", *rows] if rows else []
    return "\n".join([f"## {name}", "", f"    {usage}", "", inspect.cleandoc(command.help or ""), *table, ""])


def _argument(each: Any) -> str:
    name = each.name.upper() + ("…" if each.nargs == -1 else "")
    return name if each.required else f"[{name}]"


def _option(each: Any) -> str:
    name = each.opts[0]
    return name if each.is_flag else f"{name} {each.name.upper()}"


def _told(each: Any) -> str:
    default = each.default
    shown = "" if default in (None, "", False) or callable(default) else f" Default: `{default}`."
    return f"{each.help or ''}{shown}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"wrote {PAGE}\n")
