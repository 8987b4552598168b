"""A row that Graph answered as a body that Graph accepts: only what can be written, and nothing unknown.

A condition that this program does not know and leaves out would make a policy mean something else; so what is
not known is a problem, never silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Form = Mapping[str, Any]
"""The properties that can be written: each with the form of its object, with a list of one form for a list of
objects, or with ``None`` for plain values and lists of them. An object may also have its ``@odata.type``."""


def written(value: Mapping[str, Any], form: Form, problems: list[str], path: str = "") -> dict[str, Any]:
    """The object without annotations, nulls, and lists and objects with nothing in them.

    What has no place in the form, or another form, is left out and added to ``problems``."""
    found: dict[str, Any] = {}
    for name, part in value.items():
        here = f"{path}.{name}" if path else name
        if name == "@odata.type":
            found[name] = part
        elif "@odata." in name or _is_empty(part):
            continue
        elif name not in form:
            problems.append(f"{here} is a property that this version does not know")
        elif not _fits(part, form[name]):
            problems.append(f"{here} is not of the form that this version knows")
        elif (made := _part(part, form[name], problems, here)) != {}:
            found[name] = made
    return found


def _fits(part: Any, form: Any) -> bool:
    if isinstance(form, list):
        return isinstance(part, list) and all(isinstance(one, Mapping) for one in part)
    if isinstance(form, Mapping):
        return isinstance(part, Mapping)
    return not any(isinstance(one, Mapping | list) for one in (part if isinstance(part, list) else [part]))


def _part(part: Any, form: Any, problems: list[str], path: str) -> Any:
    if isinstance(form, list):
        return [written(one, form[0], problems, path) for one in part]
    return written(part, form, problems, path) if isinstance(form, Mapping) else part


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, list | Mapping | str) and not value)


def meaning(value: Any, exact: frozenset[str] = frozenset(), name: str = "") -> Any:
    """A value in the one spelling of all that mean the same to Graph: no order in lists, no case in words
    and ids (but in the properties named ``exact``), and nothing for null, empty, false and zero: so Graph
    answers what was never given."""
    if isinstance(value, Mapping):
        parts = {
            one: meaning(part, exact, one)
            for one, part in value.items()
            if one == "@odata.type" or "@odata." not in one
        }
        return {one: part for one, part in parts.items() if part is not None} or None
    if isinstance(value, list):
        return sorted({json.dumps(meaning(one, exact, name), sort_keys=True) for one in value}) or None
    if isinstance(value, str):
        return (value if name in exact else value.removeprefix("#").casefold()) or None
    return value or None
