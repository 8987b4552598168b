"""How an event becomes a line, in each form."""

from __future__ import annotations

from collections.abc import Callable

from migrate.trail import cef, jsonl, ocsf
from migrate.trail.event import Event, Origin
from migrate.trail.forms import Format

LINES: dict[Format, Callable[[Event, Origin], str]] = {
    Format.JSONL: jsonl.line,
    Format.CEF: cef.line,
    Format.OCSF: ocsf.line,
}
"""Each makes one line of an event, without its end."""
