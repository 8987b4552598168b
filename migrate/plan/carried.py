"""What comes of a setting that guards moved privilege when it is carried over to the target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Translate = Callable[[str, str], str | None]
"""From a kind and an id of the source to the id in the target; ``None`` where nothing is known to be the
counterpart. Besides the kinds of ``migrate.kinds`` there is ``APPLICATION_ID``."""
Why = Callable[[str, str], str]
"""Why ``Translate`` knows nothing for a kind and an id, in words that name the object."""
APPLICATION_ID = "appId"
"""An application by its ``appId``, as conditional access names it; object ids are ``servicePrincipal``."""


@dataclass(frozen=True)
class Carried:
    """``body`` is what to create, ``None`` as soon as there is any problem: nothing is written in part.

    ``changed`` says in words what differs from the source on purpose. ``equal_to`` is the id of an object of
    the target that does the same already: then nothing is to be created, although ``body`` is there.
    """

    source_id: str
    name: str
    body: Mapping[str, Any] | None
    problems: tuple[str, ...]
    changed: tuple[str, ...]
    equal_to: str | None


def no_counterpart(kind: str, source_id: str) -> str:
    """For those who have nothing better to say than the kind and the id."""
    if not kind:
        return f"nothing tells what {source_id} is the id or the address of"
    return f"{kind} {source_id} has no counterpart in the target"
