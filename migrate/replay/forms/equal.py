"""When two values of Graph mean the same: what Graph leaves out, sends as null, as false or as nothing is
one, and lists of words have no order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def canonical(value: Any) -> Any:
    """A value of which two that mean the same are equal."""
    if isinstance(value, Mapping):
        parts = {str(name): canonical(part) for name, part in value.items() if not str(name).startswith("@")}
        return {name: part for name, part in parts.items() if part is not None} or None
    if isinstance(value, list | tuple):
        parts_ = [canonical(part) for part in value]
        if all(isinstance(part, str) for part in parts_):
            return sorted(part.casefold() for part in parts_) or None
        return sorted(parts_, key=repr) or None
    if isinstance(value, str):
        return value.strip() or None
    # An ordinary group answers null where false was asked (graph-facts §2.4), and so do plain units.
    return None if value is False else value


def differences(asked: Mapping[str, Any], found: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """The properties, of those named, in which two objects differ."""
    return [name for name in names if canonical(asked.get(name)) != canonical(found.get(name))]
